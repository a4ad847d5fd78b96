package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.rescuekey.crypto.KeySlotsTest.NOW;
import static org.rescuekey.crypto.KeySlotsTest.QUICK;
import static org.rescuekey.crypto.KeySlotsTest.RANDOM;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;

/** No secret in a text, an error or memory that is let go. */
class SecretsTest {
    private static final String WORD = "correct horse battery staple";

    private final byte[] keyBytes = DataKey.random(RANDOM).copy();
    private final DataKey key = new DataKey(keyBytes.clone());

    @Test
    void textsAndErrorsSayNothing() throws RescueException {
        Password password = Password.ofChars(WORD.toCharArray());
        KeySlots slots = KeySlots.create(key, password, QUICK, NOW, RANDOM);
        KeySlots.Unlocked unlocked = slots.unlock(password);
        SessionKeys session = SessionKeys.begin(key, RANDOM);
        RecordCipher cipher = session.recordCipher();
        byte[] record = key.sessionKey(session.id(), "Rescue Key 1 record");
        byte[] wrong = slots.encode();
        wrong[KeySlots.SLOTS_AT + 100] ^= 1;
        Stream<Throwable> errors = Stream.of(
                catchThrowable(() -> slots.unlock(Password.ofChars((WORD + "!").toCharArray()))),
                catchThrowable(() -> KeySlots.decode("x", 0, wrong).unlock(password)),
                catchThrowable(() -> slots.remove(key, 1)),
                catchThrowable(() -> Password.ofChars((WORD + '\uD800').toCharArray())),
                catchThrowable(() -> Password.ofChars(WORD.repeat(5000).toCharArray())),
                catchThrowable(() -> cipher.open("r", 1, new byte[0], new byte[40], 0, 40, new byte[24], 0)));
        StringWriter texts = new StringWriter();
        errors.forEach(error -> {
            assertThat(error).isNotNull();
            error.printStackTrace(new PrintWriter(texts));
        });
        List.of(password, slots, slots.infos(), unlocked, key, session, cipher, key.blockHasher(), new AesKey(record))
                .forEach(object -> texts.append(object.toString()).append('\n'));
        String all = texts.toString();
        assertThat(all).doesNotContain("horse");
        for (byte[] secret : List.of(keyBytes, record, key.slotsKey())) {
            assertThat(all)
                    .doesNotContainIgnoringCase(HexFormat.of().formatHex(secret, 0, 8))
                    .doesNotContain(Base64.getEncoder().encodeToString(secret).substring(0, 10))
                    .doesNotContain(Arrays.toString(secret).substring(1, 20));
        }
        assertThat(all).contains("[secret]");
    }

    @Test
    void closedKeysAreWiped() {
        byte[] own = keyBytes.clone();
        new DataKey(own).close();
        assertThat(own).containsOnly(0);
        byte[] aes = keyBytes.clone();
        AesKey aesKey = new AesKey(aes);
        aesKey.destroy();
        assertThat(aes).containsOnly(0);
        assertThat(aesKey.isDestroyed()).isTrue();
        byte[] hash = keyBytes.clone();
        assertThat(new BlockHasher(hash).hash(1, 2, new byte[16])).isNotEqualTo(new byte[32]);
        assertThat(hash).containsOnly(0);
    }

    @Test
    void keysAreNotSerialized() throws Exception {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThat(catchThrowable(() -> out.writeObject(new AesKey(keyBytes.clone()))))
                    .isInstanceOf(NotSerializableException.class);
        }
    }

    /** The stored form of the slots holds neither the key nor anything derived from it. */
    @Test
    void slotsDoNotHoldTheKey() throws RescueException {
        KeySlots slots = KeySlots.create(key, Password.ofChars(WORD.toCharArray()), QUICK, NOW, RANDOM);
        assertThat(HexFormat.of().formatHex(slots.encode()))
                .doesNotContain(HexFormat.of().formatHex(keyBytes, 0, 8))
                .doesNotContain(HexFormat.of().formatHex(key.slotsKey(), 0, 8));
    }
}
