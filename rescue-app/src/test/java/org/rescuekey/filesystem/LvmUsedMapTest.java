package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
class LvmUsedMapTest extends LvmContents {
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
}
