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
import java.util.Optional;
import java.util.function.Consumer;
import org.rescuekey.error.CancelledException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.StoreErrors;

/**
 * The file beside an image that holds its {@link RescueMap}; replaced as a whole, never changed. Its place is watched as the
 * image's: it may hang, and a job that was left behind writes no map, as another job's may stand there by then. For one thread.
 */
final class MapFile {
    /** What its name ends in, behind the name of the image. */
    static final String SUFFIX = ".map";

    private final Path path;
    private final Consumer<String> notes;
    private final DeviceWatch watch;
    private boolean isBroken;

    private MapFile(Path path, Consumer<String> notes, DeviceWatch watch) {
        this.path = path;
        this.notes = notes;
        this.watch = watch;
    }

    /** The one of an image, whether that is finished or not. */
    static MapFile beside(Path image, Consumer<String> notes, DeviceWatch watch) {
        return new MapFile(image.resolveSibling(image.getFileName() + SUFFIX), notes, watch);
    }

    /** Whether there is one, of this image or of another that had its name. */
    boolean isThere() {
        return Files.exists(path);
    }

    /** What an earlier run wrote; empty if there is nothing that can be used. */
    Optional<RescueMap> read() throws CancelledException {
        try {
            return watch.ask(path.toString(), DeviceWatch.Action.READ, 0, this::readNow);
        } catch (CancelledException e) {
            throw e;
        } catch (RescueException e) {
            notes.accept("The map " + path + " is not used: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private Optional<RescueMap> readNow() throws RescueException {
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            return Optional.of(RescueMap.read(path.toString(), in));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw StoreErrors.of("Reading it", e);
        }
    }

    /** Replaces the file. A job does not end for a map that cannot be written; it says so, once. */
    void write(RescueMap map) {
        try {
            watch.give(path.toString(), DeviceWatch.Action.FLUSH, -1, () -> replace(map));
        } catch (CancelledException _) {
            return; // left behind: what is written from now on is not this job's matter
        } catch (RescueException e) {
            if (!isBroken) {
                isBroken = true;
                notes.accept("The map " + path + " could not be written: " + e.getMessage() + ".");
            }
        }
    }

    private void replace(RescueMap map) throws RescueException {
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
            throw StoreErrors.of("Writing it", e);
        }
    }
}
