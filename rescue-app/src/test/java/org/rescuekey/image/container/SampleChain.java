package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;

/** A full image, a differential and an incremental one, and what must come out of each of them. */
final class SampleChain {
    static final String FULL = "001-full.rkimg";
    static final String INCREMENTAL = "003-inc.rkimg";
    static final String DIFFERENTIAL = "002-diff.rkimg";
    static final List<String> NAMES = List.of(FULL, DIFFERENTIAL, INCREMENTAL);

    final SampleImage sample;
    final ImageKeys keys;
    private final @Nullable KeySlots slots;
    private final List<SampleImage.Place> places;
    private final int checkpointEvery;
    private final Map<String, List<Mark>> marks = new HashMap<>();

    /** Which blocks a checkpoint stands for: they are safe once the file is so long. */
    record Mark(long fileBytes, Set<SampleImage.Place> places) {}

    private SampleChain(SampleImage sample, ImageKeys keys, @Nullable KeySlots slots, int checkpointEvery) {
        this.sample = sample;
        this.keys = keys;
        this.slots = slots;
        this.checkpointEvery = checkpointEvery;
        places = List.copyOf(sample.blocks.keySet());
    }

    /** Images that are not encrypted. */
    static SampleChain plain(long seed, int checkpointEvery) {
        SampleImage sample = SampleImage.random(seed, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 40);
        return of(sample, checkpointEvery);
    }

    static SampleChain of(SampleImage sample, int checkpointEvery) {
        return new SampleChain(sample, ImageKeys.NONE, null, checkpointEvery);
    }

    /** Images with the keys of a set. */
    static SampleChain encrypted(EncryptedSet set, int checkpointEvery) {
        return new SampleChain(set.sample, set.keys, set.slots, checkpointEvery);
    }

    /** The blocks as one of the images has them. */
    Map<SampleImage.Place, SampleImage.Block> blocks(String name) {
        Map<SampleImage.Place, SampleImage.Block> blocks = new TreeMap<>(sample.blocks);
        int changes = NAMES.indexOf(name);
        for (int i = 1; i <= changes; i++) {
            for (int index : new int[] {i * 3, places.size() - 1 - i}) {
                SampleImage.Place place = places.get(index);
                SampleImage.Block old = sample.blocks.get(place);
                if (old != null) {
                    blocks.put(place, changed(old, i));
                }
            }
        }
        return blocks;
    }

    private static SampleImage.Block changed(SampleImage.Block old, int seed) {
        ByteBuffer plain = ByteBuffer.allocateDirect(old.plain().remaining());
        Random random = new Random(seed);
        int unit = BlockSize.MIN_BYTES / 64;
        for (int at = 0; at < plain.capacity(); at++) {
            boolean isUsed = (old.used() >>> (at / unit) & 1) != 0;
            plain.put(at, (byte) (isUsed ? 1 + random.nextInt(4) : 0));
        }
        return new SampleImage.Block(plain, old.used(), 0);
    }

    /** Writes all of them. */
    void write(ImageStore store) throws RescueException {
        writeFull(store);
        writeChild(store, DIFFERENTIAL, FULL, ImageKind.DIFFERENTIAL);
        writeChild(store, INCREMENTAL, DIFFERENTIAL, ImageKind.INCREMENTAL);
    }

    private ImageSeal seal() throws RescueException {
        return slots == null ? ImageSeal.NONE : ImageSeal.begin(keys, new EncryptedSet.Chance(marks.size() + 100L));
    }

    private ImageHeader sealed(ImageHeader header, ImageSeal seal) {
        return slots == null ? header : header.withEncryption(seal.encryption(slots));
    }

    private void writeFull(ImageStore store) throws RescueException {
        try (ImageSeal seal = seal()) {
            ImageHeader header = sealed(sample.header, seal);
            try (ImageWriter writer = ImageWriter.create(store, FULL, header, sample.description, seal)) {
                append(writer, header, seal, FULL, null);
            }
        }
    }

    private void writeChild(ImageStore store, String name, String parentName, ImageKind kind) throws RescueException {
        try (ImageReader parent = ImageReader.open(store, parentName, keys);
                ImageSeal seal = seal()) {
            ImageHeader header = sealed(
                    ImageHeader.child(
                            new UUID(NAMES.indexOf(name), 77),
                            kind,
                            parent.link(),
                            parent.header(),
                            sample.header.created()),
                    seal);
            try (ImageWriter writer = ImageWriter.createChild(store, name, header, sample.description, parent, seal)) {
                append(writer, header, seal, name, parent);
            }
        }
    }

    private void append(
            ImageWriter writer, ImageHeader header, ImageSeal seal, String name, @Nullable ImageReader parent)
            throws RescueException {
        List<Mark> made = new ArrayList<>();
        Set<SampleImage.Place> appended = new TreeSet<>();
        try (BlockEncoder encoder = new BlockEncoder(header, 1, seal)) {
            EncodedBlock encoded = new EncodedBlock(header.blockSize());
            for (Map.Entry<SampleImage.Place, SampleImage.Block> each :
                    blocks(name).entrySet()) {
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
                appended.add(place);
                if (appended.size() % checkpointEvery == 0) {
                    writer.checkpoint();
                    made.add(new Mark(writer.storedBytes(), Set.copyOf(appended)));
                }
            }
            writer.finish();
        }
        marks.put(name, made);
    }

    /** The checkpoints of an image that was written. */
    List<Mark> marks(String name) {
        return marks.getOrDefault(name, List.of());
    }
}
