package org.rescuekey.tui;

import java.util.Arrays;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RefusedException;
import org.rescuekey.tui.model.PasswordScreen;

/**
 * What is typed of a password, and of the same again: the one place of the text UI that holds its characters, and only until
 * they are taken or the screen that asks for them is left. Used by the event loop alone.
 */
final class SecretInput {
    private final char[] first = new char[PasswordScreen.MAX_CHARACTERS];
    private final char[] again = new char[PasswordScreen.MAX_CHARACTERS];
    private int firstLength;
    private int againLength;
    private boolean repeating;

    /** One more character; beyond the limit that the screen keeps to, none. */
    void type(char character) {
        if (repeating && againLength < again.length) {
            again[againLength++] = character;
        } else if (!repeating && firstLength < first.length) {
            first[firstLength++] = character;
        }
    }

    void erase() {
        if (repeating && againLength > 0) {
            again[--againLength] = '\0';
        } else if (!repeating && firstLength > 0) {
            first[--firstLength] = '\0';
        }
    }

    /** What is typed from now on has to be the same. */
    void repeat() {
        repeating = true;
    }

    /**
     * The password, which the caller wipes; here it is forgotten whatever comes of it.
     *
     * @throws RefusedException if it was typed twice and not the same, or is no password
     */
    Password take() throws RefusedException {
        try {
            if (repeating && !Arrays.equals(first, 0, firstLength, again, 0, againLength)) {
                throw new RefusedException("The two passwords differ.", "Type the same one twice.");
            }
            return Password.ofChars(Arrays.copyOf(first, firstLength)); // which wipes the copy
        } finally {
            wipe();
        }
    }

    void wipe() {
        Arrays.fill(first, '\0');
        Arrays.fill(again, '\0');
        firstLength = 0;
        againLength = 0;
        repeating = false;
    }

    boolean isWiped() {
        return firstLength == 0 && againLength == 0 && first[0] == '\0' && again[0] == '\0';
    }
}
