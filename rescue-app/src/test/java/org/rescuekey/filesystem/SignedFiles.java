package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Files of which every sector says in clear whose it is, so that any sector of a volume tells its owner without any code that
 * knows the file system. What is deleted has to be unsigned.
 */
final class SignedFiles {
    static final int SECTOR = 512;

    private static final String MARK = "THIS SECTOR BELONGS TO ";

    private SignedFiles() {}

    /** Makes a file whose path inside the volume is told. */
    static void write(Path root, String path, int bytes) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.write(file, content(path, bytes));
    }

    /** Makes one with a hole of as many bytes behind every so many bytes. */
    static void writeWithHoles(Path root, String path, int pieces, int pieceBytes) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < pieces; i++) {
                channel.write(ByteBuffer.wrap(content(path, pieceBytes)), 2L * i * pieceBytes);
            }
        }
    }

    static byte[] content(String path, int bytes) {
        byte[] content = new byte[bytes];
        byte[] mark = (MARK + path + "\0").getBytes(StandardCharsets.UTF_8);
        // A name that is cut off by the end would be another one.
        for (int at = 0; at + mark.length <= bytes; at += SECTOR) {
            System.arraycopy(mark, 0, content, at, mark.length);
        }
        return content;
    }

    /** A tree with files of many sizes, some of them deep. */
    static void tree(Path root, int files, int maxBytes) throws IOException {
        Random random = new Random(files);
        for (int i = 0; i < files; i++) {
            String folder = i % 4 == 0 ? "" : "/folder " + i % 4 + (i % 3 == 0 ? "/deeper \u00e4/and deeper" : "");
            write(root, folder + "/a file with quite a long name " + i + ".data", 1 + random.nextInt(maxBytes));
        }
    }

    /** The sectors of a volume that say whose they are. */
    static Map<Long, String> sectors(BlockDevice volume) throws RescueException {
        byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
        Map<Long, String> owners = new TreeMap<>();
        byte[] window = new byte[1 << 20];
        for (long start = 0; start < volume.sizeBytes(); start += window.length) {
            int length = (int) Math.min(window.length, volume.sizeBytes() - start);
            volume.read(start, ByteBuffer.wrap(window, 0, length));
            for (int at = 0; at + SECTOR <= length; at += SECTOR) {
                if (ByteBuffer.wrap(window, at, mark.length).equals(ByteBuffer.wrap(mark))) {
                    String text = new String(window, at + mark.length, SECTOR - mark.length, StandardCharsets.UTF_8);
                    owners.put(start + at, text.substring(0, text.indexOf('\0')));
                }
            }
        }
        return owners;
    }

    /** Asks for sectors by chance, one by one and all of them at once, and holds that these files are named, no others. */
    static void check(BlockDevice volume, int single, int together) throws RescueException {
        Map<Long, String> all = sectors(volume);
        assertThat(all.size()).isGreaterThan(together);
        List<Map.Entry<Long, String>> entries = new ArrayList<>(all.entrySet());
        Random random = new Random(5);
        for (int i = 0; i < single; i++) {
            Map.Entry<Long, String> one = entries.get(random.nextInt(entries.size()));
            Owners owners = Volumes.owners(volume, ExtentSet.of(new Extent(one.getKey(), SECTOR)), SearchWatch.NONE);
            assertThat(owners.notes()).isEmpty();
            assertThat(owners.complete()).isTrue();
            assertThat(owners.named()).as("sector at " + one.getKey()).containsExactly(file(one.getValue(), SECTOR));
            assertThat(owners.ownerless().isEmpty()).isTrue();
        }
        ExtentSet.Builder wanted = ExtentSet.builder();
        Map<String, Long> expected = new HashMap<>();
        for (int i = 0; i < together; i++) {
            Map.Entry<Long, String> one = entries.remove(random.nextInt(entries.size()));
            wanted.add(new Extent(one.getKey(), SECTOR));
            expected.merge(one.getValue(), (long) SECTOR, Long::sum);
        }
        Owners owners = Volumes.owners(volume, wanted.build(), SearchWatch.NONE);
        Map<String, Long> named = owners.named().stream()
                .collect(Collectors.toMap(owner -> owner.name().replace('\\', '/'), Owner::bytes));
        assertThat(named.entrySet()).containsExactlyInAnyOrderElementsOf(expected.entrySet());
        assertThat(owners.others()).isZero();
    }

    private static Owner file(String path, long bytes) {
        return new Owner(Owner.Kind.FILE, path, "", bytes);
    }
}
