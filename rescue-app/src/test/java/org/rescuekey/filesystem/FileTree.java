package org.rescuekey.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Trees of files to fill volumes with, and their contents in short to compare them by. */
public final class FileTree {
    private FileTree() {}

    /** Makes files of many sizes, in folders too; the same for the same seed. */
    public static Path make(Path folder, long seed, int files, int maxBytes) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < files; i++) {
            Path sub = Files.createDirectories(folder.resolve("folder" + i % 5));
            byte[] content = new byte[i % 7 == 0 ? random.nextInt(60) : random.nextInt(maxBytes)];
            random.nextBytes(content);
            Files.write(sub.resolve("file number " + i + ".bin"), content);
        }
        return folder;
    }

    /** Path and checksum of every regular file; what file systems add by themselves is left out. */
    public static Map<String, Long> checksums(Path folder) throws IOException {
        Map<String, Long> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                CRC32 crc = new CRC32();
                crc.update(Files.readAllBytes(file));
                sums.put(folder.relativize(file).toString(), crc.getValue() << 32 | Files.size(file));
            }
        }
        return sums;
    }
}
