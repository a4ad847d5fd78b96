package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Keyed hashes: the same in every session of a set, different everywhere else. */
class BlockHasherTest {
    private static final byte[] PLAIN = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");

    private static DataKey key(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return new DataKey(bytes);
    }

    @Test
    void asTheFormatSays() throws Exception {
        byte[] hashKey = Primitives.hkdf(key(3).copy(), new byte[0], Primitives.purpose("Rescue Key 1 block hash"), 32);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
        mac.update(HexFormat.of().parseHex("01" + "0807060504030201"));
        assertThat(key(3).blockHasher().hash(1, 0x0102030405060708L, PLAIN)).isEqualTo(mac.doFinal(PLAIN));
    }

    @Property(tries = 100)
    void aChildComparesWithItsParent(@ForAll long block, @ForAll @Size(16) byte[] plain) {
        DataKey key = key(3);
        BlockHasher parent = key.blockHasher();
        parent.hash(1, block + 1, plain);
        assertThat(key.blockHasher().hash(1, block, plain)).isEqualTo(parent.hash(1, block, plain));
    }

    @Test
    void keyKindPlaceAndContentCount() {
        BlockHasher hasher = key(3).blockHasher();
        byte[] hash = hasher.hash(1, 5, PLAIN);
        assertThat(hash).hasSize(BlockHasher.BYTES);
        assertThat(key(4).blockHasher().hash(1, 5, PLAIN)).isNotEqualTo(hash);
        assertThat(hasher.hash(16, 5, PLAIN)).isNotEqualTo(hash);
        assertThat(hasher.hash(1, 6, PLAIN)).isNotEqualTo(hash);
        assertThat(hasher.hash(1, 5, new byte[16])).isNotEqualTo(hash);
        assertThat(hasher.hash(1, 5, PLAIN)).isEqualTo(hash);
    }

    @Test
    void theSeedBelongsToTheSet() {
        assertThat(key(3).hashSeed()).isEqualTo(key(3).hashSeed()).isNotEqualTo(key(4).hashSeed());
    }
}
