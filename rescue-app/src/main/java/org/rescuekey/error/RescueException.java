package org.rescuekey.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong in Rescue Key, told apart by cause. The message is a sentence for the user: what
 * happened, to what, and where it helps what to do.
 */
public abstract sealed class RescueException extends IOException
        permits CancelledException,
                DeviceException,
                FormatVersionException,
                IntegrityException,
                MalformedDataException,
                PasswordNeededException,
                RefusedException,
                WrongPasswordException {
    protected RescueException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    protected RescueException(String message) {
        super(message);
    }
}
