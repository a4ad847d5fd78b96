package org.rescuekey.engine;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The file beside an image that holds its {@link RescueMap}; replaced as a whole, never changed. For one thread. */
final class MapFile {
    /** What its name ends in, behind the name of the image. */
    static final String SUFFIX = ".map";

    private final Path path;
    private final Consumer<String> notes;
    private boolean isBroken;

    private MapFile(Path path, Consumer<String> notes) {
        this.path = path;
        this.notes = notes;
    }

    /** The one of an image, whether that is finished or not. */
    static MapFile beside(Path image, Consumer<String> notes) {
        return new MapFile(image.resolveSibling(image.getFileName() + SUFFIX), notes);
    }

    /** What an earlier run wrote; null if there is nothing that can be used. */
    @Nullable
    RescueMap read() {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            return RescueMap.read(path.toString(), in);
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            notes.accept("The map " + path + " is not used: " + e.getMessage() + ".");
            return null;
        }
    }

    /** Replaces the file. A job does not end for a map that cannot be written; it says so, once. */
    void write(RescueMap map) {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                            next,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                    BufferedWriter out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.US_ASCII))) {
                map.write(out);
                out.flush();
                channel.force(true);
            }
            try {
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException _) {
                Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            if (!isBroken) {
                isBroken = true;
                notes.accept("The map " + path + " could not be written: " + e.getMessage() + ".");
            }
        }
    }
}
