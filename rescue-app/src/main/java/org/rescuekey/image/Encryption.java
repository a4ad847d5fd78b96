package org.rescuekey.image;

import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.SessionId;

/**
 * What the header of an encrypted image says about its keys. Nothing in it is secret.
 *
 * @param session the session that wrote the image's description
 * @param slots the passwords that open it; they may change, which makes no other image of it
 */
public record Encryption(SessionId session, KeySlots slots) {
    public Encryption {
        if (session.isNone()) {
            throw new IllegalArgumentException("no session");
        }
    }
}
