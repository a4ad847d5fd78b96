package org.rescuekey.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rescuekey key}: the passwords of an encrypted image set. */
@Command(
        name = "key",
        description = {
            "Lists, adds, changes and removes the passwords of an encrypted image set: of all its images in the directory.",
            "A copy of an image that was made before still opens with the passwords that it had then."
        },
        footer = {"", "Example: rescuekey key add /mnt/backup/001-full.rkimg"})
final class KeyCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    KeyCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, add, change or remove");
    }

    @Command(
            name = "list",
            description = "Lists the key slots: no password is needed.",
            footer = {"", "Example: rescuekey key list /mnt/backup/001-full.rkimg"})
    int list(
            @Parameters(paramLabel = "IMAGE", description = "An image of the set.") String image,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help.")
                    boolean help,
            @Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws RescueException {
        ImageKeyService.Listing listing = context.service().keys().list(image);
        if (json) {
            context.out().println(ImageJson.of(listing).toPrettyString());
            return 0;
        }
        for (KeySlots.Info slot : listing.slots()) {
            if (slot.state() != KeySlots.State.EMPTY) {
                context.out().println(text(slot));
            }
        }
        listing.behind()
                .forEach(name -> context.err()
                        .println(name + " does not have these keys everywhere: a change was cut off, or it comes from"
                                + " elsewhere. The next change completes it."));
        return 0;
    }

    private static String text(KeySlots.Info slot) {
        String what = slot.state() == KeySlots.State.DAMAGED
                ? "damaged: " + slot.damage()
                : "password set " + slot.added().map(Object::toString).orElse("") + ", "
                        + slot.settings().map(Object::toString).orElse("");
        return String.format(Locale.ROOT, "slot %d  %s", slot.number(), what);
    }

    @Command(
            name = "add",
            description = "Adds a password: the present one is asked for first.",
            footer = {
                "",
                "Example: rescuekey key add /mnt/backup/001-full.rkimg --password-file old --new-password-file new"
            })
    int add(
            @Parameters(paramLabel = "IMAGE", description = "An image of the set.") String image,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help.")
                    boolean help,
            @Mixin PasswordOptions present,
            @Mixin NewPasswordOptions added,
            @Mixin Trial trial)
            throws RescueException {
        if (trial.dryRun) {
            return tried(image, trial, firstEmpty(image), true);
        }
        present.offerFor(context, image);
        try (Password password = added.password(context, present)) {
            return told(trial, "has the new password", context.service().keys().add(image, password));
        }
    }

    @Command(
            name = "change",
            description = "Puts another password in the place of the one that is given, or of the one in --slot.",
            footer = {"", "Example: rescuekey key change /mnt/backup/001-full.rkimg"})
    int change(
            @Parameters(paramLabel = "IMAGE", description = "An image of the set.") String image,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help.")
                    boolean help,
            @Option(names = "--slot", paramLabel = "N", description = "The key slot to change.") @Nullable Integer slot,
            @Mixin PasswordOptions present,
            @Mixin NewPasswordOptions changed,
            @Mixin Trial trial)
            throws RescueException {
        if (trial.dryRun) {
            return tried(image, trial, number(slot), false);
        }
        present.offerFor(context, image);
        try (Password password = changed.password(context, present)) {
            return told(trial, "has the new password", context.service().keys().change(image, number(slot), password));
        }
    }

    @Command(
            name = "remove",
            description = "Removes the password that is given, or the one in --slot; the last one stays.",
            footer = {"", "Example: rescuekey key remove /mnt/backup/001-full.rkimg --slot 2"})
    int remove(
            @Parameters(paramLabel = "IMAGE", description = "An image of the set.") String image,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help.")
                    boolean help,
            @Option(names = "--slot", paramLabel = "N", description = "The key slot to empty.") @Nullable Integer slot,
            @Mixin PasswordOptions present,
            @Mixin Trial trial)
            throws RescueException {
        if (trial.dryRun) {
            return tried(image, trial, number(slot), false);
        }
        present.offerFor(context, image);
        return told(trial, "is empty", context.service().keys().remove(image, number(slot)));
    }

    private int told(Trial trial, String what, ImageKeyService.Change change) {
        if (trial.json) {
            context.out()
                    .println(ImageJson.of(new Done(change.slot(), false, change.images()))
                            .toPrettyString());
            return 0;
        }
        context.out().println("Key slot " + change.slot() + " " + what + " in:");
        change.images().forEach(name -> context.out().println("  " + name));
        return 0;
    }

    /** 0 where none was named. */
    private int number(@Nullable Integer slot) {
        if (slot == null) {
            return 0;
        }
        if (slot < 1 || slot > KeySlots.SLOTS) {
            throw new ParameterException(
                    spec.commandLine(), "--slot " + slot + ": key slots have the numbers 1 to " + KeySlots.SLOTS);
        }
        return slot;
    }

    private int firstEmpty(String image) throws RescueException {
        return context.service().keys().list(image).slots().stream()
                .filter(slot -> slot.state() == KeySlots.State.EMPTY)
                .findFirst()
                .map(KeySlots.Info::number)
                .orElse(0);
    }

    /** No password is asked for: what would be changed is known without. */
    private int tried(String image, Trial trial, int slot, boolean isAdding) throws RescueException {
        ImageKeyService.Listing listing = context.service().keys().list(image);
        List<String> images = listing.images();
        boolean isEmpty = listing.slots().stream()
                .anyMatch(each -> each.number() == slot && each.state() == KeySlots.State.EMPTY);
        if (isEmpty && !isAdding) {
            throw new RefusedException(
                    "Key slot " + slot + " is empty.", "\"rescuekey key list\" shows those that are not.");
        }
        if (trial.json) {
            context.out().println(ImageJson.of(new Done(slot, true, images)).toPrettyString());
            return 0;
        }
        String which = slot == 0 ? "The key slot of the password that is given" : "Key slot " + slot;
        context.out().println(which + " would be written in:");
        images.forEach(name -> context.out().println("  " + name));
        return 0;
    }

    /**
     * What was done, or would be.
     *
     * @param slot the key slot; 0 for that of the password that is given
     * @param images the images of the set
     */
    record Done(int slot, boolean dryRun, List<String> images) {}

    /** Options of what changes passwords. */
    static final class Trial {
        @Option(
                names = "--dry-run",
                description = "Say what would be changed, and change nothing; the password is not tried.")
        private boolean dryRun;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;
    }

    /** Where the new password comes from. */
    static final class NewPasswordOptions {
        @Option(
                names = "--new-password-file",
                paramLabel = "FILE",
                description = "Read the new password from a file, without the line break at its end.")
        private @Nullable Path file;

        @Option(
                names = "--new-password-fd",
                paramLabel = "N",
                description = "Read the new password from this file descriptor.")
        private @Nullable Integer descriptor;

        Password password(Context context, PasswordOptions present) throws RescueException {
            return file != null || descriptor != null
                    ? PasswordOptions.read(file, descriptor)
                    : present.typedTwice(context, "New password: ", "A new password is needed", "new-password");
        }
    }
}
