package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.standin.DiskChecks;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.standin.StandInBuilder;
import org.rescuekey.vm.standin.StandInPc;
import org.rescuekey.vm.standin.StandInSpec;
import org.rescuekey.vm.stick.Narrator;

/**
 * The program on this host, without a stick: a stand-in's disk file is captured and restored to a larger disk file
 * that held random bytes, and what was restored is whole and starts.
 */
class HostCommandLineIT {
    private static final Path FOLDER = Path.of("target/vm/host");

    private final HostProgram program = new HostProgram(FOLDER);

    @ParameterizedTest
    @EnumSource(StandInSpec.Style.class)
    void aDiskFileIsCapturedAndRestoredToALargerOne(StandInSpec.Style style) throws Exception {
        Path place = Files.createDirectories(FOLDER.resolve("place-" + style));
        StandInPc pc = new StandInBuilder(FOLDER)
                .build(StandInSpec.of("pc-host-" + (style == StandInSpec.Style.BIOS_MBR ? "bios" : "uefi"), style));
        String before = Manifest.hash(pc.disk());

        HostProgram.Result capture = program.run("capture", pc.disk().toString(), "--to", place.toString());
        assertThat(capture.status()).as(capture.errors()).isZero();
        assertThat(Manifest.hash(pc.disk())).as("the source").isEqualTo(before);
        String image = capture.lines().getLast();
        assertThat(Files.size(Path.of(image))).isBetween(50L << 20, 200L << 20);

        Path target = FOLDER.resolve("target.img");
        Disks.fillRandomly(target, pc.spec().diskBytes() + (64L << 20));
        HostProgram.Result restore = program.runPlanned("restore", image, "--to", target.toString());
        assertThat(restore.status()).as(restore.errors()).isZero();

        assertThat(new DiskChecks(FOLDER).problemsOfRestored(target, pc)).isEmpty();
        StandInPc restored = new StandInPc(pc.spec(), target, pc.layout(), pc.manifest());
        Firmware firmware = style == StandInSpec.Style.BIOS_MBR ? Firmware.BIOS : Firmware.UEFI;
        assertThat(MainJob.boot(restored, firmware, Drive.Bus.SATA, FOLDER, Narrator.SILENT))
                .startsWith(pc.proof());
        Tools.run("rm", "-rf", target, place, pc.disk());
    }
}
