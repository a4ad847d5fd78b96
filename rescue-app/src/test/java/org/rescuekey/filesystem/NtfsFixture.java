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
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** NTFS volumes made by mkntfs in regular files, and the places in them that tests change. */
public final class NtfsFixture {
    private static final Pattern RUN = Pattern.compile("\\s+0x([0-9a-f]+)\\s+0x([0-9a-f]+)\\s+0x([0-9a-f]+)");

    /** What is done with a mounted volume. */
    @FunctionalInterface
    public interface Work {
        void on(Path root) throws IOException;
    }

    private NtfsFixture() {}

    public static Path make(Path volume, long sizeBytes, int clusterBytes, int sectorBytes) throws IOException {
        Files.deleteIfExists(volume);
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        }
        Tool.run(
                "mkntfs",
                "-F",
                "-Q",
                "-q",
                "-T",
                "-s",
                sectorBytes,
                "-c",
                clusterBytes,
                "-p",
                2048,
                "-H",
                255,
                "-S",
                63,
                "-L",
                "Rescue \u00dc",
                volume);
        return volume;
    }

    /** Mounts a volume with ntfs-3g for a piece of work; needs root and FUSE. */
    public static void mounted(Path volume, String options, Work work) throws IOException {
        Path root = Files.createTempDirectory("ntfs");
        Tool.run("ntfs-3g", "-o", options, volume, root);
        try {
            work.on(root);
        } finally {
            Tool.unmount(root);
            Files.delete(root);
        }
    }

    /**
     * Fills the volume with files of two clusters, takes away every other one, and makes empty files. The first of
     * these get the records of the files taken away; the growth beyond makes the $MFT itself fill the gaps. Names get
     * shorter, so that the directory has room for them in the blocks that it has.
     */
    static void splinter(Path root, int growth) throws IOException {
        List<Path> files = new ArrayList<>();
        try {
            while (true) {
                files.add(root.resolve("f%05d".formatted(files.size()) + "x".repeat(50)));
                Files.write(files.getLast(), new byte[1024]);
            }
        } catch (IOException full) {
            Files.deleteIfExists(files.removeLast());
        }
        for (int i = 0; i < files.size(); i += 2) {
            Files.delete(files.get(i));
        }
        for (int i = 0; i < files.size(); i += 2) {
            Files.createFile(root.resolve("f%05da".formatted(i)));
            if (i / 2 < growth) {
                Files.createFile(root.resolve("f%05db".formatted(i)));
            }
        }
    }

    /** Copies a file to the root directory, without mounting. */
    public static void copyIn(Path volume, Path file, String name) {
        Tool.run("ntfscp", "-f", volume, file, name);
    }

    /** Where the unnamed content of a file that is in one piece starts on the volume. */
    static long contentOffset(Path volume, int record) throws IOException {
        String text = Tool.run("ntfsinfo", "-f", "-v", "-i", record, volume);
        Matcher run = RUN.matcher(text.substring(text.indexOf("$DATA (0x80)")));
        assertThat(run.find()).as(text).isTrue();
        return Long.parseLong(run.group(2), 16) * clusterBytes(volume);
    }

    /** Marks clusters as in use. */
    static void setBits(Path volume, Extent clusters) throws IOException {
        changeBits(volume, clusters, true);
    }

    /** Marks clusters as free. */
    static void clearBits(Path volume, Extent clusters) throws IOException {
        changeBits(volume, clusters, false);
    }

    private static void changeBits(Path volume, Extent clusters, boolean used) throws IOException {
        long bitmap = contentOffset(volume, 6);
        for (long cluster = clusters.start(); cluster < clusters.end(); cluster++) {
            byte bits = read(volume, bitmap + cluster / 8, 1).get(0);
            int bit = 1 << (cluster % 8);
            byte changed = (byte) (used ? bits | bit : bits & ~bit);
            write(volume, bitmap + cluster / 8, ByteBuffer.wrap(new byte[] {changed}));
        }
    }

    /** The number of the record of a file in the root directory. */
    static int record(Path volume, String name) {
        String text = Tool.run("ntfsinfo", "-f", "-F", name, volume);
        Matcher number = Pattern.compile("Dumping Inode (\\d+)").matcher(text);
        assertThat(number.find()).as(text).isTrue();
        return Integer.parseInt(number.group(1));
    }

    /** The clusters of the unnamed content of a file, as bytes of the volume. */
    static ExtentSet contentExtents(Path volume, int record) throws IOException {
        return extents(volume, record, "$DATA (0x80)");
    }

    /** The clusters of the index of a directory, as bytes of the volume. */
    static ExtentSet indexExtents(Path volume, int record) throws IOException {
        return extents(volume, record, "$INDEX_ALLOCATION (0xa0)");
    }

    private static ExtentSet extents(Path volume, int record, String attribute) throws IOException {
        String text = Tool.run("ntfsinfo", "-f", "-v", "-i", record, volume);
        int start = text.toLowerCase(Locale.ROOT).indexOf(attribute.toLowerCase(Locale.ROOT));
        assertThat(start).as(text).isNotNegative();
        Matcher run = RUN.matcher(text.substring(start));
        long clusterBytes = clusterBytes(volume);
        ExtentSet.Builder extents = ExtentSet.builder();
        while (run.find()) {
            extents.add(new Extent(
                    Long.parseLong(run.group(2), 16) * clusterBytes, Long.parseLong(run.group(3), 16) * clusterBytes));
        }
        return extents.build();
    }

    static long recordOffset(Path volume, int record) throws IOException {
        return contentOffset(volume, 0) + record * 1024L;
    }

    static long clusterBytes(Path volume) throws IOException {
        ByteBuffer boot = read(volume, 0, 512);
        int sectors = boot.get(13) & 0xFF;
        return (long) boot.getShort(11) * (sectors > 128 ? 1 << (256 - sectors) : sectors);
    }

    static long clusterCount(Path volume) throws IOException {
        ByteBuffer boot = read(volume, 0, 512);
        return boot.getLong(40) * boot.getShort(11) / clusterBytes(volume);
    }

    /** Sets the flags of the state in $Volume; they stand behind the version number 3.1. */
    public static void setVolumeFlags(Path volume, int flags) throws IOException {
        setVolumeInformation(volume, 10, (short) flags);
    }

    static void setVolumeVersion(Path volume, int major, int minor) throws IOException {
        setVolumeInformation(volume, 8, (short) (major | (minor << 8)));
    }

    private static void setVolumeInformation(Path volume, int field, short number) throws IOException {
        long offset = recordOffset(volume, 3);
        ByteBuffer record = read(volume, offset, 1024);
        for (int position = record.getShort(0x14);
                record.getInt(position) != -1;
                position += record.getInt(position + 4)) {
            if (record.getInt(position) == 0x70) {
                int value = position + record.getShort(position + 0x14);
                assertThat(record.getShort(value + 8)).isEqualTo((short) 0x0103);
                ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
                write(volume, offset + value + field, bytes.putShort(0, number));
                // Record 3 is the last of the four that $MFTMirr repeats.
                long mirror = read(volume, 0, 512).getLong(56) * clusterBytes(volume) + 3 * 1024;
                write(volume, mirror + value + field, bytes.rewind());
                return;
            }
        }
        throw new AssertionError("no state in $Volume");
    }

    /** Writes both restart pages of $LogFile the way that Windows does while a volume is mounted. */
    public static void writeRestartPages(Path volume, int majorVersion, boolean clientInUse, boolean closed)
            throws IOException {
        long offset = contentOffset(volume, 2);
        write(volume, offset, restartPage(100, majorVersion, clientInUse, closed));
        write(volume, offset + 4096, restartPage(99, majorVersion, clientInUse, closed));
    }

    static ByteBuffer restartPage(long lsn, int majorVersion, boolean clientInUse, boolean closed) {
        ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        page.putInt(0, 0x5254_5352).putShort(4, (short) 0x1E).putShort(6, (short) 9);
        page.putInt(0x10, 4096).putInt(0x14, 4096).putShort(0x18, (short) 0x30);
        page.putShort(0x1A, (short) (majorVersion == 1 ? 1 : 0)).putShort(0x1C, (short) majorVersion);
        int area = 0x30;
        page.putLong(area, lsn).putShort(area + 8, (short) 1);
        page.putShort(area + 0xA, (short) (clientInUse ? -1 : 0)).putShort(area + 0xC, (short) (clientInUse ? 0 : -1));
        page.putShort(area + 0xE, (short) (closed ? 2 : 0)).putInt(area + 0x10, 67 - 22);
        page.putShort(area + 0x14, (short) (0x30 + 160)).putShort(area + 0x16, (short) 0x30);
        page.putLong(area + 0x18, 2 << 20).putShort(area + 0x24, (short) 0x30).putShort(area + 0x26, (short) 0x40);
        int client = area + 0x30;
        page.putShort(client + 0x10, (short) -1)
                .putShort(client + 0x12, (short) -1)
                .putInt(client + 0x1C, 8);
        for (int i = 0; i < 4; i++) {
            page.putShort(client + 0x20 + 2 * i, (short) "NTFS".charAt(i));
        }
        page.putShort(0x1E, (short) 7);
        for (int i = 1; i <= 8; i++) {
            page.putShort(0x1E + 2 * i, page.getShort(512 * i - 2));
            page.putShort(512 * i - 2, (short) 7);
        }
        return page;
    }

    static ByteBuffer read(Path volume, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(channel.read(bytes, offset)).isEqualTo(length);
            return bytes.flip();
        }
    }

    static void write(Path volume, long offset, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.WRITE)) {
            channel.write(bytes, offset);
        }
    }
}
