package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.crypto.KeySlotsTest.NOW;
import static org.rescuekey.crypto.KeySlotsTest.QUICK;
import static org.rescuekey.crypto.KeySlotsTest.RANDOM;
import static org.rescuekey.crypto.KeySlotsTest.password;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;

/** Damage, forgery and hostile slots: each is found, said, and told from a wrong password. */
class KeySlotsDamageTest {
    private static final int SECOND = KeySlots.SLOTS_AT + SlotBytes.BYTES;
    private static final int THIRD = SECOND + SlotBytes.BYTES;

    private final DataKey key = DataKey.random(RANDOM);

    private KeySlots two() throws RescueException {
        return KeySlots.create(key, password("one"), QUICK, NOW, RANDOM).add(key, password("two"), QUICK, NOW, RANDOM);
    }

    private static KeySlots decode(byte[] bytes) throws RescueException {
        return KeySlots.decode("a.rkimg", 240, bytes);
    }

    /** Makes the checksum of a slot right again, as somebody who means harm would. */
    private static void fixChecksum(byte[] bytes, int slotAt) {
        byte[] slot = Arrays.copyOfRange(bytes, slotAt, slotAt + SlotBytes.BYTES);
        System.arraycopy(SlotBytes.checksumOf(slot), 0, bytes, slotAt + SlotBytes.CHECKSUM_AT, 16);
    }

    @Test
    void everyFlippedBitIsSaid() throws RescueException {
        byte[] bytes = two().encode();
        assertThat(decode(bytes).unlock(password("two")).warnings()).isEmpty();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            int at = bit / 8;
            bytes[at] ^= (byte) (1 << bit % 8);
            if (at < 12) {
                assertThatThrownBy(() -> decode(bytes))
                        .isInstanceOfAny(MalformedDataException.class, FormatVersionException.class);
            } else if (at >= SECOND && at < THIRD) {
                KeySlots slots = decode(bytes);
                assertThatThrownBy(() -> slots.unlock(password("two")))
                        .isInstanceOf(WrongPasswordException.class)
                        .hasMessageContaining("damaged key slot: key slot 2: its checksum");
                assertThat(slots.unlock(password("one")).warnings()).isNotEmpty();
            } else {
                KeySlots.Unlocked unlocked = decode(bytes).unlock(password("two"));
                assertThat(unlocked.key().copy()).isEqualTo(key.copy());
                assertThat(unlocked.warnings()).as("bit %s", bit).isNotEmpty();
            }
            bytes[at] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void whereNoSlotIsWholeItIsDamageAndNoWrongPassword() throws RescueException {
        byte[] bytes = KeySlots.create(key, password("one"), QUICK, NOW, RANDOM).encode();
        bytes[KeySlots.SLOTS_AT + 70] ^= 1;
        assertThatThrownBy(() -> decode(bytes).unlock(password("one")))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("key slot 1: its checksum does not match");
        Arrays.fill(bytes, KeySlots.SLOTS_AT, KeySlots.MAC_AT, (byte) 0);
        assertThatThrownBy(() -> decode(bytes).unlock(password("one"))).isInstanceOf(IntegrityException.class);
    }

    /** Damage of one slot hides no forgery of another: the MAC still can be checked. */
    @Test
    void aDamagedSlotIsRemovedOrSetAnew() throws RescueException {
        byte[] bytes = two().encode();
        bytes[KeySlots.SLOTS_AT + 70] ^= 1;
        KeySlots damaged = decode(bytes);
        assertThat(damaged.unlock(password("two")).warnings())
                .containsExactly("key slot 1: its checksum does not match");
        assertThat(damaged.remove(key, 1).unlock(password("two")).warnings()).isEmpty();
        KeySlots mended = damaged.change(key, 1, password("new"), QUICK, NOW, RANDOM);
        assertThat(mended.unlock(password("new")).warnings()).isEmpty();
        assertThatThrownBy(() -> damaged.remove(key, 2))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("last");
    }

    private void assertForged(byte[] bytes, String password) throws RescueException {
        KeySlots slots = decode(bytes);
        KeySlots.Unlocked unlocked = slots.unlock(password(password));
        assertThat(unlocked.warnings()).singleElement().asString().contains("changed by someone without the key");
        assertThatThrownBy(() -> slots.add(unlocked.key(), password("x"), QUICK, NOW, RANDOM))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> slots.remove(unlocked.key(), 1)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void aSlotOfAnotherSetIsFound() throws RescueException {
        byte[] bytes = two().encode();
        DataKey foreign = DataKey.random(RANDOM);
        byte[] other =
                KeySlots.create(foreign, password("evil"), QUICK, NOW, RANDOM).encode();
        System.arraycopy(other, KeySlots.SLOTS_AT, bytes, KeySlots.SLOTS_AT, SlotBytes.BYTES);
        assertForged(bytes, "two");
        assertForged(bytes, "evil");
    }

    @Test
    void aRemovedSlotThatIsPutBackIsFound() throws RescueException {
        KeySlots before = two();
        byte[] bytes = before.remove(key, 1).encode();
        System.arraycopy(before.encode(), KeySlots.SLOTS_AT, bytes, KeySlots.SLOTS_AT, SlotBytes.BYTES);
        assertForged(bytes, "two");
        assertForged(bytes, "one");
    }

    @Test
    void slotsThatAreExchangedCopiedOrTakenAwayAreFound() throws RescueException {
        byte[] bytes = two().encode();
        byte[] copied = bytes.clone();
        System.arraycopy(bytes, SECOND, copied, THIRD, SlotBytes.BYTES);
        assertForged(copied, "two");
        byte[] exchanged = copied.clone();
        System.arraycopy(bytes, KeySlots.SLOTS_AT, exchanged, SECOND, SlotBytes.BYTES);
        Arrays.fill(exchanged, KeySlots.SLOTS_AT, SECOND, (byte) 0);
        assertForged(exchanged, "one");
        byte[] taken = bytes.clone();
        Arrays.fill(taken, KeySlots.SLOTS_AT, SECOND, (byte) 0);
        assertForged(taken, "two");
    }

    /** The plain fields are sealed in: who makes the cost cheaper does not get the key opened by them. */
    @Test
    void changedFieldsDoNotOpen() throws RescueException {
        for (int at : new int[] {3, 4, 8, 16, 40, 64, 100}) {
            byte[] bytes = two().encode();
            bytes[SECOND + at] ^= (byte) (at == 3 ? 3 : 8);
            fixChecksum(bytes, SECOND);
            KeySlots slots = decode(bytes);
            assertThatThrownBy(() -> slots.unlock(password("two"))).isInstanceOf(WrongPasswordException.class);
        }
    }

    @Property(tries = 500)
    void hostileCostsAreBounded(@ForAll int memoryKib, @ForAll int passes, @ForAll byte lanes) throws RescueException {
        byte[] bytes = hostile(memoryKib, passes, lanes);
        KeySlots.Info info = decode(bytes).infos().get(1);
        if (info.state() == KeySlots.State.USED) {
            Argon2Settings settings = info.settings().orElseThrow();
            assertThat(settings.memoryKib()).isBetween(8, 1 << 20);
            assertThat((long) settings.memoryKib() * settings.passes()).isLessThanOrEqualTo(2 << 20);
            assertThat(settings.lanes()).isBetween(1, 16);
        } else {
            assertThat(info.damage()).contains("out of bounds");
        }
    }

    private byte[] hostile(int memoryKib, int passes, byte lanes) throws RescueException {
        byte[] bytes = two().encode();
        ByteBuffer slot = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(SECOND);
        slot.put(SECOND + 3, lanes).putInt(SECOND + 4, memoryKib).putInt(SECOND + 8, passes);
        fixChecksum(bytes, SECOND);
        return bytes;
    }

    @Test
    void theLimitsOfTheCost() throws RescueException {
        int gib = 1 << 20;
        int[][] good = {{8, 1, 1}, {gib, 2, 16}, {gib / 32, 64, 4}, {128, 64, 16}};
        for (int[] cost : good) {
            assertThat(decode(hostile(cost[0], cost[1], (byte) cost[2]))
                            .infos()
                            .get(1)
                            .state())
                    .isEqualTo(KeySlots.State.USED);
        }
        int[][] bad = {
            {gib + 1, 1, 1},
            {gib, 3, 1},
            {8, 65, 1},
            {8, 0, 1},
            {7, 1, 1},
            {135, 1, 17},
            {8, 1, 0},
            {127, 1, 16},
            {-1, -1, -1},
            {-1, 1, 1},
            {gib, -1, 1},
            {Integer.MIN_VALUE, 2, 1}
        };
        for (int[] cost : bad) {
            assertThat(decode(hostile(cost[0], cost[1], (byte) cost[2]))
                            .infos()
                            .get(1)
                            .damage())
                    .contains("out of bounds");
        }
    }

    /** Allowed by the format, too much for this heap: a word before, not the end of the program. */
    @Test
    void moreMemoryThanThereIsIsRefused() throws RescueException {
        KeySlots slots = decode(hostile(1 << 20, 1, (byte) 1));
        assertThat(slots.unlock(password("one")).slot()).isEqualTo(1);
        assertThatThrownBy(() -> slots.unlock(password("two")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("1.0 GiB");
        KeySlots third = two().add(key, password("three"), QUICK, NOW, RANDOM);
        byte[] bytes = third.encode();
        System.arraycopy(hostile(1 << 20, 1, (byte) 1), SECOND, bytes, SECOND, SlotBytes.BYTES);
        assertThat(decode(bytes).unlock(password("three")).slot()).isEqualTo(3);
    }

    @Test
    void whatIsReservedMustBeZero() throws RescueException {
        for (int at : new int[] {12, 15, 24, 31, 112, 143}) {
            byte[] bytes = two().encode();
            bytes[SECOND + at] = 1;
            fixChecksum(bytes, SECOND);
            assertThat(decode(bytes).infos().get(1).damage()).contains("where nothing should be");
        }
    }

    @Test
    void newerSlotsAreSaidToBe() throws RescueException {
        byte[] bytes = two().encode();
        bytes[8] = 2;
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(FormatVersionException.class)
                .hasMessageContaining("newer Rescue Key");
        bytes[8] = 1;
        bytes[SECOND + 1] = 2;
        fixChecksum(bytes, SECOND);
        assertThat(decode(bytes).infos().get(1).damage()).contains("kind");
    }
}
