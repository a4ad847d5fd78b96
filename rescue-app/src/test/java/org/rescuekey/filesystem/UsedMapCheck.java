package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * The two strongest tests of a used map, for any file system: what the map calls free is overwritten, and what it calls
 * used is copied onto a device full of other data. After each, the file system's own tools must find nothing wrong and
 * every file must be as it was; the caller brings these checks.
 */
public final class UsedMapCheck {
    /** Asserts that a volume is whole and holds the files it should. */
    @FunctionalInterface
    public interface WholeVolume {
        void check(Path volume) throws IOException;
    }

    private static final int CHUNK_BYTES = 1 << 20;
    private static final byte POISON = (byte) 0xA5;

    private UsedMapCheck() {}

    /** Maps a volume, checks the form of the map, and then that it covers all that is in use. */
    public static UsedMap check(Path volume, SectorSize sector, WholeVolume whole) throws IOException {
        UsedMap map = map(volume, sector);
        assertThat(map.reason()).isEmpty();
        assertThat(map.raw()).isFalse();
        Path poisoned = volume.resolveSibling(volume.getFileName() + ".poisoned");
        Files.copy(volume, poisoned, StandardCopyOption.REPLACE_EXISTING);
        overwriteFree(poisoned, map.used());
        whole.check(poisoned);
        Files.delete(poisoned);

        Path restored = volume.resolveSibling(volume.getFileName() + ".restored");
        copyUsed(volume, map.used(), restored);
        whole.check(restored);
        Files.delete(restored);
        return map;
    }

    /** Maps a volume through a device that cannot be written to, and checks what holds for every map. */
    public static UsedMap map(Path volume, SectorSize sector) throws IOException {
        try (BlockDevice device = new ReadOnlyDevice(FileDevice.openReadOnly(volume, sector))) {
            UsedMap map = Volumes.usedMap(device, PageFiles.LEFT_OUT);
            checkForm(map, device);
            return map;
        }
    }

    /** Whole sectors, inside the device, and a reason exactly if it is raw. */
    public static void checkForm(UsedMap map, BlockDevice device) {
        for (Extent extent : map.used()) {
            assertThat(device.logicalSector().divides(extent.start())).isTrue();
            assertThat(device.logicalSector().divides(extent.end())).isTrue();
            assertThat(extent.end()).isLessThanOrEqualTo(device.sizeBytes());
        }
        assertThat(map.reason().isEmpty()).isEqualTo(!map.raw());
        if (map.raw()) {
            assertThat(map.used()).isEqualTo(ExtentSet.of(Reads.whole(device)));
        }
    }

    public static VolumeInfo recognise(Path volume, SectorSize sector) throws IOException {
        try (BlockDevice device = new ReadOnlyDevice(FileDevice.openReadOnly(volume, sector))) {
            return Volumes.recognise(device);
        }
    }

    /** Fills all that is not used with bytes that nothing has. */
    static void overwriteFree(Path volume, ExtentSet used) throws IOException {
        byte[] poison = new byte[CHUNK_BYTES];
        Arrays.fill(poison, POISON);
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.WRITE)) {
            for (Extent free : used.complement(new Extent(0, channel.size()))) {
                for (long position = free.start(); position < free.end(); position += CHUNK_BYTES) {
                    int length = (int) Math.min(CHUNK_BYTES, free.end() - position);
                    channel.write(ByteBuffer.wrap(poison, 0, length), position);
                }
            }
        }
    }

    /** Copies what a map calls used onto a device full of other data. */
    static void copyUsed(Path volume, ExtentSet used, Path target) throws IOException {
        Random random = new Random(42);
        byte[] noise = new byte[CHUNK_BYTES];
        random.nextBytes(noise);
        try (FileChannel from = FileChannel.open(volume, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long position = 0; position < from.size(); position += CHUNK_BYTES) {
                int length = (int) Math.min(CHUNK_BYTES, from.size() - position);
                to.write(ByteBuffer.wrap(noise, 0, length), position);
            }
            for (Extent extent : used) {
                copy(from, to, extent);
            }
        }
    }

    private static void copy(FileChannel from, FileChannel to, Extent extent) throws IOException {
        for (long position = extent.start(); position < extent.end(); position += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, extent.end() - position);
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining()) {
                if (from.read(buffer, position + buffer.position()) < 0) {
                    throw new IOException("the volume ended early");
                }
            }
            to.write(buffer.flip(), position);
        }
    }
}
