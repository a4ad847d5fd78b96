package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageStore;

/**
 * A bit is flipped in each byte of each structure of images that build on others, are encrypted, in parts or merged: header,
 * record headers, description, checkpoint, index pages, image table, list of absorbed images, root, footer, beginnings and
 * ends of parts. Whatever is hit, the images that can be read hold what they held, or say that they are damaged.
 */
final class EveryByteTest {
    /** The bodies of blocks are sampled; every byte of all else is hit. */
    private static final int BODY_STEP_BYTES = 4001;

    private static final BlockSize SIZE = new BlockSize(BlockSize.MIN_BYTES);

    private final Random random = new Random(4);

    /** Files, and what one of the images in them holds. */
    private record Known(
            CrashableStore files, String name, ImageKeys keys, Map<SampleImage.Place, SampleImage.Block> blocks) {

        /** The offsets to hit in a file: of an image, or of the second part of one. */
        List<Integer> offsets(String file) throws RescueException {
            byte[] bytes = files.get(file);
            boolean isFirst = ImageNames.isImage(file);
            List<Integer> offsets = new ArrayList<>();
            for (int at = 0; isFirst && at < 320; at++) {
                offsets.add(at);
            }
            for (int at = bytes.length - Footer.BYTES; at < bytes.length - Footer.BYTES + 192; at++) {
                offsets.add(at);
            }
            for (int at = bytes.length - HeaderCodec.BYTES - 32; at < bytes.length - HeaderCodec.BYTES; at++) {
                offsets.add(at);
            }
            CrashableStore alone = new CrashableStore();
            alone.put(file, bytes);
            RecordScanner scanner = new RecordScanner(
                    alone.open(file), OpenedImage.findHeader(alone.open(file)).header(), bytes.length);
            for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
                boolean isBlock = each.header().kindCode() < RecordKind.DESCRIPTION.code();
                int start = (int) each.offsetBytes();
                int end = start + (int) each.header().recordBytes();
                for (int at = start; at < end; at++) {
                    boolean isInBody = isBlock && at - start >= RecordHeader.BYTES && at < end - 16;
                    if (!isInBody || (at - start) % BODY_STEP_BYTES == 0) {
                        offsets.add(at); // the padding is at the end
                    }
                }
            }
            return offsets;
        }

        /** Nothing wrong comes out of the images; whether anything was found to be damaged. */
        boolean isFound(String flippedFile, byte[] flipped) throws RescueException {
            CrashableStore copy = new CrashableStore();
            for (String each : files.list()) {
                copy.put(each, each.equals(flippedFile) ? flipped : files.get(each));
            }
            ImageStore store = new PartedStore(copy);
            try (ImageReader reader = ImageReader.openRecovered(store, name, keys);
                    ImageVerifier verifier = new ImageVerifier(reader)) {
                boolean isDamaged = !verifier.quick().isEmpty();
                Map<SampleImage.Place, SampleImage.Block> found = SampleImage.readAll(reader, true);
                found.forEach((place, block) -> assertThat(block).isEqualTo(blocks.get(place)));
                return isDamaged || found.size() < blocks.size();
            } catch (RescueException _) {
                return true;
            }
        }

        /** Damage that costs a child nothing is told by the image that it is in. */
        boolean isToldBy(String file, byte[] flipped) throws RescueException {
            CrashableStore copy = new CrashableStore();
            for (String each : files.list()) {
                copy.put(each, each.equals(file) ? flipped : files.get(each));
            }
            try (ImageReader reader = ImageReader.open(copy, file, keys);
                    ImageVerifier verifier = new ImageVerifier(reader)) {
                return !verifier.full(_ -> {}).isEmpty();
            }
        }
    }

    /** Which of the bytes may change unseen: those of checkpoints, which a whole image does not use. */
    private void checkAll(Known known, String file) throws RescueException {
        assertThat(known.isFound("", new byte[0])).isFalse();
        byte[] whole = known.files().get(file);
        for (int at : known.offsets(file)) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            boolean isFound = known.isFound(file, flipped);
            if (!isFound && (file.equals(known.name()) || !known.isToldBy(file, flipped))) {
                assertThat(isOfCheckpoint(known, file, at))
                        .as("%s byte %d", file, at)
                        .isTrue();
            }
        }
    }

    private static boolean isOfCheckpoint(Known known, String file, int at) throws RescueException {
        byte[] bytes = known.files().get(file);
        CrashableStore alone = new CrashableStore();
        alone.put(file, bytes);
        RecordScanner scanner = new RecordScanner(
                alone.open(file), OpenedImage.findHeader(alone.open(file)).header(), bytes.length);
        for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
            boolean isHit = at >= each.offsetBytes()
                    && at < each.offsetBytes() + each.header().recordBytes();
            if (isHit) {
                return each.header().kindCode() == RecordKind.CHECKPOINT.code();
            }
        }
        return false;
    }

    private static Known chain(String name) throws RescueException {
        SampleChain chain = SampleChain.of(SampleImage.random(5, SIZE, HashAlgorithm.XXH3_128, 20), 1000);
        CrashableStore files = new CrashableStore();
        chain.write(files);
        return new Known(files, name, ImageKeys.NONE, chain.blocks(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {SampleChain.INCREMENTAL, SampleChain.DIFFERENTIAL})
    void ofAChain(String flipped) throws RescueException {
        Known known = chain(SampleChain.INCREMENTAL);
        checkAll(known, flipped);
    }

    @Test
    void ofAnEncryptedChild() throws RescueException {
        SampleImage sample = SampleImage.random(6, SIZE, HashAlgorithm.XXH3_128, 12);
        try (EncryptedSet set = new EncryptedSet(sample, new EncryptedSet.Chance(6))) {
            SampleChain chain = SampleChain.encrypted(set, 1000);
            CrashableStore files = new CrashableStore();
            chain.write(files);
            Known known = new Known(files, SampleChain.INCREMENTAL, chain.keys, chain.blocks(SampleChain.INCREMENTAL));
            checkAll(known, SampleChain.INCREMENTAL);
        }
    }

    /** The list of absorbed images leads a child to the image that stands for them. */
    @Test
    void ofAMergedImage() throws RescueException {
        Known known = chain(SampleChain.INCREMENTAL);
        String merged = "004-merged.rkimg";
        try (ImageReader top = ImageReader.open(known.files(), SampleChain.DIFFERENTIAL)) {
            ImageMerger.merge(known.files(), top, top.links(), merged, entry -> {});
        }
        known.files().delete(SampleChain.FULL);
        known.files().delete(SampleChain.DIFFERENTIAL);
        checkAll(known, merged);
    }

    @Test
    void ofAnImageInParts() throws RescueException {
        SampleImage sample = SampleImage.inParts(1, 17, 1 << 20);
        CrashableStore files = new CrashableStore();
        sample.write(new PartedStore(files), SampleChain.FULL, 1000);
        Known known = new Known(files, SampleChain.FULL, ImageKeys.NONE, sample.blocks);
        checkAll(known, PartNames.of(SampleChain.FULL, 1));
    }
}
