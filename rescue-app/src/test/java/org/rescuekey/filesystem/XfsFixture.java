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
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** XFS volumes made by mkfs.xfs in regular files, what xfs_db says of them, and the places that tests change. */
final class XfsFixture {
    static final String UUID_TEXT = "12345678-1234-1234-1234-123456789abc";

    private static final Pattern FREE = Pattern.compile("(?m)^\\s*(\\d+)\\s+(\\d+)\\s+(\\d+)$");
    private static final int CHECKSUM_OF_SUPERBLOCK = 224;
    private static final int CHECKSUM_OF_GROUP = 216;
    private static final int CHECKSUM_OF_TREE = 52;

    /** What is done with a mounted volume. */
    @FunctionalInterface
    interface Work {
        void on(Path root) throws IOException;
    }

    private XfsFixture() {}

    /** Makes files of up to so many bytes; their names are f0, f1 and so on. */
    static Path files(Path folder, int count, int maxBytes) throws IOException {
        Random random = new Random(count);
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[1 + random.nextInt(maxBytes)];
            random.nextBytes(content);
            Files.write(folder.resolve("f" + i), content);
        }
        return folder;
    }

    /**
     * Makes a volume.
     *
     * @param recipe its size in KiB, then the arguments of mkfs.xfs
     */
    static Path make(Path volume, String recipe) {
        return make(volume, recipe, List.of());
    }

    /** Makes a volume with some files in its root. */
    static Path make(Path volume, String recipe, List<Path> files) {
        List<String> words = new ArrayList<>(List.of(recipe.split(" ", -1)));
        Tool.run("rm", "-f", volume);
        Tool.run("truncate", "-s", words.removeFirst() + "K", volume);
        List<Object> command = new ArrayList<>(List.of("mkfs.xfs", "-q", "-f", "--unsupported", "-L", "rescue me"));
        command.addAll(words);
        if (words.stream().noneMatch(word -> word.contains("crc=0"))) {
            command.addAll(List.of("-m", "uuid=" + UUID_TEXT));
        }
        if (!files.isEmpty()) {
            command.addAll(List.of("-p", prototype(volume, files)));
        }
        command.add(volume);
        Tool.run(command.toArray());
        return volume;
    }

    private static Path prototype(Path volume, List<Path> files) {
        StringBuilder text = new StringBuilder("/dev/null\n0 0\nd--755 0 0\n");
        for (Path file : files) {
            text.append(file.getFileName()).append(" ---644 0 0 ").append(file).append('\n');
        }
        try {
            return Files.writeString(volume.resolveSibling("prototype"), text.append("$\n"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the files with these names away and lets xfs_repair set free what they held. Mounts nothing. */
    static void takeAway(Path volume, List<String> names) throws IOException {
        List<String> commands = new ArrayList<>();
        for (String name : names) {
            commands.add("path /" + name);
            commands.add("write core.mode 0");
        }
        Path script = Files.write(volume.resolveSibling("commands"), commands);
        Tool.run("sh", "-c", "xfs_db -x " + volume + " < " + script);
        Tool.run("xfs_repair", "-o", "force_geometry", volume);
    }

    /** Checks a volume with xfs_repair, which changes nothing. */
    static void check(Path volume) {
        Tool.run("xfs_repair", "-n", "-o", "force_geometry", volume);
    }

    /** Mounts a volume for a piece of work; needs root and a loop device. */
    static void mounted(Path volume, String options, Work work) throws IOException {
        Path root = Files.createTempDirectory("xfs");
        // A loop device of its own each time: one that mount would share may still be on its way out.
        String loop = Tool.run("losetup", "-f", "--show", volume).strip();
        try {
            Tool.run("mount", "-t", "xfs", "-o", options, loop, root);
            try {
                work.on(root);
            } finally {
                Tool.unmount(root);
            }
        } finally {
            Tool.run("losetup", "-d", loop);
            Files.delete(root);
        }
    }

    static long number(Path volume, String place, String field) {
        String text = Tool.run("xfs_db", "-r", "-c", place, "-c", "print " + field, volume);
        Matcher matcher = Pattern.compile("= (\\d+)").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** What xfs_db finds free: the extents of the trees, and the blocks that they keep in reserve. */
    static ExtentSet free(Path volume) {
        long block = number(volume, "sb 0", "blocksize");
        long groupBlocks = number(volume, "sb 0", "agblocks");
        Matcher extent = FREE.matcher(Tool.run("xfs_db", "-r", "-c", "freesp -d", volume));
        ExtentSet.Builder free = ExtentSet.builder();
        while (extent.find()) {
            long first = Long.parseLong(extent.group(1)) * groupBlocks + Long.parseLong(extent.group(2));
            free.add(new Extent(first * block, Long.parseLong(extent.group(3)) * block));
        }
        return free.build();
    }

    /** How many blocks the trees keep in reserve, in all groups together. */
    static long reserved(Path volume) {
        long reserved = 0;
        for (long group = number(volume, "sb 0", "agcount") - 1; group >= 0; group--) {
            reserved += number(volume, "agf " + group, "flcount");
        }
        return reserved;
    }

    /** Where the root of a group's tree of free extents stands. */
    static long rootOffset(Path volume, int group) {
        long block = number(volume, "sb 0", "blocksize");
        return (group * number(volume, "sb 0", "agblocks") + number(volume, "agf " + group, "bnoroot")) * block;
    }

    static byte[] read(Path volume, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ)) {
            channel.read(bytes, offset);
        }
        return bytes.array();
    }

    static void write(Path volume, long offset, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    /** Makes the checksum right again of the superblock, of a group's header or of a block of the tree. */
    static void seal(Path volume, long offset, int length, Structure structure) throws IOException {
        byte[] bytes = read(volume, offset, length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(structure.checksum, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        buffer.putInt(structure.checksum, (int) crc.getValue());
        write(volume, offset, bytes);
    }

    /** What has a checksum. */
    enum Structure {
        SUPERBLOCK(CHECKSUM_OF_SUPERBLOCK),
        GROUP(CHECKSUM_OF_GROUP),
        TREE(CHECKSUM_OF_TREE);

        private final int checksum;

        Structure(int checksum) {
            this.checksum = checksum;
        }
    }
}
