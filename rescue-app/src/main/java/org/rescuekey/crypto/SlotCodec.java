package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.rescuekey.error.RefusedException;

/**
 * One key slot: 160 bytes, little-endian; what is not listed is zero. An empty slot is all zero.
 *
 * <pre>
 *   0  1  state: 1 in use
 *   1  1  key derivation: 1 Argon2id, version 1.3      2  1  wrapping: 1 AES-256-GCM
 *   3  1  lanes (1 to 16)
 *   4  4  memory in KiB (8 a lane to 1 GiB)            8  4  passes (1 to 64; memory times passes at most 2 GiB)
 *  16  8  when the password was set: signed seconds since 1970 UTC
 *  32 32  salt, random
 *  64 48  the data key, encrypted, and the GCM tag over it and bytes 0 to 63
 * 144 16  the first half of the SHA-256 of bytes 0 to 143
 * </pre>
 *
 * <p>The nonce of the wrapping is zero: a key that is derived with a fresh salt encrypts once. The checksum is what tells damage
 * from a wrong password.
 */
final class SlotCodec {
    private static final int SALT_AT = 32;
    private static final int WRAPPED_AT = 64;
    private static final int WRAPPED_END = WRAPPED_AT + DataKey.BYTES + Primitives.TAG_BYTES;

    private SlotCodec() {}

    static Slot.Used wrap(
            DataKey dataKey, Password password, Argon2Settings settings, Instant added, SecureRandom random)
            throws RefusedException {
        byte[] salt = new byte[Argon2id.SALT_BYTES];
        random.nextBytes(salt);
        ByteBuffer out = ByteBuffer.allocate(SlotBytes.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 1).put((byte) 1).put((byte) 1).put((byte) settings.lanes());
        out.putInt(settings.memoryKib()).putInt(settings.passes()).putInt(0);
        out.putLong(added.getEpochSecond()).putLong(0);
        out.put(salt);
        byte[] plain = dataKey.copy();
        try {
            AesKey key = new AesKey(Argon2id.derive(password, salt, settings));
            try {
                Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, out.array());
                cipher.doFinal(plain, 0, plain.length, out.array(), WRAPPED_AT);
            } finally {
                key.destroy();
            }
        } catch (GeneralSecurityException e) {
            throw Primitives.missing(e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        byte[] bytes = out.array();
        out.position(SlotBytes.CHECKSUM_AT).put(SlotBytes.checksumOf(bytes));
        return new Slot.Used(settings, Instant.ofEpochSecond(added.getEpochSecond()), new SlotBytes(bytes));
    }

    /** The data key, if the password is the one of this slot. */
    static Optional<DataKey> unwrap(Slot.Used slot, Password password) throws RefusedException {
        byte[] head = slot.bytes().part(0, WRAPPED_AT);
        byte[] salt = Arrays.copyOfRange(head, SALT_AT, WRAPPED_AT);
        AesKey key = new AesKey(Argon2id.derive(password, salt, slot.settings()));
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, head);
            return Optional.of(new DataKey(cipher.doFinal(slot.bytes().part(WRAPPED_AT, WRAPPED_END))));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw Primitives.missing(e);
        } finally {
            key.destroy();
        }
    }

    private static Cipher cipher(int mode, AesKey key, byte[] slot) throws GeneralSecurityException {
        Cipher cipher = Primitives.aesGcm();
        cipher.init(mode, key, new GCMParameterSpec(Primitives.TAG_BYTES * Byte.SIZE, new byte[12]));
        cipher.updateAAD(slot, 0, WRAPPED_AT);
        return cipher;
    }

    /** Never fails: what is no slot is a damaged one, and costs none of the others. */
    static Slot decode(SlotBytes bytes) {
        if (bytes.isZero(0, SlotBytes.BYTES)) {
            return new Slot.Empty();
        }
        if (!bytes.isChecksumRight()) {
            return new Slot.Damaged("its checksum does not match", bytes);
        }
        ByteBuffer in = bytes.fields();
        if (in.get(0) != 1 || in.get(1) != 1 || in.get(2) != 1) {
            return new Slot.Damaged("it is of a kind that this version does not know", bytes);
        }
        int lanes = Byte.toUnsignedInt(in.get(3));
        long memoryKib = Integer.toUnsignedLong(in.getInt(4));
        long passes = Integer.toUnsignedLong(in.getInt(8));
        if (!Argon2Settings.isAllowed(memoryKib, passes, lanes)) {
            return new Slot.Damaged(
                    "its cost is out of bounds: " + Argon2Settings.text(memoryKib, passes, lanes), bytes);
        }
        if (!bytes.isZero(12, 16) || !bytes.isZero(24, SALT_AT) || !bytes.isZero(WRAPPED_END, SlotBytes.CHECKSUM_AT)) {
            return new Slot.Damaged("it has something where nothing should be", bytes);
        }
        try {
            Argon2Settings settings = new Argon2Settings((int) memoryKib, (int) passes, lanes);
            return new Slot.Used(settings, Instant.ofEpochSecond(in.getLong(16)), bytes);
        } catch (DateTimeException _) {
            return new Slot.Damaged("it has no possible date", bytes);
        }
    }
}
