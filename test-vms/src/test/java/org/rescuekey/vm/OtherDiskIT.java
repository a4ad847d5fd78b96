package org.rescuekey.vm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rescuekey.vm.host.Tools;
import org.rescuekey.vm.machine.Drive;
import org.rescuekey.vm.machine.Firmware;
import org.rescuekey.vm.standin.DiskChecks;
import org.rescuekey.vm.standin.Layout;
import org.rescuekey.vm.standin.Manifest;
import org.rescuekey.vm.standin.StandInBuilder;
import org.rescuekey.vm.standin.StandInPc;
import org.rescuekey.vm.standin.StandInSpec;
import org.rescuekey.vm.standin.StandInSpec.Style;
import org.rescuekey.vm.stick.Narrator;

/**
 * A stand-in goes to a disk of another size, with its identities or under new ones; what comes out is whole by the judgement of
 * other programs, and starts. On this host, without a stick.
 */
class OtherDiskIT {
    private static final Path FOLDER = Path.of("target/vm/other-disk");
    private static final long MIB = 1L << 20;
    private static final long DISK_BYTES = 2048 * MIB;

    private final HostProgram program = new HostProgram(FOLDER);

    /** What is asked for. */
    record Wish(Style style, Drive.Bus bus, long targetMib, String identities, boolean throughImage) {
        /** Where Windows is referred to by GUIDs, these stay: only where its recovery environment lies is another place. */
        private boolean isRecordChanged() {
            return identities.equals("new") || style == Style.BIOS_MBR;
        }

        /** A file in which Windows records where its partitions are. */
        boolean mayDiffer(String problem) {
            return problem.matches(".*changed: .*ReAgent.xml")
                    || (isRecordChanged() && problem.matches(".*changed: .*(BCD|config/SYSTEM)"));
        }
    }

    static Stream<Wish> wishes() {
        Stream<Wish> part = Stream.of(
                new Wish(Style.UEFI_GPT, Drive.Bus.NVME, 1280, "new", false),
                new Wish(Style.BIOS_MBR, Drive.Bus.SATA, 1280, "new", false),
                new Wish(Style.BIOS_MBR, Drive.Bus.SATA, 3000, "keep", true));
        Stream<Wish> rest = Stream.of(
                new Wish(Style.UEFI_GPT, Drive.Bus.SATA, 1280, "keep", true),
                new Wish(Style.UEFI_GPT, Drive.Bus.NVME, 3000, "keep", false),
                new Wish(Style.UEFI_GPT, Drive.Bus.SATA, 3000, "new", true),
                new Wish(Style.UEFI_GPT, Drive.Bus.SATA, 2048, "new", false),
                new Wish(Style.BIOS_MBR, Drive.Bus.SATA, 1280, "keep", false),
                new Wish(Style.BIOS_MBR, Drive.Bus.SATA, 2048, "new", false));
        return Scenarios.all() ? Stream.concat(part, rest) : part;
    }

    @ParameterizedTest
    @MethodSource("wishes")
    void isWholeThereAndStarts(Wish wish) throws Exception {
        StandInPc pc = new StandInBuilder(Files.createDirectories(FOLDER))
                .build(StandInSpec.of("pc-other-" + (wish.style() == Style.BIOS_MBR ? "bios" : "uefi"), wish.style())
                        .withDiskBytes(DISK_BYTES)
                        .withFileCount(300));
        String before = Manifest.hash(pc.disk());
        Path target = FOLDER.resolve("target.img");
        Files.deleteIfExists(target);
        Tools.run("truncate", "-s", wish.targetMib() * MIB, target);

        HostProgram.Result done = program.runPlanned(
                wish.throughImage() ? "restore" : "clone",
                wish.throughImage() ? image(pc) : pc.disk().toString(),
                "--to",
                target.toString(),
                "--layout",
                "fill",
                "--identities",
                wish.identities());

        assertThat(done.status()).as(done.errors()).isZero();
        assertThat(Manifest.hash(pc.disk())).as("the source").isEqualTo(before);
        Layout layout = layout(pc.layout(), target);
        // A volume whose size was changed is marked for a check, and then its page files are taken along.
        boolean keepsPageFiles = !wish.throughImage()
                && layout.partition(Layout.Role.WINDOWS).lengthBytes()
                        != pc.layout().partition(Layout.Role.WINDOWS).lengthBytes();
        Manifest expected = keepsPageFiles ? pc.manifest() : pc.manifest().restored();
        StandInPc there = new StandInPc(pc.spec(), target, layout, expected);
        assertThat(there.layout().partition(Layout.Role.RECOVERY).endBytes())
                .as("nothing is left unused")
                .isGreaterThan((wish.targetMib() - 3) * MIB);
        assertThat(new DiskChecks(FOLDER).problems(target, there)).allMatch(wish::mayDiffer, "only records differ");
        Firmware firmware = wish.style() == Style.BIOS_MBR ? Firmware.BIOS : Firmware.UEFI;
        assertThat(MainJob.boot(there, firmware, wish.bus(), FOLDER, Narrator.SILENT))
                .startsWith(pc.proof());
        Tools.run("rm", "-rf", target, pc.disk(), FOLDER.resolve("place"));
    }

    private String image(StandInPc pc) throws IOException, InterruptedException {
        Path place = Files.createDirectories(FOLDER.resolve("place"));
        HostProgram.Result capture = program.run("capture", pc.disk().toString(), "--to", place.toString());
        assertThat(capture.status()).as(capture.errors()).isZero();
        return capture.lines().getLast();
    }

    /** The same partitions where they lie on another disk, as sfdisk sees them. */
    private static Layout layout(Layout of, Path disk) throws IOException {
        JsonNode table =
                new ObjectMapper().readTree(Tools.run("sfdisk", "--json", disk)).get("partitiontable");
        List<Layout.Partition> partitions = new ArrayList<>();
        for (int i = 0; i < of.partitions().size(); i++) {
            Layout.Partition was = of.partitions().get(i);
            JsonNode is = table.get("partitions").get(i);
            UUID guid = is.has("uuid") ? UUID.fromString(is.get("uuid").asText()) : was.guid();
            partitions.add(new Layout.Partition(
                    was.role(),
                    is.get("start").asLong() * Layout.SECTOR_BYTES,
                    is.get("size").asLong() * Layout.SECTOR_BYTES,
                    guid,
                    was.type(),
                    was.name(),
                    was.attributes()));
        }
        return new Layout(of.style(), of.diskGuid(), of.diskSignature(), partitions);
    }
}
