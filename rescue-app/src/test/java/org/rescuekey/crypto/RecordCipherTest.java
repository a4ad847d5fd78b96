package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RescueException;

/** Records come back as they were sealed, or not at all; no nonce comes twice. */
class RecordCipherTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] HEADER = {1, 2, 3};

    private final DataKey dataKey = DataKey.random(RANDOM);
    private final SessionKeys session = SessionKeys.begin(dataKey, RANDOM);
    private final RecordCipher cipher = session.recordCipher();

    private byte[] seal(byte[] plain) {
        cipher.nextNonce();
        byte[] sealed = new byte[plain.length + RecordCipher.TAG_BYTES];
        cipher.seal(HEADER, plain, 0, plain.length, sealed, 0);
        return sealed;
    }

    /** As another run reads it: from the data key and what stands in the record. */
    private byte[] open(long nonce, byte[] header, byte[] sealed) throws RescueException {
        byte[] plain = new byte[Math.max(0, sealed.length - RecordCipher.TAG_BYTES)];
        SessionKeys.of(dataKey, session.id())
                .recordCipher()
                .open("block 7", nonce, header, sealed, 0, sealed.length, plain, 0);
        return plain;
    }

    @Property(tries = 200)
    void whatIsSealedOpens(@ForAll @Size(max = 5000) byte[] plain, @ForAll @IntRange(max = 40) int offset)
            throws RescueException {
        byte[] buffer = new byte[offset + plain.length + RecordCipher.TAG_BYTES];
        System.arraycopy(plain, 0, buffer, offset, plain.length);
        long nonce = cipher.nextNonce();
        int stored = cipher.seal(HEADER, buffer, offset, plain.length, buffer, offset);
        assertThat(stored).isEqualTo(plain.length + RecordCipher.TAG_BYTES);
        assertThat(open(nonce, HEADER, Arrays.copyOfRange(buffer, offset, offset + stored)))
                .isEqualTo(plain);
        int length = cipher.open("block 7", nonce, HEADER, buffer, offset, stored, buffer, offset);
        assertThat(Arrays.copyOfRange(buffer, offset, offset + length)).isEqualTo(plain);
    }

    @Test
    void everyFlippedBitIsFound() throws RescueException {
        byte[] sealed = seal(new byte[100]);
        assertThat(open(1, HEADER, sealed)).isEqualTo(new byte[100]);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> open(1, HEADER, sealed))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("block 7");
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void headerNonceSessionKeyAndPurposeAreBound() {
        byte[] sealed = seal(new byte[100]);
        assertThatThrownBy(() -> open(2, HEADER, sealed)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> open(1, new byte[] {1, 2, 4}, sealed)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> open(1, HEADER, Arrays.copyOf(sealed, 115))).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> open(1, HEADER, new byte[15])).isInstanceOf(IntegrityException.class);
        byte[] plain = new byte[100];
        SessionKeys other = SessionKeys.begin(dataKey, RANDOM);
        assertThatThrownBy(() -> other.recordCipher().open("r", 1, HEADER, sealed, 0, 116, plain, 0))
                .isInstanceOf(IntegrityException.class);
        SessionKeys foreign = SessionKeys.of(DataKey.random(RANDOM), session.id());
        assertThatThrownBy(() -> foreign.recordCipher().open("r", 1, HEADER, sealed, 0, 116, plain, 0))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> session.metadataCipher().open("r", 1, HEADER, sealed, 0, 116, plain, 0))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void aRecordWithoutABodyIsSealedToo() throws RescueException {
        byte[] tag = seal(new byte[0]);
        assertThat(tag).hasSize(16);
        assertThat(open(1, HEADER, tag)).isEmpty();
        assertThatThrownBy(() -> open(1, new byte[] {9}, tag)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void whatDoesNotOpenLeavesNothingPlain() {
        byte[] plain = new byte[1 << 18];
        Arrays.fill(plain, (byte) 0x41);
        byte[] sealed = seal(plain);
        sealed[sealed.length - 1] ^= 1;
        byte[] target = new byte[plain.length];
        assertThatThrownBy(() -> cipher.open("r", 1, HEADER, sealed, 0, sealed.length, target, 0))
                .isInstanceOf(IntegrityException.class);
        assertThat(target).containsOnly(0);
        assertThatThrownBy(() -> cipher.open("r", 1, HEADER, sealed, 0, sealed.length, sealed, 0))
                .isInstanceOf(IntegrityException.class);
        assertThat(longestRun(sealed, (byte) 0x41)).isLessThan(16);
    }

    private static int longestRun(byte[] bytes, byte value) {
        int longest = 0;
        int run = 0;
        for (byte b : bytes) {
            run = b == value ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    @Test
    void equalBlocksDoNotLookEqual() {
        assertThat(seal(new byte[64])).isNotEqualTo(seal(new byte[64]));
    }

    @Test
    void noNonceComesTwiceOverThreads() throws Exception {
        int threads = 4;
        int each = 5000;
        List<Callable<List<Long>>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            RecordCipher own = t % 2 == 0 ? session.recordCipher() : session.metadataCipher();
            tasks.add(() ->
                    LongStream.range(0, each).map(i -> own.nextNonce()).boxed().toList());
        }
        Set<Long> nonces = new HashSet<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<List<Long>> done : pool.invokeAll(tasks)) {
                nonces.addAll(done.get());
            }
        }
        assertThat(nonces).hasSize(threads * each).doesNotContain(0L);
    }

    @Test
    void aNonceSealsOnce() {
        byte[] target = new byte[20];
        assertThatThrownBy(() -> cipher.seal(HEADER, new byte[4], 0, 4, target, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cipher.nextNonce()).isEqualTo(1);
        cipher.seal(HEADER, new byte[4], 0, 4, target, 0);
        assertThatThrownBy(() -> cipher.seal(HEADER, new byte[4], 0, 4, target, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cipher.nextNonce()).isEqualTo(2);
        assertThatThrownBy(() -> cipher.seal(HEADER, new byte[4], 0, 4, target, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cipher.seal(HEADER, new byte[4], 0, 4, target, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSessionFromAnImageNeverSeals() {
        RecordCipher reader = SessionKeys.of(dataKey, session.id()).recordCipher();
        assertThatThrownBy(reader::nextNonce).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noncesEnd() {
        SessionKeys old = SessionKeys.begin(dataKey, RANDOM, SessionKeys.MAX_NONCE - 1);
        RecordCipher last = old.recordCipher();
        assertThat(last.nextNonce()).isEqualTo(SessionKeys.MAX_NONCE);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(last::nextNonce).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aClosedSessionDoesNothing() {
        cipher.nextNonce();
        session.close();
        assertThatThrownBy(() -> cipher.seal(HEADER, new byte[4], 0, 4, new byte[20], 0))
                .isInstanceOf(IllegalStateException.class);
        dataKey.close();
        assertThatThrownBy(() -> SessionKeys.begin(dataKey, RANDOM)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sessionsDiffer() {
        assertThat(SessionKeys.begin(dataKey, RANDOM).id()).isNotEqualTo(session.id());
        assertThatThrownBy(() -> SessionKeys.of(dataKey, SessionId.NONE)).isInstanceOf(IllegalArgumentException.class);
    }
}
