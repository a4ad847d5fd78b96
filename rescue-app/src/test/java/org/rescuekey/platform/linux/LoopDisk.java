package org.rescuekey.platform.linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /** Writes a GPT with one partition and tells the kernel of it. */
    String addPartition() throws IOException {
        return addPartitions("start=1MiB, size=2MiB").getFirst();
    }

    /** Writes a GPT with partitions as sfdisk is told of them; the kernel may be built without partition tables. */
    List<String> addPartitions(String... lines) throws IOException {
        Path table = file.resolveSibling("table");
        Files.writeString(table, "label: gpt\n" + String.join("\n", lines) + "\n");
        Shell.run("sh", "-c", "sfdisk --quiet --no-reread --no-tell-kernel " + path + " < " + table);
        Shell.run("partx", "--update", path);
        List<String> paths = new ArrayList<>();
        for (int number = 1; number <= lines.length; number++) {
            paths.add(path + "p" + number);
        }
        return paths;
    }

    @Override
    public void close() throws IOException {
        Shell.tryRun("partx", "--delete", path);
        Shell.tryRun(
                "blockdev", "--setrw", path); // the flag would outlive the disk, and meet the next one of that name
        Shell.run("losetup", "--detach", path);
    }
}
