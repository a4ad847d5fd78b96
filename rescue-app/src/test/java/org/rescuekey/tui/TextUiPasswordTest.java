package org.rescuekey.tui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Passwords on their way from the keys to the service, with the threads of the event loop. */
class TextUiPasswordTest extends TextUiFixture {
    @Test
    void aWrongPasswordIsSaidAndTheRightOneOpensTheSet() throws Exception {
        toTheLockedImage();
        line.type("\r");
        line.await("This image is encrypted");
        line.type("wrong\r");
        line.await("Wrong password.");
        assertThat(gate.service.keys().isOffered())
                .as("a wrong password stays offered")
                .isFalse();
        line.type(InventedSets.PASSWORD + "\r");
        line.await("onto which disk");
        line.type(ESC);
        line.await("ThinkPad T480");
    }

    @Test
    void whatWasTypedIsForgottenWhenTheScreenIsLeft() throws Exception {
        toTheLockedImage();
        line.type("\r");
        line.await("This image is encrypted");
        line.type("left over");
        line.await("*********");
        line.type(ESC);
        line.await("Enter asks for the password");
        line.type("\r");
        line.await("This image is encrypted");
        line.type(InventedSets.PASSWORD + "\r");
        line.await("onto which disk");
    }

    @Test
    void theScreenLivesWhileAPasswordIsTried() throws Exception {
        CountDownLatch mayBeTried = new CountDownLatch(1);
        gate.passwordMayBeTried = mayBeTried;
        toTheLockedImage();
        line.type("\r");
        line.await("This image is encrypted");
        line.type("correct horse\r");
        line.await("Trying the password");
        line.type(ESC + "l");
        line.await("Restore: which image");
        mayBeTried.countDown();
        line.type(ESC);
        line.await("where the image is");
    }

    @Test
    void aNewPasswordIsTypedTwiceAndTheSame() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("b\r\r");
        line.await("nas:/images");
        line.type("e");
        line.await("Encrypted: a password is asked for");
        line.type("\r");
        line.await("The same again");
        line.type("\r");
        line.await("The password is empty");
        line.type("one\rother\r");
        line.await("The two passwords differ.");
        assertThat(gate.service.keys().offers()).isZero();
        line.type("one\rone\r");
        line.await("What will be done");
        assertThat(gate.service.keys().offers()).isEqualTo(1);
    }

    private void toTheLockedImage() throws Exception {
        gate.open.countDown();
        line.await("Samsung SSD 970");
        line.type("r");
        line.await("nas:/images");
        line.type("\u001B[F\r");
        line.await("Encrypted, WDC-WDS100T2B0A/0b77c1e4");
    }
}
