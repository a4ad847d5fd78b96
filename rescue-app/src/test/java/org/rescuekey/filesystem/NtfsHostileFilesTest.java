package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsFiles;
import org.rescuekey.filesystem.ntfs.NtfsOwners;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * A volume whose $MFT is in splinters, with a list of attributes, bad clusters and page files, with bytes changed by
 * chance, always the same ones: maps and looks at files end in a result or in words. Mounts through FUSE, so it needs root.
 */
@Tag("loop")
class NtfsHostileFilesTest {
    private static final int SIZE_BYTES = 6 << 20;
    private static final int MUTATIONS = 250;
    private static final long[] NASTY = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, Long.MIN_VALUE, -1L};

    @TempDir
    Path folder;

    /** The later parts of the $MFT are mapped by a record that only extends the first one. */
    @Test
    void runsInOtherRecordsBelongToTheFile() throws IOException {
        Path volume = make(folder);
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsOwners owners = NtfsFiles.open(device).owners(ExtentSet.of(new Extent(0, SIZE_BYTES)));
            assertThat(owners.owners()).noneMatch(owner -> owner.path().startsWith("("));
            assertThat(owners.owners())
                    .filteredOn(owner -> owner.label().equals("/$MFT"))
                    .singleElement()
                    .matches(owner -> owner.extents().size() > 100)
                    .extracting(NtfsOwners.Owner::extents)
                    .isEqualTo(mftByTool(volume));
            assertThat(owners.owners()).anyMatch(owner -> owner.label().equals("/$BadClus:$Bad"));
        }
    }

    private static ExtentSet mftByTool(Path volume) {
        String text = Tool.run("ntfscluster", "-f", "-I", 0, volume);
        String data = text.substring(text.indexOf("0x80 - non-resident"), text.indexOf("0xb0 - "));
        Matcher run = Pattern.compile("(?m)^\\s+\\d+\\s+(\\d+)\\s+(\\d+)$").matcher(data);
        ExtentSet.Builder extents = ExtentSet.builder();
        while (run.find()) {
            extents.add(new Extent(512 * Long.parseLong(run.group(1)), 512 * Long.parseLong(run.group(2))));
        }
        return extents.build();
    }

    @Test
    void changedBytes() throws IOException {
        Path volume = make(folder);
        List<Extent> places = new ArrayList<>();
        for (int record : new int[] {0, 5, 6, 8, 9, 11, 15}) {
            places.add(new Extent(NtfsFixture.recordOffset(volume, record), 512));
        }
        places.add(new Extent(NtfsFixture.recordOffset(volume, 24), 16 * 1024));
        for (Extent index : NtfsFixture.indexExtents(volume, 5)) {
            places.add(new Extent(index.start(), Math.min(512, index.length())));
        }
        MemoryDevice device = new MemoryDevice(SIZE_BYTES, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(Files.readAllBytes(volume)));
        UsedMap whole = Volumes.usedMap(device, PageFiles.LEFT_OUT);
        assertThat(whole.raw()).isFalse();
        assertThat(whole.leftOut()).hasSize(1);
        assertThat(whole.notes()).hasSize(1).allMatch(note -> note.contains("marked as bad"));
        assertThat(NtfsLook.at(device)).isGreaterThan(100);

        Random random = new Random(20_261_122);
        int ended = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Extent place = places.get(random.nextInt(places.size()));
            long value = random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextLong();
            int bytes = 1 << random.nextInt(4);
            long offset = place.start() + random.nextLong(place.length() - bytes);
            ByteBuffer before = ByteBuffer.allocate(bytes);
            device.read(offset, before);
            device.write(
                    offset,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(0, value)
                            .limit(bytes));
            ended += examine(device, "change " + i) ? 1 : 0;
            device.write(offset, before.flip());
        }
        assertThat(ended).as("volumes that could not be looked at").isBetween(1, MUTATIONS - 1);
    }

    /** Also the start of the corpus of the fuzz test. */
    static Path make(Path folder) throws IOException {
        Path volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE_BYTES, 512, 512);
        NtfsFixture.mounted(volume, "rw", root -> {
            Files.write(root.resolve("pagefile.sys"), new byte[100_000]);
            NtfsFixture.splinter(root, 640);
            Files.delete(root.resolve("f00001" + "x".repeat(50)));
        });
        Extent free = UsedMapCheck.map(volume, SectorSize.SECTOR_512)
                .used()
                .complement(new Extent(0, SIZE_BYTES))
                .get(0);
        NtfsRecordEditor.markBad(volume, NtfsFixture.clusterCount(volume), new Extent(free.start() / 512, 1));
        return volume;
    }

    /** Tells whether the volume as a whole could not be understood. */
    private static boolean examine(BlockDevice device, String what) {
        CountingDevice counting = new CountingDevice(device);
        boolean ended = false;
        try {
            Volumes.recognise(counting);
            UsedMap map = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
            UsedMapCheck.checkForm(map, device);
            ended = map.raw();
            NtfsLook.at(counting);
        } catch (RescueException e) {
            ended = true;
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(what, e);
        }
        assertThat(counting.bytesRead()).as(what).isLessThan(100L * SIZE_BYTES);
        return ended;
    }
}
