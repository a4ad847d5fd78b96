package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Volumes with FAT and ext that have files, with bytes of their directories, tables and inodes changed by chance, always the same ones:
 * to find, read and edit files by path ends in a result or in words, after a bounded number of bytes. NTFS has NtfsHostileFilesTest.
 */
class HostileFilesTest {
    private static final int MUTATIONS = 600;
    private static final int PIECE_BYTES = 16;
    private static final long[] NASTY = {
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFFL, Long.MIN_VALUE, -1L
    };

    @TempDir
    Path folder;

    enum Kind {
        FAT12(1440 << 10, "mkfs.vfat -F 12"),
        FAT16(8 << 20, "mkfs.vfat -F 16 -s 1"),
        FAT32(34 << 20, "mkfs.vfat -F 32 -s 1"),
        EXT2(8 << 20, "mke2fs -q -F -t ext2 -b 1024 -O none"),
        EXT4(8 << 20, "mke2fs -q -F -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg,inline_data"),
        EXT4_CHECKSUMS(8 << 20, "mke2fs -q -F -t ext4 -b 4096 -O metadata_csum");

        private final int sizeBytes;
        private final String command;

        Kind(int sizeBytes, String command) {
            this.sizeBytes = sizeBytes;
            this.command = command;
        }

        void make(Path volume, Path files) throws IOException {
            Tool.run("truncate", "-s", sizeBytes, volume);
            List<Object> words = new ArrayList<>(List.of((Object[]) command.split(" ", -1)));
            if (name().startsWith("EXT")) {
                words.addAll(List.of("-d", files));
            }
            words.add(volume);
            Tool.run(words.toArray());
            if (name().startsWith("FAT")) {
                Tool.run("sh", "-c", "mcopy -s -i " + volume + " " + files + "/* ::/");
            }
        }
    }

    /** A small tree; names are long and short, one file is in a directory below another. */
    static Path files(Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        Random random = new Random(4);
        for (String path :
                List.of("boot/BCD", "boot/deep/a file with a long name.cfg", "etc/fstab", "SHORT.TXT", "large")) {
            byte[] content = new byte[path.equals("large") ? 60_000 : 40 + random.nextInt(3000)];
            for (int i = 0; i < content.length; i++) {
                // Sectors that are full of one byte take little room in a corpus.
                content[i] = (byte) (1 + i / 512 % 200);
            }
            Files.createDirectories(files.resolve(path).getParent());
            Files.write(files.resolve(path), content);
        }
        return files;
    }

    @ParameterizedTest
    @EnumSource
    void changedBytes(Kind kind) throws IOException {
        Path volume = folder.resolve("volume.img");
        kind.make(volume, files(folder));
        byte[] content = Files.readAllBytes(volume);
        MemoryDevice device = new MemoryDevice(content.length, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(content));
        int whole = FilesLook.at(device);
        assertThat(whole).isGreaterThanOrEqualTo(kind == Kind.EXT4 ? 3 : 5);
        List<Extent> places = places(device);
        Random random = new Random(20_261_123);
        int less = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Extent place = places.get(random.nextInt(places.size()));
            int bytes = 1 << random.nextInt(4);
            long value = random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextLong();
            long offset = place.start() + random.nextLong(place.length() - bytes + 1);
            ByteBuffer before = ByteBuffer.allocate(bytes);
            device.read(offset, before);
            ByteBuffer change =
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
            device.write(offset, change.limit(bytes));
            less += look(device, "change " + i) < whole ? 1 : 0;
            device.write(offset, before.flip());
        }
        assertThat(less).as("changes that were noticed").isBetween(MUTATIONS / 50, MUTATIONS - 1);
        assertThat(FilesLook.at(device)).isEqualTo(whole);
    }

    /** Where what is read without the contents of the files lies, as far as something stands there. */
    private static List<Extent> places(MemoryDevice device) throws RescueException {
        ExtentSet.Builder contents = ExtentSet.builder();
        for (String path :
                List.of("/large", "/boot/BCD", "/etc/fstab", "/SHORT.TXT", "/boot/deep/a file with a long name.cfg")) {
            FileOnVolume file = Volumes.files(device).orElseThrow().find(path).orElseThrow();
            file.runs().forEach(run -> contents.add(run.extent()));
        }
        ReadPlaces read = new ReadPlaces(device);
        FilesLook.at(read);
        List<Extent> places = new ArrayList<>();
        for (Extent extent : read.extents().subtract(contents.build().align(512, device.sizeBytes()))) {
            for (long at = extent.start() / PIECE_BYTES * PIECE_BYTES; at < extent.end(); at += PIECE_BYTES) {
                ByteBuffer piece = Reads.at(device, at, PIECE_BYTES, "piece");
                if (piece.mismatch(ByteBuffer.allocate(PIECE_BYTES)) >= 0) {
                    places.add(new Extent(at, PIECE_BYTES));
                }
            }
        }
        return places;
    }

    /** Remembers where it was read. */
    private static final class ReadPlaces extends ForwardingDevice {
        private final ExtentSet.Builder read = ExtentSet.builder();

        private ReadPlaces(MemoryDevice inner) {
            super(inner);
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            read.add(offsetBytes, offsetBytes + buffer.remaining());
            super.read(offsetBytes, buffer);
        }

        private ExtentSet extents() {
            return read.build();
        }
    }

    private static int look(MemoryDevice device, String what) {
        CountingDevice counting = new CountingDevice(device);
        int found;
        try {
            Volumes.writability(counting);
            Volumes.minimumSize(counting);
            found = FilesLook.at(counting);
        } catch (RescueException e) {
            assertThat(e.getMessage()).isNotBlank();
            found = 0;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(what, e);
        }
        assertThat(counting.bytesRead()).as(what).isLessThan(16 * device.sizeBytes() + (64 << 20));
        return found;
    }
}
