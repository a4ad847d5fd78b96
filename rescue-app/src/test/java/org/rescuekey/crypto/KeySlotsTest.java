package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;

/** Passwords come and go; the data key stays. */
class KeySlotsTest {
    /** What the tests can afford; the standard is tried once. */
    static final Argon2Settings QUICK = new Argon2Settings(8, 1, 1);

    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    static final SecureRandom RANDOM = new SecureRandom();

    private final DataKey key = DataKey.random(RANDOM);

    static Password password(String text) throws RefusedException {
        return Password.ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static KeySlots reread(KeySlots slots) throws RescueException {
        byte[] bytes = slots.encode();
        assertThat(bytes).hasSize(KeySlots.BYTES);
        KeySlots read = KeySlots.decode("a.rkimg", 240, bytes);
        assertThat(read.encode()).isEqualTo(bytes);
        return read;
    }

    private KeySlots one() throws RescueException {
        return KeySlots.create(key, password("one"), QUICK, NOW, RANDOM);
    }

    private KeySlots add(KeySlots slots, String text) throws RescueException {
        return slots.add(key, password(text), QUICK, NOW, RANDOM);
    }

    private void assertOpens(KeySlots slots, String text, int number) throws RescueException {
        KeySlots.Unlocked unlocked = reread(slots).unlock(password(text));
        assertThat(unlocked.key().copy()).isEqualTo(key.copy());
        assertThat(unlocked.slot()).isEqualTo(number);
        assertThat(unlocked.warnings()).isEmpty();
    }

    private static void assertWrong(KeySlots slots, String text) {
        assertThatThrownBy(() -> reread(slots).unlock(password(text)))
                .isInstanceOf(WrongPasswordException.class)
                .hasMessage("Wrong password.");
    }

    @Test
    void theStandardFitsASmallHeapAndOpens() throws RescueException {
        Argon2id.requireHeap(Argon2Settings.STANDARD, 160L << 20);
        KeySlots slots = KeySlots.create(key, password("one"), Argon2Settings.STANDARD, NOW, RANDOM);
        assertOpens(slots, "one", 1);
        assertWrong(slots, "One");
    }

    @Test
    void eightPasswordsOpenTheSameKey() throws RescueException {
        KeySlots slots = one();
        for (int number = 2; number <= KeySlots.SLOTS; number++) {
            assertThat(slots.firstEmpty()).hasValue(number);
            slots = add(slots, "password " + number);
        }
        assertOpens(slots, "one", 1);
        for (int number = 2; number <= KeySlots.SLOTS; number++) {
            assertOpens(slots, "password " + number, number);
        }
        assertWrong(slots, "password 9");
        KeySlots full = slots;
        assertThat(full.firstEmpty()).isEmpty();
        assertThatThrownBy(() -> add(full, "nine"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("All 8");
    }

    @Test
    void aChangedPasswordReplacesTheOld() throws RescueException {
        KeySlots slots = add(one(), "two").change(key, 1, password("new"), QUICK, NOW, RANDOM);
        assertOpens(slots, "new", 1);
        assertOpens(slots, "two", 2);
        assertWrong(slots, "one");
        assertThat(slots.generation()).isEqualTo(3);
    }

    @Test
    void nothingOfARemovedSlotIsLeft() throws RescueException {
        KeySlots before = add(one(), "two");
        byte[] slot = Arrays.copyOfRange(before.encode(), KeySlots.SLOTS_AT, KeySlots.SLOTS_AT + SlotBytes.BYTES);
        KeySlots slots = before.remove(key, 1);
        assertWrong(slots, "one");
        assertOpens(slots, "two", 2);
        String left = HexFormat.of().formatHex(slots.encode());
        for (int at : List.of(32, 48, 64, 80, 96, 144)) {
            assertThat(left).doesNotContain(HexFormat.of().formatHex(slot, at, at + 16));
        }
        assertThat(slots.infos().get(0).state()).isEqualTo(KeySlots.State.EMPTY);
        assertOpens(add(slots, "three"), "three", 1);
    }

    @Test
    void theLastSlotStays() throws RescueException {
        KeySlots slots = one();
        assertThatThrownBy(() -> slots.remove(key, 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("last");
        for (int number : new int[] {-1, 0, 2, 9}) {
            assertThatThrownBy(() -> slots.remove(key, number))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("empty");
            assertThatThrownBy(() -> slots.change(key, number, password("x"), QUICK, NOW, RANDOM))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void withoutTheKeyNothingIsChanged() throws RescueException {
        KeySlots slots = add(one(), "two");
        DataKey foreign = DataKey.random(RANDOM);
        assertThatThrownBy(() -> slots.add(foreign, password("x"), QUICK, NOW, RANDOM))
                .isInstanceOf(RescueException.class);
        assertThatThrownBy(() -> slots.remove(foreign, 1)).isInstanceOf(RescueException.class);
    }

    @Test
    void slotsAreDescribed() throws RescueException {
        List<KeySlots.Info> infos = reread(one()).infos();
        assertThat(infos).hasSize(8);
        assertThat(infos.get(0).added()).contains(NOW);
        assertThat(infos.get(0).settings()).contains(QUICK);
        assertThat(infos.get(1).state()).isEqualTo(KeySlots.State.EMPTY);
    }

    /** The same password twice: fresh salt, so nobody sees that it is the same. */
    @Test
    void equalPasswordsDoNotLookEqual() throws RescueException {
        byte[] bytes = add(one(), "one").encode();
        int second = KeySlots.SLOTS_AT + SlotBytes.BYTES;
        assertThat(Arrays.copyOfRange(bytes, KeySlots.SLOTS_AT + 32, second - 48))
                .isNotEqualTo(Arrays.copyOfRange(bytes, second + 32, second + SlotBytes.BYTES - 48));
    }
}
