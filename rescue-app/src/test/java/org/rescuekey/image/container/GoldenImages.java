package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageStore;
import org.rescuekey.units.Extent;

/**
 * Makes the golden images of a format version. They are made once, when the version is settled, and stay as they are:
 * {@link GoldenImageTest} reads them for ever.
 */
final class GoldenImages {
    static final BlockSize SIZE = new BlockSize(64 << 10);
    static final Instant CREATED = Instant.parse("2026-11-22T10:00:00.123456789Z");
    static final UUID SET = UUID.fromString("c0ffee00-0000-4000-8000-000000000001");
    static final long DISK_BYTES = 64L << 20;
    static final Extent PARTITION = new Extent(1 << 20, 20L * (64 << 10) + 1536);

    private GoldenImages() {}

    /** Writes the images of the current version into a directory: the plain ones, or with a second word the encrypted one. */
    public static void main(String[] arguments) throws RescueException {
        ImageStore store = new FileImageStore(Path.of(arguments[0]));
        if (arguments.length > 1) {
            writeEncrypted(store);
            return;
        }
        write(store, "full-1.0-xxh3.rkimg", HashAlgorithm.XXH3_128);
        write(store, "full-1.0-sha256.rkimg", HashAlgorithm.SHA_256);
    }

    static ImageHeader header(HashAlgorithm algorithm) {
        UUID id = new UUID(0xC0FF_EE00_0000_4000L, 0x8000_0000_0000_0010L + algorithm.code());
        return ImageHeader.full(id, SET, SIZE, algorithm, 0x0123_4567_89AB_CDEFL, CREATED);
    }

    static ImageDescription description() {
        ImageDescription.Volume volume = new ImageDescription.Volume(
                "NTFS", "Données", "01D0-ABCD", List.of("dirty", "hibernated"), "the bitmap could not be read");
        ImageDescription.Partition partition = new ImageDescription.Partition(
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                1,
                PARTITION,
                "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
                "Microsoft basic data",
                "Basic data partition",
                volume);
        ImageDescription.Partition omitted = new ImageDescription.Partition(
                "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
                2,
                new Extent(32 << 20, 1 << 20),
                "0fc63daf-8483-4772-8e79-3d69d8477de4",
                "Linux filesystem",
                "",
                new ImageDescription.Volume("", "", "", List.of(), ""));
        return new ImageDescription(
                "Rescue Key 0.1.0",
                "workshop \"7\"",
                CREATED,
                new ImageDescription.Disk("Golden Disk", "SN-1", "5000c500a1b2c3d4", "sata", DISK_BYTES, 512, 4096),
                new ImageDescription.Table(
                        "gpt", "5b193300-fc78-40cd-8002-e86c45580b47", "label: gpt\nunit: sectors\n"),
                List.of(
                        new ImageDescription.Stream(0, new Extent(0, DISK_BYTES), 1 << 17, Optional.empty()),
                        new ImageDescription.Stream(1, PARTITION, 123_456, Optional.of(partition))),
                List.of(omitted),
                List.of("first note", "second note"));
    }

    /** The password of the encrypted image. */
    static final String PASSWORD = "Gänseblümchen";

    /** Its keys and nonces come from a fixed seed, so that it can be made again. */
    private static void writeEncrypted(ImageStore store) throws RescueException {
        EncryptedSet.Chance random = new EncryptedSet.Chance(2026);
        DataKey key = DataKey.random(random);
        KeySlots slots;
        try (Password password = EncryptedSet.password(PASSWORD)) {
            slots = KeySlots.create(key, password, EncryptedSet.CHEAP, CREATED, random);
        }
        try (ImageKeys keys = ImageKeys.of(SET, key);
                ImageSeal seal = ImageSeal.begin(keys, random)) {
            ImageHeader header = header(HashAlgorithm.XXH3_128).withEncryption(seal.encryption(slots));
            write(store, "full-1.0-encrypted.rkimg", header, seal);
        }
    }

    private static void write(ImageStore store, String name, HashAlgorithm algorithm) throws RescueException {
        write(store, name, header(algorithm), ImageSeal.NONE);
    }

    private static void write(ImageStore store, String name, ImageHeader header, ImageSeal seal)
            throws RescueException {
        try (ImageWriter writer = ImageWriter.create(store, name, header, description(), seal);
                BlockEncoder encoder = new BlockEncoder(header, 3, seal)) {
            writer.append(encoder.encode(0, 0, text("boot code", 0, 64), -1, 0));
            writer.append(encoder.encode(0, 1023, text("backup table", 63, 64), 1L << 63, 0));
            writer.append(encoder.encode(1, 0, text("volume", 0, 15), 0xFFFFL, 0x8000L));
            writer.append(encoder.encode(1, 1, noise(), -1, 0));
            writer.checkpoint();
            for (int block = 2; block < 6; block++) {
                writer.append(encoder.encode(1, block, zeros(SIZE.bytes()), -1, 0));
            }
            writer.append(encoder.encode(1, 6, zeros(SIZE.bytes()), 0xF0F0L, 0));
            writer.append(encoder.encode(1, 8, zeros(SIZE.bytes()), 0x0FL, 0x0FL));
            writer.append(encoder.encode(1, 9, zeros(SIZE.bytes()), -1, -1));
            writer.append(encoder.encode(1, 20, tail(), 0b11, 0));
            writer.finish();
        }
    }

    /** A block with a word again and again in the units of a range, and zeros in the others. */
    private static ByteBuffer text(String word, int firstUnit, int endUnit) {
        int length = (endUnit - firstUnit) * SIZE.unitBytes();
        return ByteBuffer.allocateDirect(SIZE.bytes())
                .put(firstUnit * SIZE.unitBytes(), repeat(word, length))
                .clear();
    }

    private static ByteBuffer tail() {
        return ByteBuffer.allocateDirect(1536).put(repeat("tail", 1536)).flip();
    }

    private static byte[] repeat(String word, int length) {
        String text = (word + ' ').repeat(length / word.length() + 1).substring(0, length);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer noise() {
        byte[] bytes = new byte[SIZE.bytes()];
        new Random(2026).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static ByteBuffer zeros(int length) {
        return ByteBuffer.allocateDirect(length);
    }
}
