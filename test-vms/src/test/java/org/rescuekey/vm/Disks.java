package org.rescuekey.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Disk files for scenarios. */
final class Disks {
    private static final int PART = 1 << 20;

    private Disks() {}

    /** A disk that held something else: no sector of it is zero by luck. */
    static void fillRandomly(Path file, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(bytes);
        byte[] part = new byte[PART];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long at = 0; at < bytes; at += PART) {
                random.nextBytes(part);
                out.write(part);
            }
        }
    }
}
