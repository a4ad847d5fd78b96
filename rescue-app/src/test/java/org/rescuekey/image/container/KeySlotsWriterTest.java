package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.Hash;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageHeader;

/** A change of passwords never costs the image, wherever it is cut off. */
final class KeySlotsWriterTest {
    private static final String FULL = EncryptedSet.FULL;
    private static final String NEW = "battery staple";

    private final EncryptedSet set = made();
    private CrashableStore store = new CrashableStore();

    private static EncryptedSet made() {
        try {
            return new EncryptedSet(51, HashAlgorithm.XXH3_128);
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    /** What is done to the slots; the first slot's password is the old one. */
    enum Change {
        ADD,
        CHANGE,
        REMOVE;

        KeySlots of(EncryptedSet set) throws RescueException {
            EncryptedSet.Chance random = new EncryptedSet.Chance(5);
            try (Password password = EncryptedSet.password(NEW)) {
                KeySlots added = set.slots.add(set.keys.dataKey(), password, EncryptedSet.CHEAP, Instant.EPOCH, random);
                return switch (this) {
                    case ADD -> added;
                    case CHANGE ->
                        set.slots.change(set.keys.dataKey(), 1, password, EncryptedSet.CHEAP, Instant.EPOCH, random);
                    case REMOVE -> added.remove(set.keys.dataKey(), 1);
                };
            }
        }

        boolean keepsOld() {
            return this == ADD;
        }
    }

    @BeforeEach
    void write() throws RescueException {
        store = new CrashableStore();
        set.writeFull(store);
    }

    @AfterEach
    void close() {
        set.close();
    }

    private static boolean opens(CrashableStore store, String text) throws RescueException {
        ImageHeader header = KeySlotsWriter.header(store, FULL);
        try (Password password = EncryptedSet.password(text)) {
            ImageKeys.unlock(header, password).keys().close();
            return true;
        } catch (WrongPasswordException _) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void aChangeIsInEveryCopyAndChangesNothingElse(Change change) throws RescueException {
        Hash root = ImageReader.openLocked(store, FULL).link().rootHash();
        byte[] before = store.get(FULL);
        KeySlots slots = change.of(set);
        KeySlotsWriter.write(store, FULL, slots);
        assertThat(KeySlotsWriter.hasEverywhere(store, FULL, slots)).isTrue();
        assertThat(opens(store, NEW)).isTrue();
        assertThat(opens(store, EncryptedSet.PASSWORD)).isEqualTo(change.keepsOld());
        set.check(store, FULL, set.keys);
        assertThat(ImageReader.openLocked(store, FULL).link().rootHash()).isEqualTo(root);
        byte[] after = store.get(FULL);
        assertThat(after).hasSameSizeAs(before);
        for (int at = 0; at < after.length; at++) {
            int inHeader =
                    at < HeaderCodec.PLACE_BYTES ? at % HeaderCodec.BYTES : at - (after.length - HeaderCodec.BYTES);
            boolean mayChange = (inHeader >= 240 && inHeader < 1568) || inHeader >= 2016;
            assertThat(mayChange || after[at] == before[at]).as("byte %d", at).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void aCutLeavesAnImageThatTheOldOrTheNewPasswordOpens(Change change) throws RescueException {
        KeySlots slots = change.of(set);
        byte[] before = store.get(FULL);
        int cuts = 0;
        for (boolean isDone = false; !isDone; ) {
            CrashableStore cut = new CrashableStore();
            cut.put(FULL, before);
            cut.failAfter(cuts);
            isDone = succeeds(cut, slots);
            CrashableStore after = cut.afterCut(CrashableStore.Survival.ALL, new Random(cuts));
            assertThat(opens(after, NEW) || opens(after, EncryptedSet.PASSWORD)).isTrue();
            try (ImageReader reader = ImageReader.open(after, FULL, set.keys);
                    ImageVerifier verifier = new ImageVerifier(reader)) {
                assertThat(SampleImage.readAll(reader, false)).isEqualTo(set.sample.blocks);
                assertThat(verifier.quick().isEmpty()).isEqualTo(isDone);
            }
            assertThat(KeySlotsWriter.hasEverywhere(after, FULL, slots)).isEqualTo(isDone);
            KeySlotsWriter.write(after, FULL, slots);
            assertThat(KeySlotsWriter.hasEverywhere(after, FULL, slots)).isTrue();
            set.check(after, FULL, set.keys);
            cuts++;
        }
        assertThat(cuts).isEqualTo(4);
    }

    /** With two of three copies lost beforehand, the last one is written when another is whole again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theOnlyWholeCopyIsWrittenLast(int whole) throws RescueException {
        byte[] image = store.get(FULL);
        int[] places = {0, HeaderCodec.BYTES, image.length - HeaderCodec.BYTES};
        for (int i = 0; i < places.length; i++) {
            if (i != whole) {
                image[places[i] + 300] ^= 1;
            }
        }
        KeySlots slots = Change.CHANGE.of(set);
        boolean isDone = false;
        for (int changes = 0; !isDone; changes++) {
            CrashableStore cut = new CrashableStore();
            cut.put(FULL, image);
            cut.failAfter(changes);
            isDone = succeeds(cut, slots);
            CrashableStore after = cut.afterCut(CrashableStore.Survival.ALL, new Random(changes));
            assertThat(opens(after, NEW) || opens(after, EncryptedSet.PASSWORD)).isTrue();
        }
    }

    private static boolean succeeds(CrashableStore store, KeySlots slots) {
        try {
            KeySlotsWriter.write(store, FULL, slots);
            return true;
        } catch (RescueException _) {
            return false;
        }
    }

    @Test
    void anImageThatIsNotFinishedIsChangedToo() throws RescueException {
        byte[] image = store.get(FULL);
        store.put(FULL, java.util.Arrays.copyOf(image, image.length / 16 * 8));
        KeySlots slots = Change.CHANGE.of(set);
        KeySlotsWriter.write(store, FULL, slots);
        assertThat(KeySlotsWriter.hasEverywhere(store, FULL, slots)).isTrue();
        ImageRecovery.finish(store, FULL);
        assertThat(opens(store, EncryptedSet.PASSWORD)).isFalse();
        assertThat(opens(store, NEW)).isTrue();
    }

    @Test
    void anImageWithoutPasswordsIsRefused() throws RescueException {
        SampleImage plain = SampleImage.random(3, new BlockSize(BlockSize.MIN_BYTES), HashAlgorithm.XXH3_128, 20);
        plain.write(store, "plain.rkimg", 9);
        assertThatThrownBy(() -> KeySlotsWriter.write(store, "plain.rkimg", set.slots))
                .isInstanceOf(RefusedException.class);
    }
}
