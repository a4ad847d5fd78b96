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

/** exFAT volumes made by mkfs.exfat in regular files, and the places in them that tests change. */
final class ExfatFixture {
    /** Where things are, worked out apart from the code under test. */
    record Geometry(int sectorBytes, int clusterBytes, long fatOffset, long heapOffset, long clusters, long root) {
        static Geometry of(Path volume) throws IOException {
            ByteBuffer boot = read(volume, 0, 512);
            int sector = 1 << boot.get(108);
            return new Geometry(
                    sector,
                    sector << boot.get(109),
                    (long) boot.getInt(80) * sector,
                    (long) boot.getInt(88) * sector,
                    boot.getInt(92),
                    boot.getInt(96));
        }

        long clusterOffset(long cluster) {
            return heapOffset + (cluster - 2) * clusterBytes;
        }

        long entryOffset(long cluster) {
            return fatOffset + cluster * 4;
        }

        long lastCluster() {
            return clusters + 1;
        }
    }

    private ExfatFixture() {}

    /** Makes a volume with sectors of 512 bytes. */
    static Path make(Path volume, long sizeBytes, int clusterBytes, Object... options) throws IOException {
        Files.deleteIfExists(volume);
        Tool.run("truncate", "-s", sizeBytes, volume);
        mkfs(volume, clusterBytes, options);
        return volume;
    }

    /** Makes a volume with so many more clusters than a multiple of eight; sectors other than of 512 bytes need root. */
    static Path makeWithOddClusters(Path volume, long sizeBytes, int sectorBytes, int clusterBytes, int more)
            throws IOException {
        long size = sizeBytes;
        for (int attempt = 0; attempt < 8; attempt++) {
            Files.deleteIfExists(volume);
            Tool.run("truncate", "-s", size, volume);
            onLoopDevice(volume, sectorBytes, device -> mkfs(device, clusterBytes, "-b", Math.max(clusterBytes, 8192)));
            long missing = Math.floorMod(more - Geometry.of(volume).clusters(), 8);
            if (missing == 0) {
                return volume;
            }
            size += missing * clusterBytes;
        }
        throw new AssertionError("no size gives 8k + " + more + " clusters");
    }

    private static void mkfs(Path volume, int clusterBytes, Object... options) {
        List<Object> command = new ArrayList<>(List.of("mkfs.exfat", "-L", "RESCUE", "-c", clusterBytes));
        command.addAll(List.of(options));
        command.add(volume);
        Tool.run(command.toArray());
    }

    /** Mounts a volume with exfat-fuse for a piece of work; needs root and FUSE. */
    static void mounted(Path volume, String options, NtfsFixture.Work work) throws IOException {
        Path root = Files.createTempDirectory("exfat");
        onLoopDevice(volume, Geometry.of(volume).sectorBytes(), device -> {
            Tool.run("mount.exfat-fuse", "-o", options, device, root);
            try {
                work.on(root);
            } finally {
                Tool.unmount(root);
            }
        });
        Files.delete(root);
    }

    private static void onLoopDevice(Path volume, int sectorBytes, NtfsFixture.Work work) throws IOException {
        String device =
                Tool.run("losetup", "-f", "--show", "-b", sectorBytes, volume).strip();
        try {
            work.on(Path.of(device));
        } finally {
            Tool.run("losetup", "-d", device);
        }
    }

    static ByteBuffer read(Path volume, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(bytes, offset);
            return bytes.flip();
        }
    }

    static void write(Path volume, long offset, byte... bytes) throws IOException {
        NtfsFixture.write(volume, offset, ByteBuffer.wrap(bytes));
    }

    static void writeInt(Path volume, long offset, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
        NtfsFixture.write(volume, offset, bytes.flip());
    }

    /** Where the first entry of a type stands in the root directory, which is small. */
    static long rootEntry(Path volume, int type) throws IOException {
        Geometry exfat = Geometry.of(volume);
        long start = exfat.clusterOffset(exfat.root());
        for (int i = 0; i < 16; i++) {
            if ((read(volume, start + i * 32L, 1).get(0) & 0xFF) == type) {
                return start + i * 32L;
            }
        }
        throw new AssertionError("no entry of type " + Integer.toHexString(type));
    }

    /** Where the allocation bitmap starts. */
    static long bitmapOffset(Path volume) throws IOException {
        long cluster = read(volume, rootEntry(volume, 0x81) + 20, 4).getInt(0);
        return Geometry.of(volume).clusterOffset(cluster);
    }

    static void mark(Path volume, long cluster, boolean used) throws IOException {
        long offset = bitmapOffset(volume) + (cluster - 2) / 8;
        int bit = 1 << (cluster - 2) % 8;
        int before = read(volume, offset, 1).get(0);
        write(volume, offset, (byte) (used ? before | bit : before & ~bit));
    }

    /** Makes the checksum of the boot region right again. */
    static void sum(Path volume) throws IOException {
        int sector = Geometry.of(volume).sectorBytes();
        ByteBuffer region = read(volume, 0, 11 * sector);
        int sum = 0;
        for (int i = 0; i < region.limit(); i++) {
            if (i != 106 && i != 107 && i != 112) {
                sum = (sum << 31 | sum >>> 1) + (region.get(i) & 0xFF);
            }
        }
        for (int i = 0; i < sector; i += 4) {
            writeInt(volume, 11L * sector + i, sum);
        }
    }

    static void checkBySystem(Path volume) {
        String text = Tool.run("fsck.exfat", "-n", volume);
        assertThat(text).contains("clean");
    }
}
