package org.rescuekey.image.container;

import org.rescuekey.crypto.SessionId;

/**
 * What a record header says about the sealing of its body.
 *
 * @param nonce the number that the session gave this record
 * @param session the run that sealed it
 */
record RecordSeal(long nonce, SessionId session) {
    /** The body is not sealed. */
    static final RecordSeal NONE = new RecordSeal(0, SessionId.NONE);

    /** Tells whether it is what an image must have: a number and a session, or neither. */
    boolean fits(boolean isSealed) {
        return isSealed ? nonce != 0 && !session.isNone() : equals(NONE);
    }
}
