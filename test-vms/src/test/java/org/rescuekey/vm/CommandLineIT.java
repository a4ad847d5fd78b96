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
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.machine.Qemu;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.DiskChecks;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.standin.StandInBuilder;
import org.rescuekey.vm.standin.StandInPc;
import org.rescuekey.vm.standin.StandInSpec;
import org.rescuekey.vm.stick.Narrator;
import org.rescuekey.vm.stick.Shell;
import org.rescuekey.vm.stick.Shell.Result;
import org.rescuekey.vm.stick.Stick;

/**
 * The command line in the stick's shell, on a BIOS/MBR stand-in: capture, verify, refusals, faults, restore. A boot
 * costs minutes under emulation, so all of it is done on one, in the order given; the last test switches
 * the machine off and starts the restored disk.
 */
@EnabledIfSystemProperty(
        named = "vm.scenarios",
        matches = "all",
        disabledReason = "part of ./rescuekey test --all; the representative part captures and restores by the text UI")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineIT {
    private static final Path FOLDER = Path.of("target/vm/command-line");
    private static final Duration SHORT = Duration.ofMinutes(10);
    private static final Duration JOB = Duration.ofHours(1);
    private static final String SYSTEM = "WIN-HDD-55E0";
    private static final String DATA = "BACKUP-HD-9B12";
    private static final String LARGER = "NEW-HDD-77C4";
    private static final long GIB = 1L << 30;

    private static final int COMPLETE = 0;
    private static final int FAILED = 1;
    private static final int REFUSED = 3;
    private static final int INCOMPLETE = 5;
    private static final int DAMAGED = 6;

    private StandInPc pc;
    private String sourceHash;
    private Path larger;
    private Drive first;
    private Drive second;
    private Qemu machine;
    private Shell shell;
    private String image = "";

    @BeforeAll
    void startTheStick() throws IOException {
        Files.createDirectories(FOLDER);
        pc = new StandInBuilder(FOLDER).build(StandInSpec.of("pc-bios-cli", StandInSpec.Style.BIOS_MBR));
        sourceHash = Manifest.hash(pc.disk());
        DataDisk data = DataDisk.make(FOLDER.resolve("data.img"), DataDisk.FileSystem.EXT4, "BACKUP", 2 * GIB);
        larger = FOLDER.resolve("larger.img");
        Disks.fillRandomly(larger, pc.spec().diskBytes() + (64L << 20));
        first = Drive.writable("first", emptyDisk("first.img"), Drive.Bus.USB, "USB-FIRST-0001");
        second = Drive.writable("second", emptyDisk("second.img"), Drive.Bus.USB, "USB-SECOND-0002");
        machine = Qemu.start(
                Stick.ofBuild()
                        .machineWithShell(
                                Drive.writable("system", pc.disk(), Drive.Bus.SATA, SYSTEM),
                                Drive.writable("data", data.file(), Drive.Bus.SATA, DATA),
                                Drive.writable("larger", larger, Drive.Bus.VIRTIO, LARGER),
                                first),
                FOLDER,
                "command-line");
        shell = Shell.on(machine.secondLine());
        String place = "/dev/disk/by-label/BACKUP"; // the shell is there before all disks have been looked at
        shell.need("udevadm wait --timeout=300 " + place + " && udevadm settle --timeout=300", Duration.ofMinutes(10));
        shell.need("mkdir -p /mnt/place && mount " + place + " /mnt/place", SHORT);
    }

    @AfterAll
    void end() {
        if (machine != null) {
            machine.close();
        }
    }

    private Path emptyDisk(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        Files.deleteIfExists(file);
        Tools.run("truncate", "-s", pc.spec().diskBytes(), file);
        return file;
    }

    /** The device that carries this serial number, e.g. /dev/sda. */
    private String device(String serial) {
        return "/dev/" + shell.need("lsblk -dno NAME,SERIAL | awk '$2 == \"" + serial + "\" { print $1 }'", SHORT);
    }

    private Result rescuekey(String arguments, Duration limit) {
        return shell.run("rescuekey " + arguments, limit);
    }

    /** Plans a restore and returns its digest, the last word of a dry run. */
    private String digest(String target) {
        Result plan = rescuekey("restore " + image + " --to " + target + " --dry-run", SHORT);
        assertThat(plan.status()).as(plan.output()).isEqualTo(COMPLETE);
        assertThat(plan.lastLine()).startsWith("plan ");
        return plan.lastLine().substring("plan ".length());
    }

    @Test
    @Order(1)
    void nothingListens() {
        assertThat(shell.need("ss -H -lntu", SHORT)).isEmpty();
    }

    @Test
    @Order(2)
    void theFirstScreenIsPaintedOnTheMonitor() throws IOException {
        shell.need("until grep -q 'Rescue Key' /dev/vcs1; do sleep 1; done", Duration.ofMinutes(20));
        Path png = FOLDER.resolve("tty1.png");
        machine.screenshot(png);
        assertThat(png).isNotEmptyFile();
    }

    @Test
    @Order(3)
    void disksAreListedByTheirIdentities() {
        Result disks = rescuekey("disks", SHORT);
        assertThat(disks.status()).isEqualTo(COMPLETE);
        assertThat(disks.output()).contains(SYSTEM, DATA, LARGER, "USB-FIRST-0001", "NTFS", "ext4");
    }

    @Test
    @Order(4)
    void captureReadsUsedSectorsOnlyAndPrintsTheImagesPath() {
        Result capture = rescuekey("capture " + SYSTEM + " --to /mnt/place 2>/tmp/progress", JOB);
        assertThat(capture.status()).as(capture.output()).isEqualTo(COMPLETE);
        image = capture.lastLine().strip();
        long bytes = Long.parseLong(shell.need("stat -c %s '" + image + "'", SHORT));
        assertThat(bytes).as("size of the image").isBetween(50L << 20, 300L << 20);
    }

    @Test
    @Order(5)
    void verifyProvesTheImage() {
        Result verify = rescuekey("verify " + image, JOB);
        assertThat(verify.status()).as(verify.output()).isEqualTo(COMPLETE);
    }

    @Test
    @Order(6)
    void aFlippedBitIsFound() {
        String bad = "/mnt/place/flipped.rkimg";
        shell.need(
                "cp " + image + " " + bad + " && at=$(($(stat -c %s " + bad + ") / 2))"
                        + " && byte=$(xxd -s $at -l 1 -p " + bad + ")"
                        + " && printf \"\\x$(printf %02x $((0x$byte ^ 1)))\""
                        + " | dd of=" + bad + " bs=1 seek=$at conv=notrunc status=none",
                SHORT);
        Result verify = rescuekey("verify " + bad, JOB);
        assertThat(verify.status()).as(verify.output()).isEqualTo(DAMAGED);
        shell.need("rm " + bad, SHORT);
    }

    @Test
    @Order(7)
    void theStickIsRefusedAsTarget() {
        refused(shell.need("cat /run/rescuekey/boot-device", SHORT));
    }

    @Test
    @Order(8)
    void theDiskThatHoldsTheImageIsRefusedAsTarget() {
        refused(DATA);
        refused(device(DATA));
    }

    @Test
    @Order(9)
    void aSmallerTargetIsRefusedWithTheShortfall() {
        shell.need("truncate -s 1G /tmp/small.img", SHORT);
        Result restore = rescuekey("restore " + image + " --to /tmp/small.img --dry-run", SHORT);
        assertThat(restore.status()).as(restore.output()).isEqualTo(REFUSED);
        assertThat(restore.output()).contains("2,146,435,072 bytes too few");
    }

    @Test
    @Order(10)
    void aPlaceOnTheSourceIsRefused() {
        Result capture = rescuekey("capture " + DATA + " --to /mnt/place", SHORT);
        assertThat(capture.status()).as(capture.output()).isEqualTo(REFUSED);
    }

    private void refused(String target) {
        Result restore = rescuekey("restore " + image + " --to " + target + " --dry-run", SHORT);
        assertThat(restore.status()).as(restore.output()).isEqualTo(REFUSED);
        assertThat(restore.output()).isNotBlank();
    }

    @Test
    @Order(11)
    void aTargetSwappedBetweenPlanAndRunIsRefused() throws IOException {
        String path = device(first.serial());
        String digest = digest(path);
        machine.unplug(first);
        shell.need("while [ -e " + path + " ]; do sleep 0.2; done", SHORT);
        machine.plug(second);
        shell.need("until [ -b " + path + " ]; do sleep 0.2; done; udevadm settle", SHORT);
        assertThat(device(second.serial())).isEqualTo(path);
        String before = Manifest.hash(second.file());

        Result restore = rescuekey("restore " + image + " --to " + path + " --confirm " + digest, SHORT);
        assertThat(restore.status()).as(restore.output()).isEqualTo(REFUSED);
        assertThat(Manifest.hash(second.file())).isEqualTo(before);
    }

    @Test
    @Order(12)
    void aCaptureThatIsKilledLeavesNoCompleteImage() {
        shell.need(
                "mkdir -p /mnt/place/killed; rescuekey capture " + SYSTEM
                        + " --to /mnt/place/killed >/tmp/out 2>/tmp/err & echo $! >/tmp/pid",
                SHORT);
        shell.need("until [ $(du -sm /mnt/place/killed | cut -f 1) -gt 20 ]; do sleep 0.2; done", JOB);
        shell.need("pkill -9 -P $(cat /tmp/pid); kill -9 $(cat /tmp/pid); wait; true", SHORT);
        String left = shell.need("find /mnt/place/killed -type f -size +1M | head -n 1", SHORT);
        Result verify = rescuekey("verify " + left, JOB);
        assertThat(verify.status()).as(verify.output()).isNotEqualTo(COMPLETE);
        assertThat(verify.output()).isNotBlank();
        assertThat(rescuekey("verify --quick " + image, JOB).status()).isEqualTo(COMPLETE);
        shell.need("rm -r /mnt/place/killed", SHORT);
    }

    @Test
    @Order(13)
    void aTargetPulledOutDuringTheRestoreEndsInWords() throws IOException {
        String path = device(second.serial());
        String command = "rescuekey restore " + image + " --to " + path + " --confirm " + digest(path);
        int running = shell.start(command);
        machine.secondLine().expectPrinted(running, "%", "%", JOB);
        machine.unplug(second);
        Result restore = shell.await(running, JOB);
        assertThat(restore.status()).as(restore.output()).isIn(FAILED, INCOMPLETE);
        assertThat(restore.output()).doesNotContain("Exception");
    }

    @Test
    @Order(14)
    void theSystemIsRestoredToALargerDiskThatHeldSomethingElse() {
        String command = "restore " + image + " --to " + LARGER + " --confirm " + digest(LARGER);
        Result restore =
                rescuekey(command + " 2>/tmp/progress; status=$?; tail -n 30 /tmp/progress; (exit $status)", JOB);
        assertThat(restore.status()).as(restore.output()).isEqualTo(COMPLETE);
    }

    @Test
    @Order(15)
    void aCloneOfTheSameDiskFindsEverythingThere() {
        Result clone = cloned();
        assertThat(clone.status()).as(clone.output()).isEqualTo(COMPLETE);
        assertThat(clone.output()).contains("nothing was written");
    }

    @Test
    @Order(16)
    void aCloneWritesWhatDiffers() {
        for (int start :
                new int[] {1, 101}) { // of the first two partitions, in MiB: boot sectors and what comes behind
            shell.need(
                    "dd if=/dev/urandom of=" + device(LARGER) + " bs=1M seek=" + start
                            + " count=1 conv=notrunc,fsync status=none",
                    SHORT);
        }
        shell.need("udevadm settle", SHORT);
        Result clone = cloned();
        assertThat(clone.status()).as(clone.output()).isEqualTo(COMPLETE);
        assertThat(clone.output()).contains("were on the target already");
    }

    private Result cloned() {
        Result plan = rescuekey("clone " + SYSTEM + " --to " + LARGER + " --dry-run", SHORT);
        assertThat(plan.status()).as(plan.output()).isEqualTo(COMPLETE);
        String digest = plan.lastLine().substring("plan ".length());
        return rescuekey(
                "clone " + SYSTEM + " --to " + LARGER + " --confirm " + digest
                        + " 2>/tmp/progress; status=$?; tail -n 30 /tmp/progress; (exit $status)",
                JOB);
    }

    @Test
    @Order(17)
    void theRestoredDiskIsWholeAndStarts() throws IOException {
        shell.need("umount /mnt/place", SHORT);
        machine.secondLine().type("poweroff\n");
        machine.awaitOff(Duration.ofMinutes(10));
        assertThat(Manifest.hash(pc.disk())).as("the source disk").isEqualTo(sourceHash);
        assertThat(new DiskChecks(FOLDER).problemsOfRestored(larger, pc)).isEmpty();
        StandInPc restored = new StandInPc(pc.spec(), larger, pc.layout(), pc.manifest());
        assertThat(MainJob.boot(restored, Firmware.BIOS, Drive.Bus.SATA, FOLDER, Narrator.SILENT))
                .startsWith(pc.proof());
        for (String disk : new String[] {"larger.img", "first.img", "second.img", "data.img", "pc-bios-cli.img"}) {
            Files.deleteIfExists(FOLDER.resolve(disk));
        }
    }
}
