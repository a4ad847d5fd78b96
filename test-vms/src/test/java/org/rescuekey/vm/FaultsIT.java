package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.stick.Shell;
import org.rescuekey.vm.stick.Shell.Result;
import org.rescuekey.vm.stick.Stick;

/**
 * Disks that go wrong under the kernel's own hands: sectors and an area that cannot be read (dm-error), a disk that hangs
 * (dm-delay), one that stops taking writes (dm-flakey), one that is gone, and a program that is killed. Each job ends in words,
 * saves what can be saved, and is completed by running it again. The device mapper's disks are reached through loop devices, which
 * pass sectors and errors on.
 */
@EnabledIfSystemProperty(
        named = "vm.scenarios",
        matches = "all",
        disabledReason = "part of ./rescuekey test --all; faults of disks are tested without a machine in every run")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {
    private static final Path FOLDER = Path.of("target/vm/faults");
    private static final Duration SHORT = Duration.ofMinutes(15);
    private static final Duration JOB = Duration.ofHours(1);
    private static final String SOURCE = "FAILING-0001";
    private static final String TARGET = "FRESH-0002";
    private static final long MIB = 1L << 20;
    private static final long DISK_BYTES = 192 * MIB;
    private static final int PARTITION_MIB = 160;
    private static final int PARTITION_START = 2048;
    private static final int DEAD_SECTORS = 4096;

    private Path source;
    private Qemu machine;
    private Shell shell;
    private String sourcePath = "";
    private String targetPath = "";
    private String loop = "";
    private long badSector;
    private long deadSector;

    @BeforeAll
    void startTheStick() throws IOException {
        Files.createDirectories(FOLDER);
        source = FOLDER.resolve("source.img");
        Files.deleteIfExists(source);
        Tools.run("truncate", "-s", DISK_BYTES, source);
        Path target = FOLDER.resolve("target.img");
        Disks.fillRandomly(target, DISK_BYTES);
        DataDisk data = DataDisk.make(FOLDER.resolve("data.img"), DataDisk.FileSystem.EXT4, "BACKUP", 1024 * MIB);
        machine = Qemu.start(
                Stick.ofBuild()
                        .machineWithShell(
                                Drive.writable("data", data.file(), Drive.Bus.SATA, "BACKUP-HD-9B12"),
                                Drive.writable("target", target, Drive.Bus.VIRTIO, TARGET),
                                Drive.writable("source", source, Drive.Bus.VIRTIO, SOURCE)),
                FOLDER,
                "faults");
        shell = Shell.on(machine.secondLine());
        String place = "/dev/disk/by-label/BACKUP";
        shell.need("udevadm wait --timeout=300 " + place + " && udevadm settle --timeout=300", SHORT);
        shell.need("mkdir -p /mnt/place /mnt/a /mnt/b && mount " + place + " /mnt/place", SHORT);
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

    /** Runs the program; what it reports is at the end of what the result holds. */
    private Result rescuekey(String arguments) {
        return shell.run(
                "rescuekey " + arguments + " 2>/tmp/progress; status=$?; tail -n 40 /tmp/progress; (exit $status)",
                JOB);
    }

    /** A plan's digest, the last word of a dry run. */
    private String planned(String job) {
        Result plan = shell.run("rescuekey " + job + " --dry-run", SHORT);
        assertThat(plan.status()).as(plan.output()).isZero();
        return job + " --confirm " + plan.lastLine().substring("plan ".length());
    }

    /** Has the device mapper show another table under a name; what waits for the old one is let through. */
    private void table(String name, String... lines) {
        String text = String.join("\\n", lines);
        shell.need(
                "printf '" + text + "\\n' | if dmsetup info " + name + " >/dev/null 2>&1; then dmsetup load " + name
                        + " && dmsetup resume " + name + "; else dmsetup create " + name + "; fi && udevadm settle",
                SHORT);
    }

    private static String linear(String disk, long start, long end) {
        return start + " " + (end - start) + " linear " + disk + " " + start;
    }

    private static long sectors() {
        return DISK_BYTES / 512;
    }

    /** Compares the files of the target's volume with those of the source, with zeros for what cannot be read. */
    private void assertSavedButForWhatIsLost() {
        shell.need(
                "cp " + sourcePath + " /mnt/place/expected.img"
                        + " && dd if=/dev/zero of=/mnt/place/expected.img bs=512 seek=" + badSector
                        + " count=1 conv=notrunc status=none"
                        + " && dd if=/dev/zero of=/mnt/place/expected.img bs=512 seek=" + deadSector + " count="
                        + DEAD_SECTORS + " conv=notrunc status=none && sync",
                SHORT);
        String offset = String.valueOf(PARTITION_START * 512L);
        shell.need(
                "blockdev --flushbufs " + targetPath + " && e2fsck -fn " + targetPath + "1"
                        + " && mount -o ro,noload,loop,offset=" + offset + " /mnt/place/expected.img /mnt/a"
                        + " && mount -o ro,noload " + targetPath + "1 /mnt/b"
                        + " && diff -r /mnt/a /mnt/b && umount /mnt/a /mnt/b && rm /mnt/place/expected.img",
                SHORT);
    }

    @Test
    @Order(1)
    void theSourceHasAFileWithABadSectorAndADeadArea() {
        shell.need(
                "printf 'label: gpt\\nsize=" + PARTITION_MIB + "MiB\\n' | sfdisk -q " + sourcePath
                        + " && udevadm settle && mkfs.ext4 -q -F -b 4096 " + sourcePath + "1 && mount " + sourcePath
                        + "1 /mnt/a && mkdir /mnt/a/small && head -c 60M /dev/urandom > /mnt/a/big"
                        + " && for i in $(seq 60); do head -c $((i * 4099)) /dev/urandom > /mnt/a/small/$i; done"
                        + " && umount /mnt/a && blockdev --flushbufs " + sourcePath,
                SHORT);
        String blocks = shell.need(
                "debugfs -R 'blocks /big' " + sourcePath + "1 2>/dev/null | tr ' ' '\\n' | sed -n '1000p;4000p'",
                SHORT);
        String[] found = blocks.strip().split("\\s+");
        badSector = PARTITION_START + Long.parseLong(found[0]) * 8 + 3;
        deadSector = PARTITION_START + Long.parseLong(found[1]) * 8;
        table(
                "failing",
                linear(sourcePath, 0, badSector),
                badSector + " 1 error",
                linear(sourcePath, badSector + 1, deadSector),
                deadSector + " " + DEAD_SECTORS + " error",
                linear(sourcePath, deadSector + DEAD_SECTORS, sectors()));
        loop = shell.need("losetup --find --show --direct-io=on /dev/mapper/failing", SHORT)
                .strip();
        shell.need("udevadm settle", SHORT);
    }

    @Test
    @Order(2)
    void everythingReadableIsCapturedAndEachLostRangeIsListed() throws IOException {
        String before = Manifest.hash(source);
        Result capture = rescuekey("capture " + loop + " --to /mnt/place");
        assertThat(capture.status()).as(capture.output()).isEqualTo(4);
        assertThat(capture.output())
                .contains("512 B at byte " + badSector * 512, "2.0 MiB at byte " + deadSector * 512);
        assertThat(Manifest.hash(source)).as("the source").isEqualTo(before);
    }

    @Test
    @Order(3)
    void itIsRestoredOnceZerosAreAgreedTo() {
        String image = shell.need("find /mnt/place -name '*.rkimg'", SHORT).strip();
        Result refused = shell.run("rescuekey restore " + image + " --to " + TARGET + " --dry-run", SHORT);
        assertThat(refused.status()).as(refused.output()).isEqualTo(3);
        Result restore = rescuekey(planned("restore " + image + " --to " + TARGET + " --accept-unreadable"));
        assertThat(restore.status()).as(restore.output()).isEqualTo(4);
        assertSavedButForWhatIsLost();
    }

    @Test
    @Order(4)
    void aCloneOfItOntoTheSameTargetWritesNothing() {
        Result clone = rescuekey(planned("clone " + loop + " --to " + TARGET));
        assertThat(clone.status()).as(clone.output()).isEqualTo(4);
        assertThat(clone.output()).contains("0 bytes (0 B)");
    }

    /** Starts the program in the background, with nothing left of what an earlier one has printed; its exit status ends up in /tmp/status. */
    private void start(String arguments) {
        shell.need(
                "rm -f /tmp/status /tmp/err; touch /tmp/err; ( (rescuekey " + arguments
                        + " >/tmp/out 2>>/tmp/err & echo $! >/tmp/pid; wait $!;"
                        + " echo $? >/tmp/status) </dev/null >/dev/null 2>&1 & )",
                SHORT);
    }

    /** Waits until the program in the background has printed this, or has ended. */
    private void awaitPrinted(String expression) {
        shell.need("until grep -q '" + expression + "' /tmp/err || [ -e /tmp/status ]; do sleep 0.1; done", JOB);
    }

    private int status() {
        return Integer.parseInt(shell.need("until [ -s /tmp/status ]; do sleep 0.2; done; cat /tmp/status", JOB));
    }

    private String printed() {
        return shell.need("tail -n 40 /tmp/err", SHORT);
    }

    private void fillRandomly(String device) {
        shell.need(
                "dd if=/dev/urandom of=" + device + " bs=1M count=" + DISK_BYTES / MIB
                        + " conv=notrunc,fsync status=none && udevadm settle",
                SHORT);
    }

    @Test
    @Order(5)
    void aCloneThatIsKilledAgainAndAgainIsCompletedByRunningItAgain() {
        fillRandomly(targetPath);
        for (int i = 1; i <= 3; i++) {
            start(planned("clone " + loop + " --to " + TARGET));
            awaitPrinted(" " + 2 * i + "[0-9] %");
            shell.need("pkill -9 -P $(cat /tmp/pid); kill -9 $(cat /tmp/pid); true", SHORT);
            assertThat(status()).isNotZero();
            shell.need("udevadm settle; blockdev --setrw " + loop, SHORT);
        }
        Result clone = rescuekey(planned("clone " + loop + " --to " + TARGET));
        assertThat(clone.status()).as(clone.output()).isEqualTo(4);
        assertThat(clone.output()).contains("were on the target already");
        assertSavedButForWhatIsLost();
    }

    @Test
    @Order(6)
    void aDiskThatHangsIsNamedAndTheJobCanBeCancelled() {
        table("failing", "0 " + sectors() + " delay " + sourcePath + " 0 0");
        start("capture " + loop + " --to /mnt/place --kind full --no-resume");
        awaitPrinted(" %");
        table("failing", "0 " + sectors() + " delay " + sourcePath + " 0 3600000");
        awaitPrinted(loop + " has not answered");
        assertThat(printed()).contains(loop + " has not answered a read");
        shell.need("kill -TERM $(cat /tmp/pid)", SHORT);
        awaitPrinted("CANCELLED");
        assertThat(printed()).contains("CANCELLED");
        table("failing", linear(sourcePath, 0, sectors()));
        assertThat(status()).isEqualTo(130);
    }

    @Test
    @Order(7)
    void aTargetThatStopsTakingWritesEndsTheCloneInWordsAndTheNextRunCompletesIt() {
        fillRandomly(targetPath);
        table("target", linear(targetPath, 0, sectors()));
        String onto = shell.need("losetup --find --show --direct-io=on /dev/mapper/target", SHORT)
                .strip();
        start(planned("clone " + loop + " --to " + onto));
        awaitPrinted(" [1-5][0-9] %");
        table("target", "0 " + sectors() + " flakey " + targetPath + " 0 0 3600 1 error_writes");
        assertThat(status()).as(printed()).isEqualTo(1);
        assertThat(printed()).contains("is incomplete").doesNotContain("Exception");
        table("target", linear(targetPath, 0, sectors()));
        Result clone = rescuekey(planned("clone " + loop + " --to " + onto));
        assertThat(clone.status()).as(clone.output()).isZero();
        assertThat(clone.output()).contains("were on the target already");
        shell.need("losetup --detach " + onto + " && dmsetup remove --retry target", SHORT);
        shell.need("cmp " + sourcePath + "1 " + targetPath + "1 -n 1048576", SHORT);
    }

    @Test
    @Order(8)
    void aSourceThatIsGoneEndsTheCaptureInWords() {
        start("capture " + TARGET + " --to /mnt/place --kind full --no-resume");
        awaitPrinted(" [1-5][0-9] %");
        shell.need(
                "echo 1 > $(readlink -f /sys/block/" + targetPath.substring("/dev/".length()) + "/device/..)/remove",
                SHORT);
        assertThat(status()).as(printed()).isIn(1, 5);
        assertThat(printed()).contains(targetPath).doesNotContain("Exception");
    }
}
