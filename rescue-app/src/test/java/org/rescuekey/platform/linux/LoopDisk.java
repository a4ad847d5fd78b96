package org.rescuekey.platform.linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A loop device over a sparse file, for one test; closing it detaches it. Needs root. */
final class LoopDisk implements AutoCloseable {
    static final long PARTITION_BYTES = 2 << 20;

    private final Path file;
    private final String path;

    private LoopDisk(Path file, String path) {
        this.file = file;
        this.path = path;
    }

    static LoopDisk create(Path folder, long sizeBytes, int sectorBytes) throws IOException {
        Path file = folder.resolve("loop-" + sectorBytes + ".img");
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(sizeBytes);
        }
        String path = Shell.run(
                "losetup",
                "--find",
                "--show",
                "--partscan",
                "--sector-size",
                String.valueOf(sectorBytes),
                file.toString());
        return new LoopDisk(file, path);
    }

    /** Such as "/dev/loop3". */
    String path() {
        return path;
    }

    String kernelName() {
        return path.substring("/dev/".length());
    }

    Path file() {
        return file;
    }

    /** Writes a GPT with one partition and tells the kernel of it, which may be built without partition tables. */
    String addPartition() throws IOException {
        Path table = file.resolveSibling("table");
        Files.writeString(table, "label: gpt\nstart=1MiB, size=2MiB\n");
        Shell.run("sh", "-c", "sfdisk --quiet --no-reread --no-tell-kernel " + path + " < " + table);
        Shell.run("partx", "--update", path);
        return path + "p1";
    }

    @Override
    public void close() throws IOException {
        Shell.tryRun("partx", "--delete", path);
        Shell.run("losetup", "--detach", path);
    }
}
