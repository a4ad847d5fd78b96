package org.rescuekey.filesystem.btrfs;

import org.bouncycastle.crypto.digests.Blake2bDigest;

/** BLAKE2b with 256 bits, as RFC 7693 has it, without a key. */
final class Blake2b {
    private static final int BITS = 256;

    private Blake2b() {}

    static byte[] of(byte[] bytes, int start, int length) {
        Blake2bDigest digest = new Blake2bDigest(BITS);
        digest.update(bytes, start, length);
        byte[] sum = new byte[BITS / Byte.SIZE];
        digest.doFinal(sum, 0);
        return sum;
    }
}
