package org.rescuekey.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.StoreErrors;

/** The folders that images lie in: what files are there, and how such a folder is made. */
final class ImageFolders {
    /** Place, machine, set: deeper than this nobody keeps images. */
    private static final int DEPTH = 5;

    private ImageFolders() {}

    /**
     * Makes a folder if it is not there.
     *
     * @return the folders that were made, it and those above it: the entries of all of them must reach the medium
     */
    static List<Path> make(Path directory) throws RescueException {
        List<Path> made = new ArrayList<>();
        for (Path path = directory; path != null && !Files.exists(path); path = path.getParent()) {
            made.add(path);
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw StoreErrors.of("Making the directory " + directory, e);
        }
        return made;
    }

    /**
     * The files in a folder and below it; or the one file, if it is one.
     *
     * @param wanted tells by a file's name whether it is looked for
     */
    static List<Path> files(Path directory, Predicate<String> wanted) throws RescueException {
        if (Files.isRegularFile(directory)) {
            return List.of(directory);
        }
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(directory, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && wanted.test(String.valueOf(file.getFileName()))) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                // A folder below that cannot be looked into does not hide the others.
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (file.equals(directory)) {
                        throw failure;
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw StoreErrors.of("Reading the directory " + directory, e);
        }
        return files;
    }
}
