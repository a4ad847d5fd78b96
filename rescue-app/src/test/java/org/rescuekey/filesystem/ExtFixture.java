package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.units.ExtentSet;

/** ext volumes made by mke2fs in regular files, and what its other tools say of them. */
final class ExtFixture {
    private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

    private ExtFixture() {}

    /**
     * Makes a volume.
     *
     * @param recipe its size in KiB and the arguments of mke2fs
     * @param files what it holds from the start
     */
    static Path make(Path volume, String recipe, Path files) throws IOException {
        List<String> words = new ArrayList<>(List.of(recipe.split(" ", -1)));
        Files.deleteIfExists(volume);
        Tool.run("truncate", "-s", words.removeFirst() + "K", volume);
        List<Object> command = new ArrayList<>(List.of("mke2fs", "-q", "-F"));
        command.addAll(words);
        command.addAll(List.of("-L", "rescue me", "-U", "12345678-1234-1234-1234-123456789abc", "-d", files, volume));
        Tool.run(command.toArray());
        return volume;
    }

    /** Runs commands of debugfs that may write. */
    static void debugfs(Path volume, String... commands) throws IOException {
        Path script = Files.write(volume.resolveSibling("script"), List.of(commands));
        Tool.run("debugfs", "-w", "-f", script, volume);
    }

    /** The content of every file of a volume, in short. */
    static Map<String, Long> checksums(Path volume, Path folder) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("debugfs", "-R", "rdump / " + copy, volume);
        return FileTree.checksums(copy);
    }

    /** With bigalloc a range names the first blocks of clusters. */
    static ExtentSet freeByDumpe2fs(Path volume) {
        String text = Tool.run("dumpe2fs", volume);
        long block = number(text, "Block size: +(\\d+)");
        long unit = text.contains("Cluster size:") ? number(text, "Cluster size: +(\\d+)") : block;
        long end = number(text, "Block count: +(\\d+)") * block;
        ExtentSet.Builder free = ExtentSet.builder();
        for (String line :
                text.lines().filter(line -> line.startsWith("  Free blocks: ")).toList()) {
            Matcher range = RANGE.matcher(line);
            while (range.find()) {
                long first = Long.parseLong(range.group(1));
                long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
                free.add(first * block, Math.min(end, last * block + unit));
            }
        }
        return free.build();
    }

    static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    static void patch(Path volume, long offset, IntUnaryOperator change) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(bytes, offset);
            bytes.putInt(0, change.applyAsInt(bytes.getInt(0)));
            channel.write(bytes.rewind(), offset);
        }
    }
}
