package org.rescuekey.platform.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The small text files in which the kernel and udev tell about themselves, below a root that tests can fake. What does
 * not exist or cannot be read is absent; nothing here throws, because a device may vanish between two reads.
 */
final class SystemTree {
    private static final int LIMIT_BYTES = 4 << 20;

    private final Path root;

    /** @param root "/" of the system to look at */
    SystemTree(Path root) {
        this.root = root;
    }

    static SystemTree ofThisSystem() {
        return new SystemTree(Path.of("/"));
    }

    /** The path below the root of an absolute path of the system. */
    Path path(String absolute) {
        return root.resolve(absolute.startsWith("/") ? absolute.substring(1) : absolute);
    }

    boolean exists(String absolute) {
        return Files.exists(path(absolute));
    }

    /** The text of a file without white space at its ends; absent where it is empty. */
    Optional<String> text(String absolute) {
        return bytes(absolute)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .filter(text -> !text.isEmpty());
    }

    Optional<byte[]> bytes(String absolute) {
        try (InputStream in = Files.newInputStream(path(absolute))) {
            return Optional.of(in.readNBytes(LIMIT_BYTES));
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    List<String> lines(String absolute) {
        return text(absolute).map(text -> text.lines().toList()).orElse(List.of());
    }

    OptionalLong number(String absolute) {
        try {
            return text(absolute).map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Tells whether a file holds a number other than 0. */
    boolean flag(String absolute) {
        return number(absolute).orElse(0) != 0;
    }

    /** The names in a folder, sorted; none where there is no such folder. */
    List<String> names(String absolute) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path(absolute))) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    /** The absolute path of the system that a path leads to when every link is followed. */
    Optional<String> realPath(String absolute) {
        try {
            Path real = path(absolute).toRealPath();
            return Optional.of("/" + root.toRealPath().relativize(real));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
