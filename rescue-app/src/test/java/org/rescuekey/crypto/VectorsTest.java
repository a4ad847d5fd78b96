package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RescueException;

/** The published test vectors, and a second implementation as the oracle. */
class VectorsTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** RFC 9106, section 5.3. */
    @Test
    void argon2id() {
        byte[] tag = Argon2id.derive(
                filled(32, 1), filled(8, 3), filled(12, 4), filled(16, 2), new Argon2Settings(32, 3, 4));
        assertThat(tag).isEqualTo(hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
    }

    /** RFC 5869, test cases 1 and 3 (without salt and purpose). */
    @Test
    void hkdf() {
        byte[] key = filled(22, 0x0b);
        assertThat(Primitives.hkdf(key, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
        assertThat(Primitives.hkdf(key, new byte[0], new byte[0], 42))
                .isEqualTo(hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    /** McGrew and Viega, test cases 13 and 14: key, nonce and plain bytes are zero. */
    @Test
    void openingZeroes() throws RescueException {
        byte[] sealed = hex("cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919");
        byte[] plain = filled(16, 0x55);
        assertThat(zeroKey().open("case 14", 0, new byte[0], sealed, 0, 32, plain, 0))
                .isEqualTo(16);
        assertThat(plain).isEqualTo(new byte[16]);
        byte[] tag = hex("530f8afbc74536b9a963b4f1c4cb738b");
        assertThat(zeroKey().open("case 13", 0, new byte[0], tag, 0, 16, plain, 0))
                .isZero();
    }

    private static RecordCipher zeroKey() {
        SessionKeys session = SessionKeys.of(new DataKey(new byte[32]), new SessionId(1, 2));
        return new RecordCipher(session, new AesKey(new byte[32]));
    }

    /** Test case 16, with a nonce and additional bytes that our records do not have. */
    @Test
    void theCipherUnderneath() throws Exception {
        Cipher cipher = Primitives.aesGcm();
        AesKey key = new AesKey(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, hex("cafebabefacedbaddecaf888")));
        cipher.updateAAD(hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
        byte[] plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        assertThat(cipher.doFinal(plain))
                .isEqualTo(hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b"));
    }

    /** docs/format.md, followed by other code: HKDF, nonce and tag are where it says. */
    @Test
    void anotherImplementationOpensARecord() throws InvalidCipherTextException {
        byte[] dataKey = filled(32, 7);
        byte[] header = "what is authenticated".getBytes(StandardCharsets.UTF_8);
        byte[] plain = "the body of a record".getBytes(StandardCharsets.UTF_8);
        SessionKeys session = SessionKeys.begin(new DataKey(dataKey.clone()), new SecureRandom(), 0x0102);
        RecordCipher cipher = session.metadataCipher();
        assertThat(cipher.nextNonce()).isEqualTo(0x0103);
        byte[] sealed = new byte[plain.length + 16];
        cipher.seal(header, plain, 0, plain.length, sealed, 0);

        byte[] purpose = "Rescue Key 1 metadata".getBytes(StandardCharsets.US_ASCII);
        byte[] key = Primitives.hkdf(dataKey, session.id().toBytes(), purpose, 32);
        byte[] nonce = hex("030100000000000000000000");
        var oracle = GCMBlockCipher.newInstance(AESEngine.newInstance());
        oracle.init(false, new AEADParameters(new KeyParameter(key), 128, nonce, header));
        byte[] opened = new byte[oracle.getOutputSize(sealed.length)];
        int length = oracle.processBytes(sealed, 0, sealed.length, opened, 0);
        oracle.doFinal(opened, length);
        assertThat(opened).isEqualTo(plain);
    }
}
