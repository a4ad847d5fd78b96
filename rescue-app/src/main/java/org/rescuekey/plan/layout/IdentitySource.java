package org.rescuekey.plan.layout;

import java.util.UUID;

/** Where new identities come from. Asked the same again, it gives the same again: a plan is made twice, to be seen and to run. */
public interface IdentitySource {
    /** A random GUID (version 4) for a purpose, such as "partition 3". */
    UUID guid(String purpose);

    /** A random MBR signature, not 0. */
    int mbrSignature();
}
