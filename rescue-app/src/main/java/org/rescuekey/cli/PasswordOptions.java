package org.rescuekey.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ImageFacts;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where a command has its password from: a file, a file descriptor, or the terminal. Never an argument or the environment, which
 * others can see.
 */
final class PasswordOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Read the password of an encrypted image from a file, without the line break at its end.")
    private @Nullable Path file;

    @Option(
            names = "--password-fd",
            paramLabel = "N",
            description = "Read the password of an encrypted image from this file descriptor.")
    private @Nullable Integer descriptor;

    /** Whether an option gives one. */
    boolean isGiven() {
        return file != null || descriptor != null;
    }

    /** Offers a password that was given by an option, if one was. */
    void offerIfGiven(Context context) throws RescueException {
        Optional<Password> given = given();
        if (given.isPresent()) {
            context.service().keys().offer(given.get());
        }
    }

    /** Offers the password of an image that must be opened: asks for it only if the image is encrypted. */
    void offerFor(Context context, String image) throws RescueException {
        Optional<Password> given = given();
        if (given.isPresent()) {
            context.service().keys().offer(given.get());
        } else if (context.service().image(image).state() == ImageFacts.State.LOCKED) {
            String question = "Password of " + image + ": ";
            context.service().keys().offer(asked(context, question, image + " is encrypted", "password"));
        }
    }

    /** Offers the password of a new image set, which may also be that of one that is there: on a terminal it is typed twice. */
    void offerNew(Context context) throws RescueException {
        Optional<Password> given = given();
        Password password = given.isPresent()
                ? given.get()
                : typedTwice(context, "Password: ", "The image is to be encrypted", "password");
        context.service().keys().offer(password);
    }

    /**
     * A password that nobody can check, so it is typed twice.
     *
     * @param why why there must be one
     * @param option how the options that could have given it begin
     */
    Password typedTwice(Context context, String question, String why, String option) throws RescueException {
        Password password = asked(context, question, why, option);
        try (Password again = asked(context, "The same again: ", why, option)) {
            if (!password.isSameAs(again)) {
                password.close();
                throw new RefusedException("The two passwords differ.", "Run it again and type the same one twice.");
            }
        }
        return password;
    }

    private Password asked(Context context, String question, String why, String option) throws RescueException {
        if (!context.isInteractive()) {
            throw usage(why + ": give the password with --" + option + "-file FILE or --" + option
                    + "-fd N, or run this on a terminal to type it.");
        }
        return Password.ofChars(context.askSecret(question));
    }

    private Optional<Password> given() throws RescueException {
        if (file != null && descriptor != null) {
            throw usage("--password-file and --password-fd: give one of them.");
        }
        return file == null && descriptor == null ? Optional.empty() : Optional.of(read(file, descriptor));
    }

    /** Reads a password from a file or a file descriptor, without the line break at its end. */
    static Password read(@Nullable Path file, @Nullable Integer descriptor) throws RescueException {
        // Linux shows the descriptors of a process as files; opened again, a pipe goes on where it is.
        Path path = file == null ? Path.of("/proc/self/fd/" + descriptor) : file;
        String name = file == null ? "file descriptor " + descriptor : file.toString();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(Password.MAX_BYTES + 3);
        } catch (IOException e) {
            throw new DeviceException("The password cannot be read from " + name + ".", DeviceException.UNKNOWN, e);
        }
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
        }
        byte[] password = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        return Password.ofBytes(password);
    }

    private ParameterException usage(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
