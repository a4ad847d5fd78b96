package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive.Bus;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.standin.DataDisk;
import org.rescuekey.vm.standin.DataDisk.FileSystem;
import org.rescuekey.vm.standin.DiskChecks;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.stick.Narrator;
import org.rescuekey.vm.stick.Stick;

/**
 * The main job through the text UI on the serial line, from firmware to proof: the source is unchanged, the image
 * is there, and the restored disk is whole by the host's checkers and starts. {@code -Dvm.scenarios=all} runs
 * it on every kind of machine.
 */
class MainJobIT {
    private static final Path FOLDER = Path.of("target/vm/main-job");

    static Stream<MainJob.Setup> machines() {
        MainJob.Setup representative = new MainJob.Setup(Firmware.UEFI, Bus.USB_STICK, Bus.NVME, 1024, FileSystem.NTFS);
        return Scenarios.all()
                ? Stream.of(
                        representative,
                        new MainJob.Setup(Firmware.SECURE_BOOT, Bus.USB_STICK, Bus.SATA, 1024, FileSystem.EXT4),
                        new MainJob.Setup(Firmware.UEFI, Bus.CD, Bus.VIRTIO, 512, FileSystem.EXT4),
                        new MainJob.Setup(Firmware.BIOS, Bus.CD, Bus.SATA, 512, FileSystem.NTFS))
                : Stream.of(representative);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aLostSystemDiskComesBackAndStarts(MainJob.Setup setup) throws IOException {
        MainJob job = new MainJob(Stick.ofBuild(), setup, FOLDER, Narrator.SILENT);
        String before = Manifest.hash(job.pc().disk());
        job.backUpAndVerify();
        assertThat(Manifest.hash(job.pc().disk())).as("the source disk").isEqualTo(before);
        assertThat(imageCount(job.data())).as("images on the second disk").isEqualTo(1);

        job.blank();
        job.restore();
        assertThat(new DiskChecks(FOLDER).problemsOfRestored(job.pc().disk(), job.pc()))
                .isEmpty();
        assertThat(job.bootRestored()).startsWith(job.pc().proof());
        Files.delete(job.pc().disk());
        Files.delete(job.data().file());
    }

    private static int imageCount(DataDisk data) throws IOException {
        Path folder = FOLDER.resolve("images");
        data.copyFilesTo(folder);
        int count = DataDisk.images(folder).size();
        Tools.run("rm", "-rf", folder);
        return count;
    }
}
