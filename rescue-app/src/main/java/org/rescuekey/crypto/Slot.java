package org.rescuekey.crypto;

import java.time.Instant;

/** One of the eight places of the key slots. */
sealed interface Slot {
    /** What is stored: also of a damaged slot, so that reading an image and writing it again changes nothing. */
    SlotBytes bytes();

    /** Nothing is in it: all its bytes are zero. */
    record Empty() implements Slot {
        @Override
        public SlotBytes bytes() {
            return SlotBytes.EMPTY;
        }
    }

    /**
     * A wrapped data key.
     *
     * @param settings what one try costs
     * @param added when the password was set
     */
    record Used(Argon2Settings settings, Instant added, SlotBytes bytes) implements Slot {}

    /**
     * Bytes that are no slot.
     *
     * @param reason what is wrong with them, in words
     */
    record Damaged(String reason, SlotBytes bytes) implements Slot {}
}
