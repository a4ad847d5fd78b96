package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;

/** The one place that holds the characters of a password. */
class SecretInputTest {
    private final SecretInput input = new SecretInput();

    @Test
    void whatWasTypedIsTakenOnceAndWiped() throws RescueException {
        type("pasx");
        input.erase();
        type("s");
        try (Password taken = input.take();
                Password expected = Password.ofChars("pass".toCharArray())) {
            assertThat(taken.isSameAs(expected)).isTrue();
        }
        assertThat(input.isWiped()).isTrue();
        assertThatThrownBy(input::take).isInstanceOf(RefusedException.class).hasMessageContaining("empty");
    }

    @Test
    void theSameTwiceIsOnePassword() throws RescueException {
        type("pass");
        input.repeat();
        type("pasz");
        input.erase();
        type("s");
        try (Password taken = input.take();
                Password expected = Password.ofChars("pass".toCharArray())) {
            assertThat(taken.isSameAs(expected)).isTrue();
        }
    }

    @Test
    void twoThatDifferAreRefusedAndWiped() {
        for (String other : new String[] {"", "pas", "passs", "pasz"}) {
            type("pass");
            input.repeat();
            type(other);
            assertThatThrownBy(input::take).isInstanceOf(RefusedException.class).hasMessageContaining("differ");
            assertThat(input.isWiped()).isTrue();
        }
    }

    @Test
    void noMoreIsTakenThanThereIsRoomFor() throws RescueException {
        type("p".repeat(10_000));
        try (Password taken = input.take();
                Password expected = Password.ofChars("p".repeat(256).toCharArray())) {
            assertThat(taken.isSameAs(expected)).isTrue();
        }
    }

    private void type(String text) {
        text.chars().forEach(c -> input.type((char) c));
    }
}
