package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private static final Path PROGRAM = Path.of("../rescue-app/target");

    /** What the program wrote to its standard output. */
    private record Result(int status, List<String> lines, String errors) {}

    private static Result rescuekey(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                PROGRAM.resolve("classes") + ":" + PROGRAM.resolve("lib") + "/*",
                "org.rescuekey.cli.Main"));
        command.addAll(List.of(arguments));
        Path errors = FOLDER.resolve("errors.txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return new Result(process.waitFor(), lines, Files.readString(errors));
    }

    @ParameterizedTest
    @EnumSource(StandInSpec.Style.class)
    void aDiskFileIsCapturedAndRestoredToALargerOne(StandInSpec.Style style) throws Exception {
        Path place = Files.createDirectories(FOLDER.resolve("place-" + style));
        StandInPc pc = new StandInBuilder(FOLDER)
                .build(StandInSpec.of("pc-host-" + (style == StandInSpec.Style.BIOS_MBR ? "bios" : "uefi"), style));
        String before = Manifest.hash(pc.disk());

        Result capture = rescuekey("capture", pc.disk().toString(), "--to", place.toString());
        assertThat(capture.status()).as(capture.errors()).isZero();
        assertThat(Manifest.hash(pc.disk())).as("the source").isEqualTo(before);
        String image = capture.lines().getLast();
        assertThat(Files.size(Path.of(image))).isBetween(50L << 20, 200L << 20);

        Path target = FOLDER.resolve("target.img");
        Disks.fillRandomly(target, pc.spec().diskBytes() + (64L << 20));
        Result plan = rescuekey("restore", image, "--to", target.toString(), "--dry-run");
        assertThat(plan.status()).as(plan.errors()).isZero();
        String digest = plan.lines().getLast().substring("plan ".length());
        Result restore = rescuekey("restore", image, "--to", target.toString(), "--confirm", digest);
        assertThat(restore.status()).as(restore.errors()).isZero();

        assertThat(new DiskChecks(FOLDER).problemsOfRestored(target, pc)).isEmpty();
        StandInPc restored = new StandInPc(pc.spec(), target, pc.layout(), pc.manifest());
        Firmware firmware = style == StandInSpec.Style.BIOS_MBR ? Firmware.BIOS : Firmware.UEFI;
        assertThat(MainJob.boot(restored, firmware, Drive.Bus.SATA, FOLDER, Narrator.SILENT))
                .startsWith(pc.proof());
        Tools.run("rm", "-rf", target, place, pc.disk());
    }
}
