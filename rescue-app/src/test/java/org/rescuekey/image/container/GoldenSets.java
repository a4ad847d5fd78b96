package org.rescuekey.image.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.codec.ZstdCompressor;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/**
 * Makes the golden images that consist of several files: a chain, and an image in parts. As {@link GoldenImages}, they are
 * made once for a version of the format and stay as they are.
 */
final class GoldenSets {
    static final String FULL = "001-full.rkimg";
    static final String DIFFERENTIAL = "002-diff.rkimg";
    static final String INCREMENTAL = "003-inc.rkimg";
    static final String MERGED = "004-merged.rkimg";
    static final List<String> CHAIN = List.of(FULL, DIFFERENTIAL, INCREMENTAL);
    static final long PART_BYTES = 1 << 20;
    static final int PARTS_BLOCKS = 18;

    private static final BlockSize SIZE = GoldenImages.SIZE;

    private GoldenSets() {}

    /** Writes the sets of the current version into a directory. */
    public static void main(String[] arguments) throws IOException {
        CrashableStore chain = new CrashableStore();
        for (int state = 0; state < CHAIN.size(); state++) {
            writeChain(chain, state);
        }
        try (ImageReader top = ImageReader.open(chain, DIFFERENTIAL)) {
            ImageMerger.merge(chain, top, top.links(), MERGED, entry -> {});
        }
        Path place = Files.createDirectories(Path.of(arguments[0], "chain-1.0"));
        for (String name : chain.list()) {
            Files.write(place.resolve(name), chain.get(name));
        }
        CrashableStore parts = new CrashableStore();
        writeParts(new PartedStore(parts));
        place = Files.createDirectories(Path.of(arguments[0], "parts-1.0"));
        try (ZstdCompressor compressor = new ZstdCompressor(ZstdCompressor.MAX_LEVEL)) {
            for (String name : parts.list()) {
                Files.write(place.resolve(name + ".zst"), compressor.compress(parts.get(name)));
            }
        }
    }

    private static void writeChain(ImageStore store, int state) throws RescueException {
        String name = CHAIN.get(state);
        if (state == 0) {
            ImageHeader header = GoldenImages.header(HashAlgorithm.XXH3_128);
            try (ImageWriter writer = ImageWriter.create(store, name, header, GoldenImages.description())) {
                append(writer, header, state, null);
            }
            return;
        }
        try (ImageReader parent = ImageReader.open(store, CHAIN.get(state - 1))) {
            ImageHeader header = ImageHeader.child(
                    new UUID(0xC0FF_EE00_0000_4000L, 0x8000_0000_0000_0020L + state),
                    state == 1 ? ImageKind.DIFFERENTIAL : ImageKind.INCREMENTAL,
                    parent.link(),
                    parent.header(),
                    GoldenImages.CREATED.plusSeconds(3600L * state));
            try (ImageWriter writer =
                    ImageWriter.createChild(store, name, header, GoldenImages.description(), parent)) {
                append(writer, header, state, parent);
            }
        }
    }

    private static void append(ImageWriter writer, ImageHeader header, int state, @Nullable ImageReader parent)
            throws RescueException {
        try (BlockEncoder encoder = new BlockEncoder(header, 3)) {
            EncodedBlock encoded = new EncodedBlock(SIZE);
            for (Map.Entry<SampleImage.Place, SampleImage.Block> each :
                    blocks(state).entrySet()) {
                SampleImage.Place place = each.getKey();
                SampleImage.Block block = each.getValue();
                BlockEntry known = parent == null
                        ? null
                        : parent.block(place.stream(), place.block()).orElse(null);
                writer.append(encoder.encode(
                        place.stream(),
                        place.block(),
                        block.plain(),
                        block.used(),
                        block.unreadable(),
                        known,
                        encoded));
                if (place.stream() == 1 && place.block() == 4) {
                    writer.checkpoint();
                }
            }
            writer.finish();
        }
    }

    /** The disk as the full image, the differential and the incremental one have it. */
    private static Map<SampleImage.Place, SampleImage.Block> blocks(int state) {
        Map<SampleImage.Place, SampleImage.Block> blocks = new TreeMap<>();
        put(blocks, 0, 0, text("boot code"), 0);
        for (int block = 0; block < 20; block++) {
            put(blocks, 1, block, block > 5 && block < 9 ? zeros() : text("block " + block), 0);
        }
        ByteBuffer tail = ByteBuffer.allocateDirect(1536);
        put(blocks, 1, 20, tail.put(0, bytes("tail", 1536)), 0);
        if (state > 0) {
            put(blocks, 1, 3, text("changed"), 0);
            put(blocks, 1, 7, noise(), 0);
        }
        if (state > 1) {
            put(blocks, 1, 3, text("changed again"), 0);
            put(blocks, 1, 9, zeros(), 0);
            put(blocks, 1, 10, zeros(), -1);
            blocks.remove(new SampleImage.Place(1, 11));
        }
        return blocks;
    }

    private static void put(
            Map<SampleImage.Place, SampleImage.Block> blocks,
            int stream,
            long block,
            ByteBuffer plain,
            long unreadable) {
        long used = SIZE.fullMask(plain.remaining());
        blocks.put(new SampleImage.Place(stream, block), new SampleImage.Block(plain, used, unreadable));
    }

    private static void writeParts(ImageStore store) throws RescueException {
        ImageHeader header = GoldenImages.header(HashAlgorithm.XXH3_128).withPartLimit(PART_BYTES);
        try (ImageWriter writer = ImageWriter.create(store, FULL, header, GoldenImages.description());
                BlockEncoder encoder = new BlockEncoder(header, 3)) {
            for (int block = 0; block < PARTS_BLOCKS; block++) {
                // Alike, so that the files of more than a mebibyte shrink to one block beside the sources.
                writer.append(encoder.encode(0, block, noise(), -1, 0));
            }
            writer.finish();
        }
    }

    private static ByteBuffer noise() {
        byte[] bytes = new byte[SIZE.bytes()];
        new Random(2026).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static ByteBuffer zeros() {
        return ByteBuffer.allocateDirect(SIZE.bytes());
    }

    private static ByteBuffer text(String word) {
        return ByteBuffer.allocateDirect(SIZE.bytes()).put(0, bytes(word, SIZE.bytes()));
    }

    private static byte[] bytes(String word, int length) {
        String text = (word + ' ').repeat(length / word.length() + 1).substring(0, length);
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
