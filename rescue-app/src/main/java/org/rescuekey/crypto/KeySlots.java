package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.FormatVersionException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;

/**
 * The key slots of an image set: up to eight passwords, each of which opens the data key. 1,328 bytes, little-endian:
 *
 * <pre>
 *    0    8  magic 89 "RKKEY" 0D 0A
 *    8    2  version, 1                    10  2  number of slots, 8
 *   12    4  generation: 1, and one more with each change
 *   16 1280  the slots, 8 of 160 bytes ({@link SlotCodec})
 * 1296   32  HMAC-SHA256 under a key derived from the data key: bytes 0 to 15, and the checksum of each slot
 * </pre>
 *
 * <p>Each slot's checksum finds damage without a password and costs that slot only. The MAC stands for the slots through
 * their checksums, so that it still can be checked when a slot is damaged; it finds slots that were put in, taken away or
 * exchanged, once the key is open.
 *
 * <p>An immutable value: a change gives a new one, in which nothing of a removed slot is left. Slots are numbered from 1.
 */
public final class KeySlots {
    public static final int SLOTS = 8;
    public static final int BYTES = 1328;

    static final long MAGIC = 0x0A0D_5945_4B4B_5289L;
    static final int VERSION = 1;
    static final int SLOTS_AT = 16;
    static final int MAC_AT = SLOTS_AT + SLOTS * SlotBytes.BYTES;

    private final int generation;
    private final List<Slot> slots;
    private final byte[] mac;

    private KeySlots(int generation, List<Slot> slots, byte[] mac) {
        this.generation = generation;
        this.slots = List.copyOf(slots);
        this.mac = mac;
    }

    /** What is in a slot, for people. */
    public enum State {
        EMPTY,
        USED,
        DAMAGED
    }

    /**
     * A slot, for people.
     *
     * @param number from 1
     * @param added when its password was set, if it is used
     * @param settings what one try of it costs, if it is used
     * @param damage what is wrong with it, or empty
     */
    public record Info(
            int number, State state, Optional<Instant> added, Optional<Argon2Settings> settings, String damage) {}

    /**
     * What a password opened.
     *
     * @param key the data key, which the caller closes
     * @param slot the number of the slot that it opened
     * @param warnings what is wrong with the slots although one could be opened: to be shown
     */
    public record Unlocked(DataKey key, int slot, List<String> warnings) {}

    /** The slots of a new set, with one password in slot 1. */
    public static KeySlots create(
            DataKey key, Password password, Argon2Settings settings, Instant added, SecureRandom random)
            throws RefusedException {
        List<Slot> slots = new ArrayList<>();
        slots.add(SlotCodec.wrap(key, password, settings, added, random));
        while (slots.size() < SLOTS) {
            slots.add(new Slot.Empty());
        }
        return signed(key, 1, slots);
    }

    /**
     * Reads the slots. Damaged ones are no error here: the others still open.
     *
     * @param what names the image in errors
     * @param offsetBytes where the slots stand in it
     */
    public static KeySlots decode(String what, long offsetBytes, byte[] bytes) throws RescueException {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("key slots of " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String name = "key slots of " + what;
        expect(name, offsetBytes, MAGIC, in.getLong(0));
        int version = Short.toUnsignedInt(in.getShort(8));
        if (version > VERSION) {
            throw FormatVersionException.tooNew(what, "of key slots " + version);
        }
        expect(name, offsetBytes + 8, VERSION, version);
        expect(name, offsetBytes + 10, SLOTS, Short.toUnsignedInt(in.getShort(10)));
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            int at = slotAt(i);
            slots.add(SlotCodec.decode(new SlotBytes(Arrays.copyOfRange(bytes, at, at + SlotBytes.BYTES))));
        }
        return new KeySlots(in.getInt(12), slots, Arrays.copyOfRange(bytes, MAC_AT, BYTES));
    }

    private static void expect(String name, long offsetBytes, long expected, long actual)
            throws MalformedDataException {
        if (expected != actual) {
            throw new MalformedDataException(name, offsetBytes, Long.toHexString(expected), Long.toHexString(actual));
        }
    }

    /** The stored form, {@link #BYTES} long. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(head(generation));
        for (int i = 0; i < SLOTS; i++) {
            out.position(slotAt(i)).put(slots.get(i).bytes().fields());
        }
        return out.position(MAC_AT).put(mac).array();
    }

    /** Which of several copies is the newest. */
    public long generation() {
        return Integer.toUnsignedLong(generation);
    }

    /**
     * Tries the password on each slot. Takes up to a second for each.
     *
     * @throws WrongPasswordException if it opens none of those that are whole
     * @throws IntegrityException if none is whole
     * @throws RefusedException if a slot asks for more memory than there is, and no other was opened
     */
    public Unlocked unlock(Password password) throws RescueException {
        RefusedException refused = null;
        boolean tried = false;
        for (int i = 0; i < SLOTS; i++) {
            if (slots.get(i) instanceof Slot.Used used) {
                try {
                    Optional<DataKey> key = SlotCodec.unwrap(used, password);
                    tried = true;
                    if (key.isPresent()) {
                        return new Unlocked(key.get(), i + 1, warnings(key.get()));
                    }
                } catch (RefusedException e) {
                    refused = e;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
        String damage = String.join("; ", damage());
        if (!tried) {
            throw new IntegrityException("No key slot can be opened" + (damage.isEmpty() ? "" : ": " + damage) + ".");
        }
        throw new WrongPasswordException(
                damage.isEmpty()
                        ? "Wrong password."
                        : "Wrong password, or the one of a damaged key slot: " + damage + ".");
    }

    private List<String> warnings(DataKey key) {
        List<String> warnings = new ArrayList<>(damage());
        if (!isAuthentic(key)) {
            warnings.add("The key slots were changed by someone without the key, or are damaged.");
        }
        return warnings;
    }

    private List<String> damage() {
        return infos().stream()
                .filter(info -> info.state() == State.DAMAGED)
                .map(info -> "key slot " + info.number() + ": " + info.damage())
                .toList();
    }

    /** All eight slots. */
    public List<Info> infos() {
        return IntStream.range(0, SLOTS)
                .mapToObj(i -> info(i + 1, slots.get(i)))
                .toList();
    }

    private static Info info(int number, Slot slot) {
        return switch (slot) {
            case Slot.Empty _ -> new Info(number, State.EMPTY, Optional.empty(), Optional.empty(), "");
            case Slot.Used used ->
                new Info(number, State.USED, Optional.of(used.added()), Optional.of(used.settings()), "");
            case Slot.Damaged damaged ->
                new Info(number, State.DAMAGED, Optional.empty(), Optional.empty(), damaged.reason());
        };
    }

    /** The slot that {@link #add} would use. */
    public OptionalInt firstEmpty() {
        return infos().stream()
                .filter(info -> info.state() == State.EMPTY)
                .mapToInt(Info::number)
                .findFirst();
    }

    /** One more password, in the first empty slot. */
    public KeySlots add(DataKey key, Password password, Argon2Settings settings, Instant added, SecureRandom random)
            throws RescueException {
        requireAuthentic(key);
        int number = firstEmpty()
                .orElseThrow(() -> new RefusedException(
                        "All " + SLOTS + " key slots are in use.", "Remove one, or change its password."));
        return with(key, number, SlotCodec.wrap(key, password, settings, added, random));
    }

    /** Another password in a slot that is in use or damaged; what it had before is gone. */
    public KeySlots change(
            DataKey key, int slot, Password password, Argon2Settings settings, Instant added, SecureRandom random)
            throws RescueException {
        requireAuthentic(key);
        requireFilled(slot);
        return with(key, slot, SlotCodec.wrap(key, password, settings, added, random));
    }

    /** Empties a slot; its bytes are gone. The last that can be opened stays. */
    public KeySlots remove(DataKey key, int slot) throws RescueException {
        requireAuthentic(key);
        requireFilled(slot);
        boolean another = IntStream.range(0, SLOTS).anyMatch(i -> i != slot - 1 && slots.get(i) instanceof Slot.Used);
        if (!another) {
            throw new RefusedException(
                    "Key slot " + slot + " is the last; without it nobody opens this image set again.",
                    "Add another password first.");
        }
        return with(key, slot, new Slot.Empty());
    }

    private KeySlots with(DataKey key, int number, Slot slot) {
        List<Slot> changed = new ArrayList<>(slots);
        changed.set(number - 1, slot);
        return signed(key, generation + 1, changed);
    }

    private void requireFilled(int slot) throws RefusedException {
        if (slot < 1 || slot > SLOTS || slots.get(slot - 1) instanceof Slot.Empty) {
            throw new RefusedException("Key slot " + slot + " is empty.", "Choose one that is in use.");
        }
    }

    /** Tells whether someone with this key made the slots, and nobody changed them since. */
    public boolean isOf(DataKey key) {
        return isAuthentic(key);
    }

    private void requireAuthentic(DataKey key) throws IntegrityException {
        if (!isAuthentic(key)) {
            throw new IntegrityException("The key slots were changed by someone without the key, or are damaged;"
                    + " they are not changed further.");
        }
    }

    private boolean isAuthentic(DataKey key) {
        return MessageDigest.isEqual(mac, mac(key, generation, slots));
    }

    private static KeySlots signed(DataKey key, int generation, List<Slot> slots) {
        return new KeySlots(generation, slots, mac(key, generation, slots));
    }

    private static byte[] mac(DataKey key, int generation, List<Slot> slots) {
        byte[] slotsKey = key.slotsKey();
        Mac mac = Primitives.hmacSha256(slotsKey);
        Arrays.fill(slotsKey, (byte) 0);
        mac.update(head(generation));
        for (Slot slot : slots) {
            mac.update(slot.bytes().checksum());
        }
        return mac.doFinal();
    }

    private static byte[] head(int generation) {
        return ByteBuffer.allocate(SLOTS_AT)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) SLOTS)
                .putInt(generation)
                .array();
    }

    private static int slotAt(int index) {
        return SLOTS_AT + index * SlotBytes.BYTES;
    }

    /** Equal are slots of the same bytes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeySlots slots && Arrays.equals(encode(), slots.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mac);
    }

    @Override
    public String toString() {
        return "KeySlots[generation " + generation() + ", " + slots + "]";
    }
}
