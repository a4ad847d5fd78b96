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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.SectorSize;

/**
 * Btrfs volumes with fields changed by chance, always the same ones, and with checksums that fit again: behind the
 * checksums every field is still checked. What comes of it is a map of the right form or a raw one with its reason,
 * after reading a bounded number of bytes; nothing is thrown.
 */
class BtrfsHostileTest {
    private static final int MUTATIONS = 1500;
    private static final int NODE = 4096;
    private static final long[] NASTY = {
        0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE, -1L, 1L << 62
    };

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "-R ^free-space-tree"})
    void changedFields(String options) throws IOException {
        Path volume = makeVolume(options);
        List<Extent> structures = new ArrayList<>(List.of(new Extent(BtrfsFixture.SUPERBLOCK, 4096)));
        for (String tree : List.of("chunk", "root", "device", "extent")) {
            BtrfsFixture.blocks(volume, tree)
                    .forEach(address -> BtrfsFixture.places(volume, address)
                            .forEach(place -> structures.add(new Extent(place, NODE))));
        }
        if (options.isEmpty()) {
            BtrfsFixture.blocks(volume, "10")
                    .forEach(address -> structures.add(
                            new Extent(BtrfsFixture.places(volume, address).getFirst(), NODE)));
        }
        MemoryDevice device = load(volume);
        Random random = new Random(20_261_122);
        int raw = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Extent structure = structures.get(random.nextInt(structures.size()));
            ByteBuffer before = read(device, structure);
            ByteBuffer changed = read(device, structure);
            for (int count = 1 + random.nextInt(3); count > 0; count--) {
                change(changed, random);
            }
            changed.putInt(0, BtrfsFixture.checksum(changed));
            device.write(structure.start(), changed.rewind());
            raw += examine(device, "change " + i) ? 1 : 0;
            device.write(structure.start(), before);
        }
        assertThat(examine(device, "the volume as it was")).isFalse();
        assertThat(raw).as("volumes found damaged").isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    /** With small blocks and many extents, so that the trees have nodes, not leaves alone. */
    private Path makeVolume(String options) throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        for (int i = 0; i < 120; i++) {
            Files.write(files.resolve("file" + i), new byte[5000]);
        }
        List<Object> words = new ArrayList<>(List.of("-M", "-d", "single", "-m", "single", "-n", NODE));
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ", -1)));
        }
        words.addAll(List.of("--rootdir", files));
        Path volume = BtrfsFixture.make(folder.resolve("volume.img"), 24, words.toArray());
        assertThat(BtrfsFixture.tree(volume, "extent")).contains("node ");
        return volume;
    }

    private static void change(ByteBuffer bytes, Random random) {
        // Most of what matters stands at the beginning or, as the items of a leaf, at the end.
        int place =
                switch (random.nextInt(3)) {
                    case 0 -> 32 + random.nextInt(100);
                    case 1 -> 101 + random.nextInt(900);
                    default -> 32 + random.nextInt(bytes.limit() - 40);
                };
        long value = random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextLong();
        switch (random.nextInt(4)) {
            case 0 -> bytes.put(place, (byte) value);
            case 1 -> bytes.putShort(place, (short) value);
            case 2 -> bytes.putInt(place, (int) value);
            default -> bytes.putLong(place, value);
        }
    }

    private static boolean examine(MemoryDevice device, String what) throws RescueException {
        CountingDevice counting = new CountingDevice(device);
        UsedMap map;
        try {
            Volumes.recognise(counting);
            map = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(what, e);
        }
        UsedMapCheck.checkForm(map, device);
        assertThat(counting.bytesRead()).as(what).isLessThan(16 * device.sizeBytes() + (16 << 20));
        return map.raw();
    }

    private static ByteBuffer read(MemoryDevice device, Extent extent) throws RescueException {
        ByteBuffer bytes = ByteBuffer.allocate((int) extent.length()).order(ByteOrder.LITTLE_ENDIAN);
        device.read(extent.start(), bytes);
        return bytes.flip();
    }

    private static MemoryDevice load(Path volume) throws IOException {
        byte[] content = Files.readAllBytes(volume);
        MemoryDevice device = new MemoryDevice(content.length, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(content));
        return device;
    }
}
