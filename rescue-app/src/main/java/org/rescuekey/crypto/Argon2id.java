package org.rescuekey.crypto;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.ByteCount;

/** Argon2id, version 1.3 (RFC 9106): from a password to a key. The only class that knows Bouncy Castle. */
final class Argon2id {
    static final int SALT_BYTES = 32;
    static final int KEY_BYTES = 32;

    /** Argon2 may take this part of the heap: what lives beside it while a password is tried is small. */
    private static final double HEAP_SHARE = 2.0 / 3;
    /** Objects and references around each KiB. */
    private static final double OVERHEAD = 1.05;

    private Argon2id() {}

    /** Derives the key that a slot is wrapped with. The caller wipes it. */
    static byte[] derive(Password password, byte[] salt, Argon2Settings settings) throws RefusedException {
        requireHeap(settings, Runtime.getRuntime().maxMemory());
        return derive(password.utf8(), new byte[0], new byte[0], salt, settings);
    }

    /** Asks before it takes: running out of memory ends the program. */
    static void requireHeap(Argon2Settings settings, long heapBytes) throws RefusedException {
        long needBytes = settings.memoryKib() * ByteCount.KIB;
        if (needBytes * OVERHEAD > heapBytes * HEAP_SHARE) {
            throw new RefusedException(
                    "Trying the password takes " + ByteCount.text(needBytes) + " of memory, more than the "
                            + ByteCount.text(heapBytes) + " of this program allow.",
                    "Start it with a larger heap on a PC with more memory.");
        }
    }

    /** All inputs of the function; we give neither secret nor associated data, the test vector of the RFC does. */
    static byte[] derive(byte[] password, byte[] secret, byte[] associatedData, byte[] salt, Argon2Settings settings) {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(settings.memoryKib())
                .withIterations(settings.passes())
                .withParallelism(settings.lanes())
                .withSecret(secret)
                .withAdditional(associatedData)
                .withSalt(salt)
                .build();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] key = new byte[KEY_BYTES];
        generator.generateBytes(password, key);
        return key;
    }
}
