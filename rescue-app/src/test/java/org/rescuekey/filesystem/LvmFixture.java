package org.rescuekey.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.units.Extent;

/**
 * Physical volumes made by LVM's own tools on loop devices, with nothing but these devices in their sight and nothing
 * activated, so that a kernel without device-mapper will do.
 */
final class LvmFixture implements AutoCloseable {
    private static final int METADATA_AREA = 4096;
    private static final Pattern RANGE = Pattern.compile("(/dev/loop\\d+):(\\d+)-(\\d+)");

    private final List<String> loops = new ArrayList<>();

    LvmFixture(Path... images) {
        for (Path image : images) {
            loops.add(Tool.run("losetup", "-f", "--show", image).strip());
        }
    }

    String loop(int index) {
        return loops.get(index);
    }

    /** Makes a volume group of all devices, with extents of 1 MiB from 1 MiB on. */
    void group(String name, String... options) {
        for (String loop : loops) {
            lvm(concat(List.of("pvcreate", "-ff", "-y"), List.of(options), List.of(loop)));
        }
        lvm(concat(List.of("vgcreate", "-s", "1M", name), List.of(), loops));
    }

    /** Makes a logical volume of so many extents, on the first device unless told otherwise. */
    void volume(String group, String name, int extents, String... more) {
        List<String> places = more.length == 0 ? List.of(loop(0)) : List.of(more);
        lvm(concat(List.of("lvcreate", "-an", "-Zn", "-Wn", "-l", "" + extents, "-n", name, group), List.of(), places));
    }

    /** Where a logical volume lies on a device, as LVM's tools say. */
    List<Extent> pieces(String path, int device) {
        String text = lvm(List.of("lvs", "--noheadings", "-o", "seg_pe_ranges", path));
        List<Extent> pieces = new ArrayList<>();
        Matcher range = RANGE.matcher(text);
        while (range.find()) {
            long first = Long.parseLong(range.group(2));
            long last = Long.parseLong(range.group(3));
            if (range.group(1).equals(loop(device))) {
                pieces.add(new Extent((1 + first) << 20, (last - first + 1) << 20));
            }
        }
        return pieces;
    }

    String lvm(List<String> words) {
        String accepted = "\"a|^" + String.join("$|\",\"a|^", loops) + "$|\",\"r|.*|\"";
        String configuration = "devices{filter=[" + accepted + "] global_filter=[" + accepted
                + "] use_devicesfile=0 md_component_detection=0} global{activation=0} backup{backup=0 archive=0}"
                + " activation{udev_sync=0 udev_rules=0 monitoring=0}";
        List<Object> command = new ArrayList<>(List.of("env", "LVM_SUPPRESS_FD_WARNINGS=1", "lvm"));
        command.addAll(words);
        command.addAll(List.of("--driverloaded", "n", "--config", configuration));
        return Tool.run(command.toArray());
    }

    @Override
    public void close() {
        loops.forEach(loop -> Tool.run("losetup", "-d", loop));
        loops.clear();
    }

    /** The text in force in the first metadata area of a physical volume. */
    static String text(Path image) throws IOException {
        byte[] header = XfsFixture.read(image, METADATA_AREA, 512);
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        byte[] text = XfsFixture.read(image, METADATA_AREA + fields.getLong(40), (int) fields.getLong(48));
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Where that text stands. */
    static long textOffset(Path image) throws IOException {
        byte[] header = XfsFixture.read(image, METADATA_AREA, 512);
        return METADATA_AREA
                + ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
    }

    /** Changes the text, and its checksums with it. */
    static void change(Path image, UnaryOperator<String> change) throws IOException {
        write(image, METADATA_AREA, change.apply(text(image)), 4096);
    }

    /** Puts a text into a metadata area at an offset, over the end of the ring if need be. */
    static void write(Path image, long area, String text, long offset) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(XfsFixture.read(image, area, 512)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        long areaBytes = header.getLong(32);
        int upToEnd = (int) Math.min(bytes.length, areaBytes - offset);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes, 0, upToEnd), area + offset);
            channel.write(ByteBuffer.wrap(bytes, upToEnd, bytes.length - upToEnd), area + 512);
        }
        header.putLong(40, offset).putLong(48, bytes.length).putInt(56, checksum(bytes, 0, bytes.length));
        seal(image, area, header.array());
    }

    /** Writes a metadata area's header with the checksum that it has to have. */
    static void seal(Path image, long area, byte[] header) throws IOException {
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(0, checksum(header, 4, 508));
        XfsFixture.write(image, area, header);
    }

    /** Writes the label's sector with the checksum that it has to have. */
    static void sealLabel(Path image, long offset, byte[] sector) throws IOException {
        ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN).putInt(16, checksum(sector, 20, 492));
        XfsFixture.write(image, offset, sector);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        int crc = 0xF597_A6CF;
        for (int i = offset; i < offset + length; i++) {
            crc ^= bytes[i] & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0xEDB8_8320 : crc >>> 1;
            }
        }
        return crc;
    }

    private static List<String> concat(List<String> first, List<String> second, List<String> third) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(third);
        return all;
    }
}
