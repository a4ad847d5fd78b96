package org.rescuekey.image.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.rescuekey.crypto.DataKey;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.crypto.Password;
import org.rescuekey.image.CrashableStore;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageCodec;

/** Makes the corpus of {@link ImageFuzzTest}: structures of the golden images, each as it is and changed in several ways. */
final class ImageCorpus {
    private static final int MUTANTS = 12;

    private ImageCorpus() {}

    /** Writes the corpus into a directory. Files that a fuzzer found are put beside these by hand. */
    public static void main(String[] arguments) throws IOException {
        Path place = Path.of(arguments[0]);
        String name = GoldenSets.INCREMENTAL;
        CrashableStore store = new CrashableStore();
        for (String each : GoldenSets.CHAIN) {
            store.put(each, GoldenSetTest.resource("chain-1.0/" + each));
        }
        byte[] image = store.get(name);
        int footer = image.length - Footer.BYTES;
        write(place, "header", Arrays.copyOf(image, 256));
        write(place, "footer", Arrays.copyOfRange(image, footer, footer + 256));
        try (ImageReader reader = ImageReader.open(store, name)) {
            write(place, "directory", reader.directory().encode());
            write(place, "description", new DescriptionCodec().encode(reader.description()));
            IndexPage page = reader.page(reader.directory().pages().getLast());
            write(place, "page", PageCodec.of(reader.header()).encode(page));
            RecordScanner scanner = new RecordScanner(reader.input(), reader.header(), footer);
            for (RecordScanner.Found each = scanner.next(); each != null; each = scanner.next()) {
                int at = (int) each.offsetBytes();
                byte[] header = Arrays.copyOfRange(image, at, at + RecordHeader.BYTES);
                Files.write(directory(place, "record").resolve("real-" + at), header);
                Files.write(
                        directory(place, "record").resolve("mutant-" + at), HostileTest.mutant(header, new Random(at)));
            }
        }
        EncryptedSet.Chance random = new EncryptedSet.Chance(9);
        try (Password password = EncryptedSet.password("one")) {
            KeySlots slots =
                    KeySlots.create(DataKey.random(random), password, EncryptedSet.CHEAP, Instant.EPOCH, random);
            write(place, "keySlots", slots.encode());
        }
        writeCrafted(place);
        byte[] full = store.get(GoldenSets.FULL);
        write(place, "image", full);
        Files.write(directory(place, "image").resolve("cut"), Arrays.copyOf(full, full.length - 5000));
    }

    /** Counts that no page or directory can hold, and a description deeper than any stack. */
    private static void writeCrafted(Path place) throws IOException {
        Files.write(directory(place, "page").resolve("count"), bytes(0xFF, 0xFF, 0xFF, 0x07));
        Files.write(directory(place, "directory").resolve("count"), bytes(0, 0xFF, 0xFF, 0xFF, 0x1F));
        Files.write(directory(place, "directory").resolve("images"), bytes(0xFF, 0xFF, 0xFF, 0x1F));
        Files.writeString(directory(place, "description").resolve("deep"), "{\"a\":".repeat(8000));
        Files.writeString(directory(place, "description").resolve("list"), "[".repeat(50_000));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static void write(Path place, String target, byte[] real) throws IOException {
        Files.write(directory(place, target).resolve("real"), real);
        Random random = new Random(target.hashCode());
        for (int i = 0; i < MUTANTS; i++) {
            Files.write(directory(place, target).resolve("mutant-" + i), HostileTest.mutant(real, random));
        }
    }

    private static Path directory(Path place, String target) throws IOException {
        return Files.createDirectories(place.resolve(target));
    }
}
