package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.Bounded;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** Physical volumes with file systems in their logical volumes: what is free in these is free here too. */
@Tag("loop")
class LvmUsedMapTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE_MIB = 100;

    @TempDir
    Path folder;

    private Path image;
    private Path files;

    @BeforeEach
    void makeFiles() throws IOException {
        image = folder.resolve("lvm.img");
        Tool.run("truncate", "-s", SIZE_MIB + "M", image);
        files = FileTree.make(folder.resolve("files"), 3, 30, 60_000);
    }

    @ParameterizedTest
    @CsvSource({"512, 1", "4096, 1", "512, 0", "512, 3"})
    void whatIsFreeInLogicalVolumesIsFree(int sectorBytes, int labelSector) throws IOException {
        List<Extent> root;
        List<Extent> home;
        List<Extent> swap;
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine", "--labelsector", "" + labelSector);
            lvm.volume("machine", "root", 14);
            lvm.volume("machine", "swap", 5);
            lvm.volume("machine", "gone", 6);
            lvm.volume("machine", "home", 20);
            // In three pieces, of which the second stands before the first.
            lvm.lvm(List.of("lvremove", "-f", "machine/gone"));
            lvm.lvm(List.of("lvextend", "-l", "+6", "machine/home", lvm.loop(0) + ":19-24"));
            lvm.lvm(List.of("lvextend", "-l", "+6", "machine/home", lvm.loop(0)));
            lvm.lvm(List.of("lvextend", "-l", "+3", "machine/root", lvm.loop(0)));
            root = lvm.pieces("machine/root", 0);
            home = lvm.pieces("machine/home", 0);
            swap = lvm.pieces("machine/swap", 0);
        }
        assertThat(root).hasSize(2);
        assertThat(home).hasSize(3);
        put(ext4(17), root);
        put(xfs(32), home);
        put(swap(5), swap);
        SectorSize sector = new SectorSize(sectorBytes);

        UsedMap map = UsedMapCheck.check(image, sector, volume -> {
            Tool.run("env", "LVM_SUPPRESS_FD_WARNINGS=1", "pvck", "--dump", "headers", volume);
            Tool.run("env", "LVM_SUPPRESS_FD_WARNINGS=1", "pvck", "--dump", "metadata", volume);
            checkExt4(get(volume, root));
            checkXfs(get(volume, home));
            Tool.run("swaplabel", get(volume, swap));
        });

        ExtentSet.Builder expected = ExtentSet.builder().add(0, MIB);
        UsedMap inRoot = UsedMapCheck.map(ext4(17), sector);
        UsedMap inHome = UsedMapCheck.map(xfs(32), sector);
        ExtentSet taken = map.used().subtract(expected.build());
        UsedMap inSwap = UsedMapCheck.map(swap(5), sector);
        assertThat(taken.totalBytes())
                .isEqualTo(inRoot.used().totalBytes()
                        + inHome.used().totalBytes()
                        + inSwap.used().totalBytes());
        assertThat(map.notes()).allMatch(note -> note.startsWith("swap"));
        VolumeInfo info = UsedMapCheck.recognise(image, sector);
        assertThat(info.type()).isEqualTo(FileSystemType.LVM2);
        assertThat(info.label()).isEqualTo("machine");
        assertThat(info.identity())
                .isEqualTo(Tool.run("blkid", "-p", "-s", "UUID", "-o", "value", image)
                        .strip());
        assertThat(info.clusterBytes()).isEqualTo(MIB);
        assertThat(info.sizeBytes()).isEqualTo(SIZE_MIB * MIB);
        assertThat(info.states()).isEmpty();
        assertThat(info.notes())
                .containsExactly(
                        "It holds root (ext4), called the root.",
                        "It holds swap (Linux swap).",
                        "It holds home (XFS), called rescue me.");
    }

    @Test
    void contentOfSwapSpaceIsLeftOutAndHibernatedSwapSpaceIsNot() throws IOException {
        List<Extent> swap;
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "swap", 5);
            swap = lvm.pieces("machine/swap", 0);
        }
        Path content = swap(5);
        put(content, swap);
        UsedMap inner = UsedMapCheck.map(content, SectorSize.SECTOR_512);

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.leftOut()).hasSize(inner.leftOut().size());
        for (int i = 0; i < inner.leftOut().size(); i++) {
            assertThat(map.leftOut().get(i))
                    .isEqualTo(new UsedMap.LeftOut(
                            "swap: " + inner.leftOut().get(i).name(),
                            inner.leftOut().get(i).extents().shift(MIB)));
        }

        XfsFixture.write(image, swap.getFirst().start() + 4096 - 10, "S1SUSPEND\0".getBytes(StandardCharsets.US_ASCII));
        map = UsedMapCheck.map(image, SectorSize.SECTOR_512);
        assertThat(map.leftOut()).isEmpty();
        assertThat(map.used().contains(swap.getFirst())).isTrue();
        VolumeInfo info = UsedMapCheck.recognise(image, SectorSize.SECTOR_512);
        assertThat(info.states()).containsExactly(VolumeState.HIBERNATED);
        assertThat(info.notes()).contains("swap (Linux swap) " + VolumeState.HIBERNATED.words() + ".");
    }

    @Test
    void statesOfWhatIsInsideAreItsOwn() throws IOException {
        List<Extent> root;
        List<Extent> old;
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", 17);
            lvm.volume("machine", "old", 17);
            root = lvm.pieces("machine/root", 0);
            old = lvm.pieces("machine/old", 0);
        }
        Path content = ext4(17);
        Tool.run("debugfs", "-w", "-R", "feature needs_recovery", content);
        put(content, root);
        Tool.run("debugfs", "-w", "-R", "feature -needs_recovery", content);
        Tool.run("debugfs", "-w", "-R", "ssv state 3", content);
        put(content, old);

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.raw()).isFalse();
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, 35 * MIB)));
        assertThat(map.notes()).hasSize(2).first().asString().startsWith("root (ext4): Its journal was not replayed");
        VolumeInfo info = UsedMapCheck.recognise(image, SectorSize.SECTOR_512);
        assertThat(info.states()).containsExactlyInAnyOrder(VolumeState.NEEDS_JOURNAL_REPLAY, VolumeState.HAS_ERRORS);
        assertThat(info.notes())
                .contains(
                        "root (ext4) " + VolumeState.NEEDS_JOURNAL_REPLAY.words() + ".",
                        "old (ext4) " + VolumeState.HAS_ERRORS.words() + ".");
    }

    /** A part of something that is elsewhere too, in stripes or one behind the other. */
    @Test
    void logicalVolumesOverSeveralDevicesAreTakenWhole() throws IOException {
        Path other = folder.resolve("other.img");
        Tool.run("truncate", "-s", "60M", other);
        List<Extent> stripes;
        List<Extent> line;
        try (LvmFixture lvm = new LvmFixture(image, other)) {
            lvm.group("machine");
            lvm.lvm(List.of("lvcreate", "-an", "-Zn", "-Wn", "-i", "2", "-l", "10", "-n", "stripes", "machine"));
            lvm.volume("machine", "line", 10);
            lvm.lvm(List.of("lvextend", "-l", "+4", "machine/line", lvm.loop(1)));
            stripes = lvm.pieces("machine/stripes", 0);
            line = lvm.pieces("machine/line", 0);
        }
        put(ext4(10), line);

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(stripes).containsExactly(new Extent(MIB, 5 * MIB));
        assertThat(line).containsExactly(new Extent(6 * MIB, 10 * MIB));
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, 16 * MIB)));
        String whole = ": all that it has here counts as used, because not all of it is here, or not in one line.";
        assertThat(map.notes()).containsExactly("stripes" + whole, "line" + whole);
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).notes()).isEqualTo(map.notes());
    }

    /** What a snapshot needs of its origin may be free in the origin; what a pool is made of is in no file system. */
    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "thin-pool", "cache", "vdo"})
    void whatOthersAreMadeOfIsTakenWhole(String type) throws IOException {
        List<Extent> root = oneRoot(17);
        String other = "more {\nid = \"gmOJa1-8Nz1-6exe-YjCS-hYtC-IoYX-5Hn4D9\"\nstatus = [\"READ\", \"VISIBLE\"]\n"
                + "segment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 3\ntype = \"" + type + "\"\n"
                + "origin = \"root\"\nsettings { deep = [ 1, \"two\" ] }\n}\n}\n";
        LvmFixture.change(image, text -> text.replace("logical_volumes {", "logical_volumes {\n" + other));

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.used().contains(root.getFirst())).isTrue();
        assertThat(map.notes())
                .containsExactly("root: all that it has here counts as used, because others are made of it.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"READ\", \"WRITE\", \"VISIBLE\"; \"READ\", \"WRITE\"; it is hidden",
                "\"READ\", \"WRITE\", \"VISIBLE\"; \"READ\", \"PVMOVE\", \"VISIBLE\"; it is marked PVMOVE",
                "\"READ\", \"WRITE\", \"VISIBLE\"; \"VISIBLE\", \"FUTURE\"; it is marked FUTURE",
            })
    void logicalVolumesOfUnknownKindsAreTakenWhole(String old, String changed, String reason) throws IOException {
        List<Extent> root = oneRoot(17);
        LvmFixture.change(image, text -> text.replace(old, changed));

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.used().contains(root.getFirst())).isTrue();
        assertThat(map.notes()).hasSize(1).first().asString().contains(reason);
    }

    @Test
    void physicalVolumeInALogicalVolumeIsNotLookedInto() throws IOException {
        Path inner = folder.resolve("inner.img");
        Tool.run("truncate", "-s", "20M", inner);
        try (LvmFixture lvm = new LvmFixture(inner)) {
            lvm.group("inside");
        }
        List<Extent> root = oneRoot(20);
        put(inner, root);

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.used().contains(root.getFirst())).isTrue();
        assertThat(map.notes())
                .containsExactly(
                        "root (LVM physical volume): It is a physical volume itself, which is not looked into.");
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).notes())
                .containsExactly("It holds root (LVM physical volume).");
    }

    @Test
    void textThatGoesOverTheEndOfItsRing() throws IOException {
        oneRoot(17);
        UsedMap before = UsedMapCheck.map(image, SectorSize.SECTOR_512);
        LvmFixture.write(image, 4096, LvmFixture.text(image), MIB - 4096 - 512);
        assertThat(Tool.run("env", "LVM_SUPPRESS_FD_WARNINGS=1", "pvck", "--dump", "metadata", image))
                .contains("vgname machine seqno", "root {");

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512)).isEqualTo(before);
    }

    @Test
    void secondMetadataAreaIsUsedAndHasToAgree() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine", "--pvmetadatacopies", "2");
            lvm.volume("machine", "root", 3);
        }
        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, 4 * MIB), Extent.between(99 * MIB, 100 * MIB)));

        LvmFixture.change(image, text -> text.replace("root {", "boot {"));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("Its metadata areas describe its volume group in different ways.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "ignored", "alone"})
    void volumeGroupThatIsDescribedElsewhere(String kind) throws IOException {
        Path other = folder.resolve("other.img");
        Tool.run("truncate", "-s", "60M", other);
        try (LvmFixture lvm = new LvmFixture(image, other)) {
            switch (kind) {
                case "none" -> {
                    lvm.lvm(List.of("pvcreate", "--pvmetadatacopies", "0", lvm.loop(0)));
                    lvm.lvm(List.of("vgcreate", "-s", "1M", "machine", lvm.loop(0), lvm.loop(1)));
                }
                case "ignored" -> {
                    lvm.group("machine");
                    lvm.lvm(List.of("pvchange", "--metadataignore", "y", lvm.loop(0)));
                }
                default -> lvm.lvm(List.of("pvcreate", lvm.loop(0)));
            }
        }

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("What its volume group holds is not described on this device.");
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).identity())
                .isNotEmpty();
    }

    @Test
    void exportedVolumeGroupIsRaw() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", 3);
            lvm.lvm(List.of("vgexport", "machine"));
        }

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .startsWith("Its volume group is marked EXPORTED");
    }

    @ParameterizedTest
    @CsvSource({
        "'status = [\"RESIZEABLE\"', 'status = [\"CLUSTERED\"', 'volume group is marked CLUSTERED'",
        "'flags = []', 'flags = [\"FUTURE\"]', 'marked FUTURE'",
        "'max_lv = 0', 'max_lv = 0 lock_type = \"sanlock\"', 'marked lock_type sanlock'",
        "'status = [\"ALLOCATABLE\"]', 'status = [\"ALLOCATABLE\"] flags = [\"MISSING\"]', 'another name than flags'",
        "'[\"ALLOCATABLE\"]', '[\"ALLOCATABLE\", \"MISSING\"]', 'A physical volume of its volume group is marked MISSING'",
        "'pe_start = 2048', 'pe_start = 1024', 'extents from 1048576 on'",
        "'pe_count = 99', 'pe_count = 99999', 'a number pe_count from 1 to 99'",
        "'\"pv0\", 0', '\"pv0\", 90', 'one of 99 extents'",
        "'stripe_count = 1', 'stripe_count = 2', '2 stripes'",
        "'type = \"striped\"', 'type = \"mirror\"', 'the type mirror'",
        "'start_extent = 0', 'start_extent = 1', 'a segment from extent 0 on'",
        "'extent_size = 2048', 'extent_size = 0', 'a number extent_size'",
        "'Text Format Volume Group', 'Another', 'the text of a volume group'",
        "'segment_count = 1', 'segment_count = 2', 'a section segment2'",
        "'segment_count = 1', 'segment_count = 99999999', 'a number segment_count'",
    })
    void textThatIsNotUnderstoodOrContradictsItself(String old, String changed, String reason) throws IOException {
        oneRoot(17);
        LvmFixture.change(image, text -> {
            assertThat(text).contains(old);
            return text.replace(old, changed);
        });

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains(reason);
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).identity())
                .isNotEmpty();
    }

    @Test
    void extentsOfTwoLogicalVolumesAreWrong() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", 3);
            lvm.volume("machine", "home", 3);
        }
        LvmFixture.change(image, text -> text.replace("\"pv0\", 3", "\"pv0\", 2"));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .contains("extents of one logical volume each");
    }

    /** A bit in the label, in the header of a metadata area and in the text. */
    @ParameterizedTest
    @CsvSource({"600, LVM label", "4110, LVM metadata area", "4500, LVM metadata area", "text, LVM metadata area"})
    void checksumThatFails(String place, String what) throws IOException {
        oneRoot(17);
        ByteBuffer header = ByteBuffer.wrap(XfsFixture.read(image, 4096, 512)).order(ByteOrder.LITTLE_ENDIAN);
        long offset = place.equals("text") ? 4096 + header.getLong(40) + 300 : Long.parseLong(place);
        XfsFixture.write(image, offset, (byte) (XfsFixture.read(image, offset, 1)[0] ^ 0x10));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .contains("is damaged", what, "expected the checksum");
    }

    @Test
    void changeThatWasNotFinishedIsRaw() throws IOException {
        oneRoot(17);
        byte[] header = XfsFixture.read(image, 4096, 512);
        header[65] = 2;
        LvmFixture.seal(image, 4096, header);

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("A change of its volume group was begun and not finished.");
    }

    @Test
    void physicalVolumeThatExceedsItsDeviceIsRaw() throws IOException {
        oneRoot(17);
        Tool.run("truncate", "-s", "99M", image);

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason()).contains("a size inside the device");
    }

    /** As many logical volumes as fit, each with a file system: reads and memory stay within what these need. */
    @Test
    void fullVolumeGroupInBoundedMemory() throws IOException {
        int count = 64;
        Tool.run("truncate", "-s", (count * 4 + 2) + "M", image);
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
        }
        StringBuilder text = new StringBuilder();
        Path content = ext4(4);
        for (int i = 0; i < count; i++) {
            text.append("lv").append(i).append(" { status = [\"READ\", \"WRITE\", \"VISIBLE\"] segment_count = 4\n");
            List<Extent> pieces = new ArrayList<>();
            for (int j = 0; j < 4; j++) {
                int place = j * count + i;
                text.append("segment")
                        .append(j + 1)
                        .append(" { start_extent = ")
                        .append(j);
                text.append(" extent_count = 1 type = \"striped\" stripe_count = 1 stripes = [\"pv0\", ");
                text.append(place).append("] }\n");
                pieces.add(new Extent((1 + place) * (long) MIB, MIB));
            }
            text.append("}\n");
            put(content, pieces);
        }
        LvmFixture.change(image, old -> old.replaceFirst("\n}\n#", "\nlogical_volumes {\n" + text + "}\n}\n#"));
        long inner = UsedMapCheck.map(content, SectorSize.SECTOR_512).used().totalBytes();

        try (FileDevice file = FileDevice.openReadOnly(image, SectorSize.SECTOR_512)) {
            CountingDevice counting = new CountingDevice(new ReadOnlyDevice(file));
            Bounded.run(64 << 20, () -> {
                UsedMap map = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
                assertThat(map.reason()).isEmpty();
                assertThat(map.notes()).isEmpty();
                assertThat(map.used().totalBytes()).isEqualTo(MIB + count * inner);
            });
            // Two maps; the places where file systems leave their marks are most of it.
            assertThat(counting.bytesRead())
                    .isLessThan(2L * (count + 1) * (Probe.HEAD_BYTES + Probe.TAIL_BYTES + (256 << 10)));
        }
    }

    private List<Extent> oneRoot(int extents) throws IOException {
        List<Extent> root;
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", extents);
            root = lvm.pieces("machine/root", 0);
        }
        put(ext4(17), root);
        return root;
    }

    private Path ext4(int sizeMib) {
        Path content = folder.resolve("ext4.img");
        Tool.run("rm", "-f", content);
        Tool.run("truncate", "-s", sizeMib + "M", content);
        Tool.run(
                "env",
                "E2FSPROGS_FAKE_TIME=1700000000",
                "mke2fs",
                "-q",
                "-F",
                "-t",
                "ext4",
                "-L",
                "the root",
                "-U",
                XfsFixture.UUID_TEXT,
                "-d",
                files,
                content);
        return content;
    }

    private Path xfs(int sizeMib) throws IOException {
        Path all = XfsFixture.files(folder.resolve("flat"), 20, 50_000);
        List<Path> each = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            each.add(all.resolve("f" + i));
        }
        return XfsFixture.make(folder.resolve("xfs.img"), (sizeMib << 10) + " -b size=1024", each);
    }

    private Path swap(int sizeMib) {
        Path content = folder.resolve("swap.img");
        Tool.run("truncate", "-s", sizeMib + "M", content);
        Tool.run("mkswap", "-q", content);
        return content;
    }

    private void checkExt4(Path content) throws IOException {
        Tool.run("e2fsck", "-fn", content);
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("debugfs", "-R", "rdump / " + copy, content);
        Map<String, Long> expected = FileTree.checksums(files);
        assertThat(expected).hasSize(30);
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
    }

    private void checkXfs(Path content) throws IOException {
        XfsFixture.check(content);
        XfsFixture.mounted(
                content,
                "ro,norecovery",
                root -> assertThat(FileTree.checksums(root)).isEqualTo(FileTree.checksums(folder.resolve("flat"))));
    }

    /** Writes what a logical volume holds to where it lies. */
    private void put(Path content, List<Extent> pieces) throws IOException {
        copy(content, image, pieces, true);
    }

    /** Reads what a logical volume holds from where it lies. */
    private Path get(Path volume, List<Extent> pieces) throws IOException {
        Path content = folder.resolve("content.img");
        Files.deleteIfExists(content);
        copy(volume, content, pieces, false);
        return content;
    }

    private static void copy(Path from, Path to, List<Extent> pieces, boolean in) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            long logical = 0;
            for (Extent piece : pieces) {
                ByteBuffer bytes = ByteBuffer.allocate((int) piece.length());
                source.read(bytes, in ? logical : piece.start());
                target.write(bytes.flip(), in ? piece.start() : logical);
                logical += piece.length();
            }
        }
    }
}
