package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.BlockKind;

/** Nothing that someone without the key put into an encrypted image comes out of it. */
final class ForgedImageTest {
    private static final String FULL = EncryptedSet.FULL;

    private final EncryptedSet set = made();
    private final CrashableStore store = new CrashableStore();

    private static EncryptedSet made() {
        try {
            return new EncryptedSet(41, HashAlgorithm.XXH3_128);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void write() throws RescueException {
        set.writeFull(store);
    }

    @AfterEach
    void close() {
        set.close();
    }

    private ImageHeader header(String name) throws RescueException {
        return KeySlotsWriter.header(store, name);
    }

    private RecordScanner scanner(String name) throws RescueException {
        return new RecordScanner(store.open(name), header(name), store.sizeBytes(name) - Footer.BYTES);
    }

    /** Who can write the file can compute all checksums, and make an index; the seals are what they cannot make. */
    @Test
    void aRecordThatTellsAnotherPlaceMasksOrHashIsRefusedWhateverTheIndexSays() throws RescueException {
        byte[] image = store.get(FULL);
        RecordScanner scanner = scanner(FULL);
        int forged = 0;
        for (RecordScanner.Found part = scanner.next(); part != null; part = scanner.next()) {
            RecordHeader header = part.header();
            boolean isZero = header.kindCode() == BlockKind.ZERO.code() && header.run() == 1;
            if (header.kindCode() == BlockKind.DATA.code() || isZero) {
                RecordHeader moved = new RecordHeader(
                        header.kindCode(),
                        header.encodingCode(),
                        0,
                        header.stream(),
                        header.block() + 2000,
                        header.run(),
                        header.plainBytes(),
                        header.storedBytes(),
                        header.usedMask(),
                        header.unreadableMask(),
                        header.seal(),
                        header.hash(),
                        header.bodyCrc());
                forged += checkForged(image, part, moved, header.block() + 2000);
                forged += checkForged(image, part, withMask(header), header.block());
            }
        }
        assertThat(forged).isGreaterThan(10);
    }

    private static RecordHeader withMask(RecordHeader header) {
        return new RecordHeader(
                header.kindCode(),
                header.encodingCode(),
                0,
                header.stream(),
                header.block(),
                header.run(),
                header.plainBytes(),
                header.storedBytes(),
                header.usedMask() == 1 ? 3 : 1,
                0,
                header.seal(),
                header.hash(),
                header.bodyCrc());
    }

    /** Puts the record alone behind the others, with an index as someone without the key makes it. */
    private int checkForged(byte[] image, RecordScanner.Found part, RecordHeader forged, long block)
            throws RescueException {
        byte[] copy =
                Arrays.copyOf(image, (int) (part.offsetBytes() + part.header().recordBytes()));
        ByteBuffer at = ByteBuffer.wrap(copy).position((int) part.offsetBytes());
        forged.encode(at, HeaderCodec.tag(header(FULL)));
        CrashableStore other = new CrashableStore();
        other.put(FULL, copy);
        ImageRecovery.finish(other, FULL);
        try (ImageReader reader = ImageReader.openRecovered(other, FULL, set.keys)) {
            assertThat(reader.isIndexProven()).isFalse();
            BlockEntry entry = reader.block(forged.stream(), block).orElse(null);
            if (entry == null) {
                return 0;
            }
            assertThat(entry.offsetBytes()).isEqualTo(part.offsetBytes());
            try (ImageVerifier verifier = new ImageVerifier(reader)) {
                assertThat(verifier.check(entry)).isNotNull();
            }
            return 1;
        } catch (IntegrityException _) {
            return 0; // a page with a block that does not lie in the stream
        }
    }

    @Test
    void aRecordOfAnotherSetIsRefused() throws RescueException {
        // Another set with the same password and even the same data key.
        byte[] image = store.get(FULL);
        byte[] copy = image.clone();
        UUID other = new UUID(77, 77);
        for (int place : new int[] {0, HeaderCodec.BYTES, image.length - HeaderCodec.BYTES}) {
            ByteBuffer.wrap(copy)
                    .putLong(place + 48, other.getMostSignificantBits())
                    .putLong(place + 56, other.getLeastSignificantBits());
            byte[] header = Arrays.copyOfRange(copy, place, place + HeaderCodec.BYTES);
            header = HeaderCodec.withSlots(header, set.slots);
            System.arraycopy(header, 0, copy, place, header.length);
        }
        CrashableStore forged = new CrashableStore();
        forged.put(FULL, copy);
        try (Password password = EncryptedSet.password(EncryptedSet.PASSWORD);
                ImageKeys keys = ImageKeys.unlock(KeySlotsWriter.header(forged, FULL), password)
                        .keys()) {
            assertThatThrownBy(() -> ImageReader.open(forged, FULL, keys)).isInstanceOf(IntegrityException.class);
            forged.put(FULL, Arrays.copyOf(copy, copy.length - Footer.BYTES));
            ImageRecovery.finish(forged, FULL);
            assertThatThrownBy(() -> ImageReader.open(forged, FULL, keys)).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void aFooterThatSomeoneElseMadeIsRefused() throws RescueException {
        byte[] copy = store.get(FULL);
        int footer = copy.length - Footer.BYTES;
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(footer + 88, bytes.getLong(footer + 88) + 1);
        Sha256.of(Arrays.copyOfRange(copy, footer, footer + 2016)).write(bytes.position(footer + 2016), 32);
        CrashableStore forged = new CrashableStore();
        forged.put(FULL, copy);
        assertThatThrownBy(() -> ImageReader.open(forged, FULL, set.keys))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("someone without the password");
    }
}
