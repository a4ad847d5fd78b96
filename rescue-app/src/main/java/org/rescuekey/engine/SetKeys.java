package org.rescuekey.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.crypto.Argon2Settings;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.image.Encryption;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.container.ImageKeys;
import org.rescuekey.image.container.ImageNames;
import org.rescuekey.image.container.ImageSeal;
import org.rescuekey.image.container.KeySlotsWriter;
import org.rescuekey.plan.Step;

/**
 * Passwords of image sets. All images of a set in a directory have the same key slots; a change goes from the newest slots that
 * there are, and to all of them, one file after the other. A change that was cut off is completed by the next one.
 *
 * <p>Thread rule: safe for several threads; who changes keys while an image of the set is written loses nothing, but that
 * image has the slots of before.
 */
final class SetKeys implements ImageKeyService {
    private final MachinePort machine;
    private final ImageCatalog catalog;
    private final KeyRing ring;
    private final SecureRandom random;
    private final Clock clock;

    SetKeys(MachinePort machine, ImageCatalog catalog, KeyRing ring, SecureRandom random, Clock clock) {
        this.machine = machine;
        this.catalog = catalog;
        this.ring = ring;
        this.random = random;
        this.clock = clock;
    }

    /** The images of one set in a directory, the one with the newest slots first. */
    private record ImageSet(ImageStore store, UUID setId, List<Member> members) {
        List<String> names() {
            return members.stream().map(Member::name).sorted().toList();
        }
    }

    private record Member(String name, KeySlots slots) {}

    /** The slots that a password opened. */
    private record Opened(DataKey key, int slot, KeySlots newest) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    /** What a new image is sealed with, if it is encrypted; to be closed when it is written. */
    record Sealing(ImageSeal seal, Optional<KeySlots> slots) implements AutoCloseable {
        ImageHeader of(ImageHeader header) {
            return slots.map(present -> header.withEncryption(seal.encryption(present)))
                    .orElse(header);
        }

        @Override
        public void close() {
            seal.close();
        }
    }

    /** The keys of the set that an image is written into, if it is encrypted. */
    ImageKeys keysFor(Step.StoreImage image) throws PasswordNeededException {
        return image.encrypted()
                ? ring.keysOf(image.setId()).orElseThrow(() -> new PasswordNeededException(image.name()))
                : ImageKeys.NONE;
    }

    /** Begins to write an image: if encrypted, with the keys of its set, or new ones if the set begins with it. */
    Sealing sealing(Step.StoreImage image) throws RescueException {
        if (!image.encrypted()) {
            return new Sealing(ImageSeal.NONE, Optional.empty());
        }
        ImageSet set = Files.isDirectory(Path.of(image.directory()))
                ? setIn(catalog.storeIn(Path.of(image.directory())), image.setId())
                : new ImageSet(catalog.storeIn(Path.of(image.directory())), image.setId(), List.of());
        if (!set.members().isEmpty()) {
            KeySlots newest = set.members().getFirst().slots();
            return new Sealing(ImageSeal.begin(keysFor(image), random), Optional.of(newest));
        }
        Password password = ring.password().orElseThrow(() -> new PasswordNeededException(image.name()));
        DataKey key = DataKey.random(random);
        KeySlots slots = KeySlots.create(key, password, Argon2Settings.STANDARD, clock.instant(), random);
        ImageKeys keys = ImageKeys.of(image.setId(), key);
        ring.add(image.setId(), keys);
        return new Sealing(ImageSeal.begin(keys, random), Optional.of(slots));
    }

    /** An image goes to several places with the same slots, so that those of its set there must be the same. */
    void requireSameSlots(Step.StoreImage image, String otherDirectory) throws RescueException {
        if (!image.encrypted() || !Files.isDirectory(Path.of(otherDirectory))) {
            return;
        }
        List<Member> here = Files.isDirectory(Path.of(image.directory()))
                ? setIn(catalog.storeIn(Path.of(image.directory())), image.setId())
                        .members()
                : List.of();
        List<Member> there =
                setIn(catalog.storeIn(Path.of(otherDirectory)), image.setId()).members();
        boolean isSame = there.isEmpty()
                || (!here.isEmpty()
                        && here.getFirst().slots().equals(there.getFirst().slots()));
        if (!isSame) {
            throw new RefusedException(
                    "The passwords of the image set in " + image.directory() + " are not those of the same set in "
                            + otherDirectory + ", and one image cannot have both.",
                    "Change them in both (\"rescuekey key\"), or capture to each place by itself.");
        }
    }

    @Override
    public void offer(Password password) {
        ring.offer(password);
    }

    @Override
    public boolean isOpen(String setId) {
        return ring.isOpen(UUID.fromString(setId));
    }

    @Override
    public List<String> warnings() {
        return ring.warnings();
    }

    @Override
    public void forget() {
        ring.forget();
    }

    @Override
    public Listing list(String image) throws RescueException {
        ImageSet set = setOf(image);
        KeySlots newest = set.members().getFirst().slots();
        List<String> behind = new ArrayList<>();
        for (String name : set.names()) {
            if (!KeySlotsWriter.hasEverywhere(set.store(), name, newest)) {
                behind.add(name);
            }
        }
        return new Listing(newest.infos(), set.names(), behind);
    }

    @Override
    public Change add(String image, Password added) throws RescueException {
        ImageSet set = setOf(image);
        try (Opened opened = open(set, image)) {
            requireNew(opened.newest(), added, 0);
            KeySlots changed =
                    opened.newest().add(opened.key(), added, Argon2Settings.STANDARD, clock.instant(), random);
            return write(set, changed, opened.newest().firstEmpty().orElse(0));
        }
    }

    @Override
    public Change change(String image, int slot, Password changed) throws RescueException {
        ImageSet set = setOf(image);
        try (Opened opened = open(set, image)) {
            int number = slot == 0 ? opened.slot() : slot;
            requireNew(opened.newest(), changed, number);
            KeySlots slots = opened.newest()
                    .change(opened.key(), number, changed, Argon2Settings.STANDARD, clock.instant(), random);
            return write(set, slots, number);
        }
    }

    @Override
    public Change remove(String image, int slot) throws RescueException {
        ImageSet set = setOf(image);
        try (Opened opened = open(set, image)) {
            int number = slot == 0 ? opened.slot() : slot;
            return write(set, opened.newest().remove(opened.key(), number), number);
        }
    }

    /** One password in two slots: who removed it from one would think that it opens nothing any more. */
    private static void requireNew(KeySlots slots, Password password, int instead) throws RescueException {
        KeySlots.Unlocked unlocked;
        try {
            unlocked = slots.unlock(password);
        } catch (WrongPasswordException _) {
            return;
        }
        unlocked.key().close();
        if (unlocked.slot() != instead) {
            throw new RefusedException(
                    "This password is in key slot " + unlocked.slot() + " already.", "Choose another one.");
        }
    }

    private Change write(ImageSet set, KeySlots slots, int slot) throws RescueException {
        machine.openForWriting(set.store().place());
        List<String> done = new ArrayList<>();
        for (String name : set.names()) {
            try {
                KeySlotsWriter.write(set.store(), name, slots);
            } catch (DeviceException e) {
                throw new DeviceException(
                        e.getMessage() + ". Of " + set.names().size() + " images, " + done.size()
                                + " have the new passwords; no image is damaged. Run it again.",
                        e.errno(),
                        e);
            }
            done.add(name);
        }
        return new Change(slot, done);
    }

    /** Tries the password that was offered on the slots of the set, the newest first, and goes from the newest. */
    private Opened open(ImageSet set, String image) throws RescueException {
        Password password = ring.password().orElseThrow(() -> new PasswordNeededException(image));
        WrongPasswordException wrong = null;
        List<KeySlots> tried = new ArrayList<>();
        for (Member member : set.members()) {
            if (!tried.contains(member.slots())) {
                tried.add(member.slots());
                try {
                    KeySlots.Unlocked unlocked = member.slots().unlock(password);
                    return new Opened(unlocked.key(), unlocked.slot(), newest(set, unlocked.key()));
                } catch (WrongPasswordException e) {
                    wrong = e;
                }
            }
        }
        throw wrong == null ? new PasswordNeededException(image) : wrong;
    }

    /** Slots that someone else put there do not count, and are not written over: the image may not be of this set at all. */
    private static KeySlots newest(ImageSet set, DataKey key) throws IntegrityException {
        for (Member member : set.members()) {
            if (!member.slots().isOf(key)) {
                throw new IntegrityException("The key slots of " + member.name() + " in "
                        + set.store().place()
                        + " were changed by someone without the password, or are damaged; nothing was changed.");
            }
        }
        return set.members().getFirst().slots();
    }

    private ImageSet setOf(String image) throws RescueException {
        Path path = Path.of(image);
        if (!Files.isRegularFile(path)) {
            throw new DeviceException("There is no image " + image + ".", DeviceException.ENOENT);
        }
        ImageStore store = catalog.storeOf(path);
        ImageHeader header = KeySlotsWriter.header(store, String.valueOf(path.getFileName()));
        if (!header.isEncrypted()) {
            throw new RefusedException(
                    image + " is not encrypted, so it has no passwords.",
                    "Capture with --encrypt to begin an encrypted image set.");
        }
        return setIn(store, header.setId());
    }

    private static ImageSet setIn(ImageStore store, UUID setId) throws RescueException {
        List<Member> members = new ArrayList<>();
        for (String name : store.list()) {
            if (ImageNames.isImage(name)) {
                member(store, name, setId).ifPresent(members::add);
            }
        }
        members.sort(Comparator.comparingLong((Member member) -> member.slots().generation())
                .reversed()
                .thenComparing(Member::name));
        return new ImageSet(store, setId, members);
    }

    /** What has no whole header has no slots either. */
    private static Optional<Member> member(ImageStore store, String name, UUID setId) throws RescueException {
        try {
            ImageHeader header = KeySlotsWriter.header(store, name);
            return header.encryption()
                    .map(Encryption::slots)
                    .filter(slots -> header.setId().equals(setId))
                    .map(slots -> new Member(name, slots));
        } catch (DeviceException e) {
            throw e;
        } catch (RescueException _) {
            return Optional.empty();
        }
    }
}
