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
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Btrfs volumes made by mkfs.btrfs, what the tools say of their space, and changes in them whose checksums fit. */
final class BtrfsFixture {
    static final int SUPERBLOCK = 64 << 10;

    private static final Pattern CHUNK =
            Pattern.compile("key \\(FIRST_CHUNK_TREE CHUNK_ITEM (\\d+)\\).*\\R\\s+length (\\d+) .* type (\\S+)\\R.*\\R"
                    + "\\s+num_stripes (\\d+) .*\\R((?:\\s+stripe .*\\R\\s+dev_uuid .*\\R)+)");
    private static final Pattern STRIPE = Pattern.compile("devid (\\d+) offset (\\d+)");
    private static final Pattern EXTENT = Pattern.compile("key \\((\\d+) (EXTENT_ITEM|METADATA_ITEM) (\\d+)\\)");

    /** A chunk as the tool shows it, with its places on one device. */
    record Chunk(long start, long length, String type, List<Long> places) {}

    private BtrfsFixture() {}

    /** Makes a volume of so many MiB. */
    static Path make(Path volume, int megabytes, Object... options) throws IOException {
        Files.deleteIfExists(volume);
        Tool.run("truncate", "-s", megabytes + "M", volume);
        List<Object> command = new ArrayList<>(List.of("mkfs.btrfs", "-q", "-f"));
        command.addAll(List.of(options));
        command.add(volume);
        Tool.run(command.toArray());
        return volume;
    }

    /** What is in use on a device: each extent of the extent tree at all of its places, and what is never free. */
    static ExtentSet usedByTool(Path volume, int deviceId) throws IOException {
        List<Chunk> chunks = chunks(volume, deviceId);
        long size = Files.size(volume);
        ExtentSet.Builder used = ExtentSet.builder();
        used.add(0, 1 << 20);
        for (long copy : new long[] {64L << 20, 256L << 30}) {
            if (copy < size) {
                used.add(copy, copy + 4096);
            }
        }
        long end = superblock(volume, "dev_item.total_bytes");
        if (end < size) {
            used.add(end, size);
        }
        long nodeBytes = superblock(volume, "nodesize");
        Matcher extent = EXTENT.matcher(tree(volume, "extent"));
        int count = 0;
        while (extent.find()) {
            count++;
            long start = Long.parseLong(extent.group(1));
            long length = extent.group(2).equals("METADATA_ITEM") ? nodeBytes : Long.parseLong(extent.group(3));
            for (Chunk chunk : chunks) {
                if (start >= chunk.start() && start < chunk.start() + chunk.length()) {
                    for (long place : chunk.places()) {
                        used.add(place + start - chunk.start(), place + start - chunk.start() + length);
                    }
                }
            }
        }
        assertThat(count).as("extents").isPositive();
        return used.build();
    }

    static List<Chunk> chunks(Path volume, int deviceId) {
        List<Chunk> chunks = new ArrayList<>();
        Matcher chunk = CHUNK.matcher(tree(volume, "chunk"));
        while (chunk.find()) {
            List<Long> places = new ArrayList<>();
            Matcher stripe = STRIPE.matcher(chunk.group(5));
            while (stripe.find()) {
                if (Integer.parseInt(stripe.group(1)) == deviceId) {
                    places.add(Long.parseLong(stripe.group(2)));
                }
            }
            chunks.add(
                    new Chunk(Long.parseLong(chunk.group(1)), Long.parseLong(chunk.group(2)), chunk.group(3), places));
        }
        assertThat(chunks).isNotEmpty();
        return chunks;
    }

    static String tree(Path volume, String name) {
        return Tool.run("btrfs", "inspect-internal", "dump-tree", "-t", name, volume);
    }

    /** A number that the superblock states. */
    static long superblock(Path volume, String field) {
        Matcher matcher = Pattern.compile("(?m)^" + Pattern.quote(field) + "\\s+(\\d+)")
                .matcher(Tool.run("btrfs", "inspect-internal", "dump-super", volume));
        assertThat(matcher.find()).as(field).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Where the copies of a tree's topmost block lie on a device. */
    static List<Long> placesOfRoot(Path volume, String tree) {
        Matcher block = Pattern.compile("(?:leaf|node) (\\d+) ").matcher(tree(volume, tree));
        assertThat(block.find()).as(tree).isTrue();
        return places(volume, Long.parseLong(block.group(1)));
    }

    /** The addresses of all blocks of a tree. */
    static List<Long> blocks(Path volume, String tree) {
        return Pattern.compile("(?m)^(?:leaf|node) (\\d+) (?:items|level)")
                .matcher(tree(volume, tree))
                .results()
                .map(block -> Long.parseLong(block.group(1)))
                .toList();
    }

    static List<Long> places(Path volume, long address) {
        return chunks(volume, 1).stream()
                .filter(chunk -> address >= chunk.start() && address < chunk.start() + chunk.length())
                .flatMap(chunk -> chunk.places().stream().map(place -> place + address - chunk.start()))
                .toList();
    }

    /** Changes the superblock, and its checksum with it. */
    static void changeSuperblock(Path volume, Consumer<ByteBuffer> change) throws IOException {
        change(volume, new Extent(SUPERBLOCK, 4096), change);
    }

    /** Changes a structure that starts with its checksum, and that with it. */
    static void change(Path volume, Extent structure, Consumer<ByteBuffer> change) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) structure.length()).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(bytes, structure.start());
            change.accept(bytes);
            bytes.putInt(0, checksum(bytes));
            channel.write(bytes.rewind(), structure.start());
        }
    }

    /** Where the content of the first item of a type starts in a leaf. */
    static int find(ByteBuffer leaf, int type) {
        for (int i = 0; i < leaf.getInt(0x60); i++) {
            int entry = 101 + 25 * i;
            if ((leaf.get(entry + 8) & 0xFF) == type) {
                return 101 + leaf.getInt(entry + 17);
            }
        }
        throw new AssertionError("no item of type " + type);
    }

    static int checksum(ByteBuffer structure) {
        CRC32C crc = new CRC32C();
        crc.update(structure.slice(32, structure.limit() - 32));
        return (int) crc.getValue();
    }

    static void write(Path volume, long offset, byte[] bytes) throws IOException {
        NtfsFixture.write(volume, offset, ByteBuffer.wrap(bytes));
    }
}
