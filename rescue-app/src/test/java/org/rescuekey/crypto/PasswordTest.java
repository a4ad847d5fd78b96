package org.rescuekey.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;

/** One word is one password, and it is gone when it is closed. */
class PasswordTest {
    @Test
    void composedAndDecomposedAreOnePassword() throws RefusedException {
        try (Password composed = Password.ofChars("Gr\u00fc\u00dfe \uD83D\uDD11".toCharArray());
                Password decomposed = Password.ofChars("Gru\u0308\u00dfe \uD83D\uDD11".toCharArray());
                Password read = Password.ofBytes("Gru\u0308\u00dfe \uD83D\uDD11".getBytes(StandardCharsets.UTF_8))) {
            assertThat(decomposed.isSameAs(composed)).isTrue();
            assertThat(read.isSameAs(composed)).isTrue();
            assertThat(composed.utf8()).isEqualTo("Gr\u00fc\u00dfe \uD83D\uDD11".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void nothingElseIsChanged() throws RefusedException {
        try (Password password = Password.ofChars(" A\t\n ".toCharArray());
                Password other = Password.ofChars("a".toCharArray())) {
            assertThat(password.utf8()).isEqualTo(" A\t\n ".getBytes(StandardCharsets.UTF_8));
            assertThat(password.isSameAs(other)).isFalse();
        }
    }

    @Test
    void aKeyFileCountsAsItIs() throws RefusedException {
        byte[] bytes = {(byte) 0xFF, 0, 1, (byte) 0xC3};
        try (Password password = Password.ofBytes(bytes.clone())) {
            assertThat(password.utf8()).isEqualTo(bytes);
        }
    }

    /** Any bytes make a password, and the same bytes the same. */
    @Property
    void anyBytes(@ForAll @Size(min = 1, max = 40) byte[] bytes) throws RefusedException {
        try (Password one = Password.ofBytes(bytes.clone());
                Password two = Password.ofBytes(bytes.clone())) {
            assertThat(one.isSameAs(two)).isTrue();
        }
    }

    @Test
    void whatIsNoPasswordIsRefused() {
        assertThatThrownBy(() -> Password.ofChars(new char[0])).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Password.ofBytes(new byte[0])).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Password.ofBytes(new byte[Password.MAX_BYTES + 1]))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("longer");
        assertThatThrownBy(() -> Password.ofChars(new char[] {'a', '\uD83D'}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("half");
    }

    @Test
    void arraysAreWiped() throws RefusedException {
        char[] typed = "secret".toCharArray();
        byte[] read = "gehe\u00efm".getBytes(StandardCharsets.UTF_8);
        Password password = Password.ofChars(typed);
        assertThat(typed).containsOnly('\0');
        Password.ofBytes(read).close();
        assertThat(read).containsOnly(0);
        byte[] own = password.utf8();
        password.close();
        assertThat(own).containsOnly(0);
        assertThatThrownBy(password::utf8).isInstanceOf(IllegalStateException.class);
    }
}
