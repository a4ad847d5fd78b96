package org.rescuekey.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import org.rescuekey.error.RefusedException;

/**
 * A password as UTF-8 in Unicode's composed form (NFC), so that one word is one password whatever keyboard or system it
 * was typed on. Bytes that are no UTF-8, such as a key file, count as they are.
 *
 * <p>Invariants: never empty, never in a text. The arrays that it is made from are wiped, its own bytes when it is
 * closed. Only a password that is not yet composed passes through a String, which nobody can wipe: Java's normaliser gives no
 * other form.
 *
 * <p>Thread rule: thread-safe until it is closed; a use after that is a mistake of the program.
 */
public final class Password implements AutoCloseable {
    /** Longer is taken for a mistake, such as the wrong file. */
    public static final int MAX_BYTES = 64 << 10;

    private static final int MAX_BYTES_OF_A_CHAR = 3;

    private final byte[] utf8;
    private boolean closed;

    private Password(byte[] utf8) throws RefusedException {
        if (utf8.length == 0) {
            throw new RefusedException("The password is empty.", "Give at least one character.");
        }
        if (utf8.length > MAX_BYTES) {
            Arrays.fill(utf8, (byte) 0);
            throw new RefusedException(
                    "The password is longer than " + MAX_BYTES + " bytes.", "Check which file it is read from.");
        }
        this.utf8 = utf8;
    }

    /** A password as it was typed. The array is wiped. */
    public static Password ofChars(char[] typed) throws RefusedException {
        try {
            return new Password(encode(CharBuffer.wrap(typed)));
        } catch (CharacterCodingException _) {
            throw new RefusedException(
                    "The password has half of a character in it.", "Type it again, or read it from a file.");
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    /** A password as a file gives it, without the newline at its end. The array is wiped. */
    public static Password ofBytes(byte[] read) throws RefusedException {
        CharBuffer chars = null;
        try {
            chars = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(read));
            return new Password(encode(chars));
        } catch (CharacterCodingException _) {
            return new Password(read.clone());
        } finally {
            Arrays.fill(read, (byte) 0);
            if (chars != null) {
                Arrays.fill(chars.array(), '\0');
            }
        }
    }

    private static byte[] encode(CharBuffer chars) throws CharacterCodingException {
        CharBuffer composed = Normalizer.isNormalized(chars, Normalizer.Form.NFC)
                ? chars
                : CharBuffer.wrap(Normalizer.normalize(chars, Normalizer.Form.NFC));
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.allocate(composed.remaining() * MAX_BYTES_OF_A_CHAR);
        try {
            CoderResult result = encoder.encode(composed.duplicate(), bytes, true);
            if (result.isError()) {
                result.throwException();
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    /** Whether both are the same: for a password that is typed twice. Takes the same time wherever they differ. */
    public boolean isSameAs(Password other) {
        return MessageDigest.isEqual(utf8(), other.utf8());
    }

    /** Its own array, not a copy: for the key derivation only. */
    synchronized byte[] utf8() {
        if (closed) {
            throw new IllegalStateException("the password was wiped");
        }
        return utf8;
    }

    @Override
    public synchronized void close() {
        Arrays.fill(utf8, (byte) 0);
        closed = true;
    }

    /** Says nothing about it, not even its length. */
    @Override
    public String toString() {
        return "Password[secret]";
    }
}
