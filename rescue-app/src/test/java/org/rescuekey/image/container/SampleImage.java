package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.ImageSummary;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;
import org.rescuekey.units.Extent;

/** An image and what must come out of it, made from a seed. */
final class SampleImage {
    /** A block's place: its stream and number. */
    record Place(int stream, long block) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byStream = Integer.compare(stream, other.stream);
            return byStream != 0 ? byStream : Long.compare(block, other.block);
        }
    }

    /** A block's content. */
    record Block(ByteBuffer plain, long used, long unreadable) {}

    final ImageHeader header;
    final ImageDescription description;
    final NavigableMap<Place, Block> blocks = new TreeMap<>();

    private SampleImage(ImageHeader header, ImageDescription description) {
        this.header = header;
        this.description = description;
    }

    /** Some blocks in three streams, the last of them ending in a tiny block. */
    static SampleImage random(long seed, BlockSize size, HashAlgorithm algorithm, int density) {
        Random random = new Random(seed);
        UUID id = new UUID(random.nextLong(), random.nextLong());
        Instant created = Instant.ofEpochSecond(1_800_000_000L + random.nextInt(1000), random.nextInt(1_000_000_000));
        ImageHeader header = ImageHeader.full(id, new UUID(7, seed), size, algorithm, random.nextLong(), created);
        int tail = 512 * (1 + random.nextInt(8));
        long first = 3L * size.bytes();
        long second = (long) size.bytes() * (4100 + random.nextInt(30)) + tail;
        ImageDescription description = describe(created, first, second);
        SampleImage sample = new SampleImage(header, description);
        for (ImageDescription.Stream stream : description.streams()) {
            long count = size.blocksIn(stream.sizeBytes());
            for (long block = 0; block < count; block++) {
                boolean isAtAnEdge = block < 6 || block > count - 4;
                boolean isInARun = stream.id() == 2 && block >= 4090 && block < 4100;
                if (isInARun || (isAtAnEdge && random.nextInt(100) < density)) {
                    int length = size.lengthBytes(block, stream.sizeBytes());
                    sample.blocks.put(new Place(stream.id(), block), block(random, size, length, isInARun));
                }
            }
        }
        return sample;
    }

    /** A disk of one stream, without any blocks yet. */
    static SampleImage huge(long sizeBytes) {
        Instant created = Instant.EPOCH;
        ImageHeader header = ImageHeader.full(
                new UUID(1, 2), new UUID(3, 4), new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 5, created);
        ImageDescription description = new ImageDescription(
                "",
                "",
                created,
                new ImageDescription.Disk("", "", "", "", sizeBytes, 512, 512),
                new ImageDescription.Table("none", "", ""),
                List.of(new ImageDescription.Stream(0, new Extent(0, sizeBytes), sizeBytes, Optional.empty())),
                List.of(),
                List.of());
        return new SampleImage(header, description);
    }

    /** An image of one stream full of noise, so many blocks that nothing shrinks, divided into parts. */
    static SampleImage inParts(long seed, int count, long partLimitBytes) {
        BlockSize size = new BlockSize(BlockSize.MIN_BYTES);
        SampleImage one = huge((long) count * size.bytes());
        Random random = new Random(seed);
        ImageHeader header = ImageHeader.full(
                        new UUID(seed, 2), new UUID(3, 4), size, HashAlgorithm.XXH3_128, 5, Instant.EPOCH)
                .withPartLimit(partLimitBytes);
        SampleImage sample = new SampleImage(header, one.description);
        for (int block = 0; block < count; block++) {
            byte[] bytes = new byte[size.bytes()];
            random.nextBytes(bytes);
            ByteBuffer plain =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            sample.blocks.put(new Place(0, block), new Block(plain, size.fullMask(bytes.length), 0));
        }
        return sample;
    }

    private static ImageDescription describe(Instant created, long first, long second) {
        long start = 1 << 20;
        ImageDescription.Volume volume =
                new ImageDescription.Volume("NTFS", "Größe \"1\"", "ABCD-0123", List.of("dirty"), "");
        List<ImageDescription.Partition> partitions = new ArrayList<>();
        long[] sizes = {first, second};
        for (int i = 0; i < sizes.length; i++) {
            Extent extent = new Extent(start + i * first, sizes[i]);
            partitions.add(
                    new ImageDescription.Partition("id-" + i, i + 1, extent, "0FC63DAF", "Linux", "name " + i, volume));
        }
        long disk = start + first + second + (1 << 20);
        return new ImageDescription(
                "Rescue Key test",
                "machine",
                created,
                new ImageDescription.Disk("Model X", "S123", "wwn-1", "nvme", disk, 512, 4096),
                new ImageDescription.Table("gpt", "disk-id", "label: gpt\n"),
                List.of(
                        new ImageDescription.Stream(0, new Extent(0, disk), 1 << 20, Optional.empty()),
                        new ImageDescription.Stream(1, partitions.get(0).extent(), 12, Optional.of(partitions.get(0))),
                        new ImageDescription.Stream(2, partitions.get(1).extent(), 34, Optional.of(partitions.get(1)))),
                List.of(),
                List.of("a note"));
    }

    private static Block block(Random random, BlockSize size, int length, boolean isZero) {
        long full = size.fullMask(length);
        long used = isZero || random.nextInt(3) > 0 ? full : random.nextLong() & full;
        used = used == 0 ? 1 : used;
        long unreadable = random.nextInt(6) == 0 && !isZero ? random.nextLong() & used : 0;
        unreadable = random.nextInt(12) == 0 && !isZero ? used : unreadable;
        byte[] bytes = new byte[length];
        int what = isZero ? 0 : random.nextInt(4);
        if (what == 1) {
            random.nextBytes(bytes);
        } else if (what > 1) {
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ((i / 64) * what + (i % 7 == 0 ? random.nextInt(2) : 0));
            }
        }
        for (int i = 0; i < length; i++) {
            int unit = i / size.unitBytes();
            if ((used >>> unit & 1) == 0 || (unreadable >>> unit & 1) != 0) {
                bytes[i] = 0;
            }
        }
        return new Block(ByteBuffer.allocateDirect(length).put(bytes).flip(), used, unreadable);
    }

    /** Writes the image, with a checkpoint after every so many blocks. */
    ImageSummary write(ImageStore store, String name, int checkpointEvery) throws RescueException {
        return write(store, name, checkpointEvery, header, ImageSeal.NONE);
    }

    /** The same of a header that may say that the image is encrypted. */
    ImageSummary write(ImageStore store, String name, int checkpointEvery, ImageHeader header, ImageSeal seal)
            throws RescueException {
        int count = 0;
        try (ImageWriter writer = ImageWriter.create(store, name, header, description, seal);
                BlockEncoder encoder = new BlockEncoder(header, 1, seal)) {
            EncodedBlock encoded = new EncodedBlock(header.blockSize());
            for (Map.Entry<Place, Block> entry : blocks.entrySet()) {
                Block block = entry.getValue();
                Place place = entry.getKey();
                writer.append(encoder.encode(
                        place.stream(), place.block(), block.plain(), block.used(), block.unreadable(), encoded));
                if (++count % checkpointEvery == 0) {
                    writer.checkpoint();
                }
            }
            return writer.finish();
        }
    }

    /** Reads every block of an image that opens. A wrong one is an assertion error, a damaged one is left out. */
    static Map<Place, Block> readAll(ImageReader reader, boolean isDamageAllowed) throws RescueException {
        TreeMap<Place, Block> found = new TreeMap<>();
        int capacity = EncodedBlock.bufferBytes(reader.header().blockSize());
        ByteBuffer stored = ByteBuffer.allocateDirect(capacity);
        try (BlockDecoder decoder = new BlockDecoder(reader)) {
            for (ImageDescription.Stream stream : reader.description().streams()) {
                BlockCursor cursor = reader.blocks(stream.id());
                while (true) {
                    try {
                        BlockEntry entry = cursor.next();
                        if (entry == null) {
                            break;
                        }
                        ByteBuffer plain = ByteBuffer.allocateDirect(
                                reader.header().blockSize().bytes());
                        reader.readStored(entry, stored.clear());
                        decoder.decode(entry, stored, plain);
                        found.put(
                                new Place(entry.stream(), entry.block()),
                                new Block(plain, entry.usedMask(), entry.unreadableMask()));
                    } catch (RescueException e) {
                        if (!isDamageAllowed) {
                            throw e;
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Fails unless an image holds exactly this. */
    void check(ImageStore store, String name) throws RescueException {
        try (ImageReader reader = ImageReader.open(store, name)) {
            assertThat(reader.header()).isEqualTo(header);
            assertThat(reader.description()).isEqualTo(description);
            assertThat(readAll(reader, false)).isEqualTo(blocks);
        }
    }

    /** Fails unless what an image holds is a part of this; returns how many blocks it holds. */
    int checkPart(ImageReader reader) throws RescueException {
        assertThat(reader.header()).isEqualTo(header);
        assertThat(reader.description()).isEqualTo(description);
        Map<Place, Block> found = readAll(reader, true);
        found.forEach((place, block) -> assertThat(block).isEqualTo(blocks.get(place)));
        return found.size();
    }

    /** How many blocks are of a kind. */
    long count(BlockKind kind) {
        return blocks.values().stream().filter(block -> kind == kindOf(block)).count();
    }

    private static BlockKind kindOf(Block block) {
        ByteBuffer zeros = ByteBuffer.allocate(block.plain().remaining());
        if (block.plain().mismatch(zeros) >= 0) {
            return BlockKind.DATA;
        }
        return block.used() == block.unreadable() ? BlockKind.UNREADABLE : BlockKind.ZERO;
    }
}
