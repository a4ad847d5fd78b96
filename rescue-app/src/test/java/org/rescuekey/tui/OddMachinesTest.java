package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.tui.keys.Key.Kind;
import org.rescuekey.tui.model.Size;
import org.rescuekey.tui.model.Text;
import org.rescuekey.tui.view.Glyphs;
import org.rescuekey.tui.view.Look;
import org.rescuekey.tui.view.Palette;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/** Machines that nobody has seen: no screen stumbles over a disk of no size, a label of bells or 130 partitions. */
class OddMachinesTest {
    @Property(tries = 150)
    void everyScreenIsDrawn(@ForAll("machines") Machine machine, @ForAll("sizes") Size size) {
        Walk walk = new Walk(size, machine);
        draw(walk);
        walk.press(Kind.PAGE_DOWN, Kind.PAGE_DOWN);
        draw(walk);
        walk.type("b");
        for (int disk = 0; disk < machine.disks().size(); disk++) {
            draw(walk);
            walk.press(Kind.DOWN);
        }
        walk.press(Kind.ENTER, Kind.END).type("x");
        draw(walk);
        walk.press(Kind.ESCAPE, Kind.ESCAPE, Kind.ESCAPE).type("r").press(Kind.END, Kind.UP, Kind.ENTER, Kind.ENTER);
        draw(walk);
        walk.press(Kind.ENTER);
        draw(walk);
        walk.press(Kind.ESCAPE, Kind.ESCAPE, Kind.ESCAPE, Kind.ESCAPE, Kind.ESCAPE)
                .type("c");
        for (int disk = 0; disk < machine.disks().size(); disk++) {
            draw(walk);
            walk.press(Kind.DOWN);
        }
        walk.press(Kind.HOME, Kind.ENTER);
        draw(walk);
        walk.press(Kind.END).type("xd");
        draw(walk);
        walk.press(Kind.ENTER);
        draw(walk);
        walk.press(Kind.ENTER);
        draw(walk);
    }

    private static void draw(Walk walk) {
        String screen = ScreenText.of(walk.model(), new Look(Glyphs.UNICODE, Palette.CONSOLE));
        assertThat(screen.lines())
                .allSatisfy(row -> assertThat(Text.width(row))
                        .isLessThanOrEqualTo(walk.model().size().columns()));
    }

    @Provide
    Arbitrary<Machine> machines() {
        return disk().list()
                .ofMaxSize(8)
                .map(disks -> new Machine("\u0007Odd\u001B[2J", "BIOS", false, 0, renamed(disks)));
    }

    private static List<DiskInfo> renamed(List<DiskInfo> disks) {
        List<DiskInfo> named = new ArrayList<>();
        for (DiskInfo disk : disks) {
            named.add(disk(disk, "/dev/odd" + named.size()));
        }
        return named;
    }

    private Arbitrary<DiskInfo> disk() {
        Arbitrary<Long> sizes = Arbitraries.oneOf(
                Arbitraries.of(0L, 1L, 512L, Long.MAX_VALUE >> 1),
                Arbitraries.longs().between(0, 1L << 45));
        Arbitrary<List<PartitionInfo>> partitions = Arbitraries.oneOf(
                partition().list().ofMaxSize(5), partition().list().ofSize(130));
        Arbitrary<Optional<VolumeInfo>> whole = volume().optional(0.3);
        return Combinators.combine(text(), text(), sizes, partitions, whole, Arbitraries.of(true, false), text())
                .as((model, serial, size, parts, volume, boot, finding) -> new DiskInfo(
                        "/dev/odd",
                        "odd",
                        model,
                        serial,
                        "",
                        "usb",
                        true,
                        false,
                        boot,
                        size,
                        SectorSize.SECTOR_512,
                        SectorSize.SECTOR_4096,
                        Optional.empty(),
                        "",
                        "",
                        parts,
                        volume,
                        List.of(),
                        List.of(),
                        boot,
                        finding.isEmpty() ? List.of() : List.of(finding)));
    }

    private static DiskInfo disk(DiskInfo like, String path) {
        return new DiskInfo(
                path,
                like.kernelName(),
                like.model(),
                like.serial(),
                like.wwn(),
                like.bus(),
                like.removable(),
                like.rotational(),
                like.readOnly(),
                like.sizeBytes(),
                like.logicalSector(),
                like.physicalSector(),
                like.tableKind(),
                like.diskIdentity(),
                like.tableSha256(),
                like.partitions(),
                like.wholeDiskVolume(),
                like.holders(),
                like.mounts(),
                like.bootMedium(),
                like.findings());
    }

    private Arbitrary<PartitionInfo> partition() {
        Arbitrary<Extent> extents = Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 45),
                        Arbitraries.longs().between(1, 1L << 45))
                .as(Extent::new);
        Arbitrary<OptionalLong> used = Arbitraries.longs()
                .between(-1, 1L << 46)
                .map(bytes -> bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes));
        return Combinators.combine(
                        Arbitraries.integers().between(1, 200),
                        extents,
                        Arbitraries.of(PartitionKind.class),
                        text(),
                        volume().optional(0.7),
                        used)
                .as((number, extent, kind, name, volume, usedBytes) -> new PartitionInfo(
                        number,
                        "",
                        new Partition(number, extent, kind, "T", "unknown", "I", name, 0, true),
                        volume,
                        usedBytes,
                        List.of(),
                        List.of()));
    }

    private Arbitrary<VolumeInfo> volume() {
        return Combinators.combine(Arbitraries.of(FileSystemType.class), text(), Arbitraries.of(VolumeState.class))
                .as((type, label, state) -> new VolumeInfo(type, label, "", 0, 0, Set.of(state), List.of()));
    }

    private static Arbitrary<String> text() {
        return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(60), Arbitraries.of("", "データ", "a\nb\u001B[31m"));
    }

    @Provide
    Arbitrary<Size> sizes() {
        return Arbitraries.of(Size.STANDARD, new Size(120, 40), new Size(40, 12), new Size(41, 13), new Size(200, 60));
    }
}
