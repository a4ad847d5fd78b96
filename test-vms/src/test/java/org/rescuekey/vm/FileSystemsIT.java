package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.stick.Shell;
import org.rescuekey.vm.stick.Shell.Result;
import org.rescuekey.vm.stick.Stick;

/**
 * One disk with a volume of each file system that is mapped, made, filled and worn by the kernel's own drivers on the stick;
 * captured, and restored to a disk full of random bytes. Each of the volumes is then whole for its checker, and the
 * kernel reads every file as it was.
 */
@EnabledIfSystemProperty(
        named = "vm.scenarios",
        matches = "all",
        disabledReason = "part of ./rescuekey test --all; the maps are tested without a machine in every run")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FileSystemsIT {
    private static final Path FOLDER = Path.of("target/vm/file-systems");
    private static final Duration SHORT = Duration.ofMinutes(15);
    private static final Duration JOB = Duration.ofHours(1);
    private static final String SOURCE = "ZOO-0001";
    private static final String TARGET = "ZOO-0002";
    private static final long DISK_BYTES = 2560L << 20;
    private static final long GIB = 1L << 30;

    /** The volumes, one a partition, in this order. */
    enum Volume {
        FAT12(12, "mkfs.vfat -F 12", "vfat", "fsck.vfat -n"),
        FAT16(96, "mkfs.vfat -F 16", "vfat", "fsck.vfat -n"),
        FAT32(256, "mkfs.vfat -F 32", "vfat", "fsck.vfat -n"),
        EXFAT(192, "mkfs.exfat -q", "exfat", "fsck.exfat -n"),
        NTFS(256, "mkntfs -Q -q", "ntfs3", "ntfsfix -n"),
        EXT2(64, "mkfs.ext2 -q -F", "ext2", "e2fsck -fn"),
        EXT4(192, "mkfs.ext4 -q -F", "ext4", "e2fsck -fn"),
        EXT4_BIGALLOC(128, "mkfs.ext4 -q -F -O bigalloc -C 16384", "ext4", "e2fsck -fn"),
        XFS(400, "mkfs.xfs -q -f", "xfs", "xfs_repair -n"),
        BTRFS(320, "mkfs.btrfs -q -f", "btrfs", "btrfs check --readonly");

        private final int mebibytes;
        private final String make;
        private final String type;
        private final String check;

        Volume(int mebibytes, String make, String type, String check) {
            this.mebibytes = mebibytes;
            this.make = make;
            this.type = type;
            this.check = check;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Drive source;
    private Path target;
    private Qemu machine;
    private Shell shell;
    private String sourcePath = "";
    private String targetPath = "";
    private String image = "";

    @BeforeAll
    void startTheStick() throws IOException {
        Files.createDirectories(FOLDER);
        Path disk = FOLDER.resolve("source.img");
        Files.deleteIfExists(disk);
        Tools.run("truncate", "-s", DISK_BYTES, disk);
        source = Drive.writable("source", disk, Drive.Bus.USB, SOURCE);
        target = FOLDER.resolve("target.img");
        Disks.fillRandomly(target, DISK_BYTES);
        DataDisk data = DataDisk.make(FOLDER.resolve("data.img"), DataDisk.FileSystem.EXT4, "BACKUP", 3 * GIB);
        machine = Qemu.start(
                Stick.ofBuild()
                        .machineWithShell(
                                Drive.writable("data", data.file(), Drive.Bus.SATA, "BACKUP-HD-9B12"),
                                Drive.writable("target", target, Drive.Bus.VIRTIO, TARGET),
                                source),
                FOLDER,
                "file-systems");
        shell = Shell.on(machine.secondLine());
        String place = "/dev/disk/by-label/BACKUP";
        shell.need("udevadm wait --timeout=300 " + place + " && udevadm settle --timeout=300", SHORT);
        shell.need("mkdir -p /mnt/place /mnt/zoo && mount " + place + " /mnt/place", SHORT);
        sourcePath = device(SOURCE);
        targetPath = device(TARGET);
    }

    @AfterAll
    void end() throws IOException {
        if (machine != null) {
            machine.close();
        }
        for (String disk : new String[] {"source.img", "target.img", "data.img"}) {
            Files.deleteIfExists(FOLDER.resolve(disk));
        }
    }

    private String device(String serial) {
        return "/dev/" + shell.need("lsblk -dno NAME,SERIAL | awk '$2 == \"" + serial + "\" { print $1 }'", SHORT);
    }

    private static String partition(String disk, Volume volume) {
        return disk + (List.of(Volume.values()).indexOf(volume) + 1);
    }

    @Test
    @Order(1)
    void theDiskIsPartitioned() {
        StringBuilder script = new StringBuilder("label: gpt\\n");
        for (Volume volume : Volume.values()) {
            script.append("size=").append(volume.mebibytes).append("MiB\\n");
        }
        script.append("size=32MiB, type=swap\\n");
        shell.need("printf '" + script + "' | sfdisk -q " + sourcePath + " && udevadm settle", SHORT);
        shell.need("mkswap -L zoo-swap " + sourcePath + (Volume.values().length + 1), SHORT);
    }

    /** Files of many sizes are written, and every third is deleted and another written. */
    @ParameterizedTest
    @EnumSource
    @Order(2)
    void aVolumeIsMadeFilledAndWorn(Volume volume) {
        String device = partition(sourcePath, volume);
        int files = volume.mebibytes < 64 ? 20 : 120;
        shell.need(volume.make + " " + device + " && mount -t " + volume.type + " " + device + " /mnt/zoo", SHORT);
        shell.need(
                "cd /mnt/zoo && mkdir one two && for i in $(seq " + files + "); do"
                        + " head -c $((i * 7919 % 300000)) /dev/urandom > one/file$i; done && sync"
                        + " && for i in $(seq 1 3 " + files + "); do rm one/file$i; done && sync"
                        + " && for i in $(seq " + files / 2 + "); do"
                        + " head -c $((i * 1009 % 90000)) /dev/urandom > two/\"other file $i\"; done"
                        + " && find . -type f -print0 | sort -z | xargs -0 sha256sum > /mnt/place/" + volume.label()
                        + ".sums && cd / && umount /mnt/zoo",
                SHORT);
    }

    @Test
    @Order(3)
    void thePlanMapsEachOfThemAndLeavesTheSwapSpaceOut() {
        Result plan = shell.run("rescuekey capture " + SOURCE + " --to /mnt/place --dry-run", SHORT);
        assertThat(plan.status()).as(plan.output()).isZero();
        assertThat(plan.output()).doesNotContain("All sectors of").contains("Left out of", "swap");
    }

    @Test
    @Order(4)
    void theDiskIsCapturedAndNotTouched() throws IOException {
        shell.need("sync; blockdev --flushbufs " + sourcePath, SHORT);
        String before = Manifest.hash(source.file());
        Result capture = shell.run(
                "rescuekey capture " + SOURCE + " --to /mnt/place 2>/tmp/progress || tail -n 20 /tmp/progress", JOB);
        image = capture.lastLine().strip();
        assertThat(image).as(capture.output()).endsWith(".rkimg");
        assertThat(Manifest.hash(source.file())).as("the source").isEqualTo(before);
    }

    @Test
    @Order(5)
    void itIsRestoredToADiskFullOfRandomBytes() throws IOException {
        machine.unplug(source); // twins of one identity would confuse the kernel
        shell.need("while [ -e " + sourcePath + " ]; do sleep 0.2; done", SHORT);
        Result plan = shell.run("rescuekey restore " + image + " --to " + TARGET + " --dry-run", SHORT);
        assertThat(plan.status()).as(plan.output()).isZero();
        Result restore = shell.run(
                "rescuekey restore " + image + " --to " + TARGET + " --confirm "
                        + plan.lastLine().substring("plan ".length())
                        + " 2>/tmp/progress; status=$?; tail -n 20 /tmp/progress; (exit $status)",
                JOB);
        assertThat(restore.status()).as(restore.output()).isZero();
        shell.need("udevadm settle", SHORT);
    }

    @ParameterizedTest
    @EnumSource
    @Order(6)
    void theVolumeIsWholeAndItsFilesAreAsTheyWere(Volume volume) {
        String device = partition(targetPath, volume);
        // fsck.fat would eat what is typed ahead
        Result check = shell.run(volume.check + " " + device + " < /dev/null", SHORT);
        assertThat(check.status()).as(check.output()).isZero();
        shell.need("mount -o ro -t " + volume.type + " " + device + " /mnt/zoo", SHORT);
        Result sums = shell.run(
                "cd /mnt/zoo && sha256sum --quiet -c /mnt/place/" + volume.label() + ".sums"
                        + " && [ $(find . -type f | wc -l) = $(wc -l < /mnt/place/" + volume.label() + ".sums) ]",
                SHORT);
        shell.need("cd / && umount /mnt/zoo", SHORT);
        assertThat(sums.status()).as(sums.output()).isZero();
    }

    @Test
    @Order(7)
    void theSwapSpaceIsThereAndEmpty() {
        String device = targetPath + (Volume.values().length + 1);
        assertThat(shell.need("blkid -o value -s LABEL " + device, SHORT)).isEqualTo("zoo-swap");
        shell.need("swapon " + device + " && swapoff " + device, SHORT);
        shell.need("cmp -n $((31 * 1048576)) -i 4096 " + device + " /dev/zero", SHORT);
    }
}
