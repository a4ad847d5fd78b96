package org.rescuekey.bench;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.RecordCipher;
import org.rescuekey.crypto.SessionKeys;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.image.index.BlockEntry;

/** AES-256-GCM of a record of one block: to seal it, in place as the engine does, and to open it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CipherBenchmark {
    private static final int LENGTH = Blocks.BLOCK_BYTES;

    private final RecordCipher cipher = cipher();
    private final byte[] header = new byte[BlockEntry.RECORD_HEADER_BYTES];
    private final byte[] body = new byte[LENGTH + RecordCipher.TAG_BYTES];
    private final byte[] sealed = new byte[LENGTH + RecordCipher.TAG_BYTES];
    private final byte[] opened = new byte[LENGTH];
    private long nonce;

    private static RecordCipher cipher() {
        SecureRandom random = new SecureRandom();
        return SessionKeys.begin(DataKey.random(random), random).recordCipher();
    }

    /** Seals the record that is opened. */
    @Setup(Level.Trial)
    public void sealOnce() {
        nonce = cipher.nextNonce();
        cipher.seal(header, body, 0, LENGTH, sealed, 0);
    }

    /** Encrypts and authenticates. */
    @Benchmark
    public int seal() {
        cipher.nextNonce();
        return cipher.seal(header, body, 0, LENGTH, body, 0);
    }

    /** Checks and decrypts. */
    @Benchmark
    public int open() throws IntegrityException {
        return cipher.open("record", nonce, header, sealed, 0, sealed.length, opened, 0);
    }
}
