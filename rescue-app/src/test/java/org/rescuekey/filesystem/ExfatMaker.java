package org.rescuekey.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes some files into an empty exFAT volume by hand, where nothing can be mounted. Checksums of entries are left out. */
final class ExfatMaker {
    private static final int FIRST = 100;

    private ExfatMaker() {}

    /** A file in pieces and a folder in one piece, with a file in one piece in it. */
    static void directory(Path volume) throws IOException {
        ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
        long root = ExfatFixture.rootEntry(volume, 0x82) + 32;
        int size = exfat.clusterBytes();
        NtfsFixture.write(volume, root, file("in pieces", 0x20, 1, FIRST, 3L * size));
        int[] chain = {FIRST, FIRST + 5, FIRST + 9, -1};
        for (int i = 0; i + 1 < chain.length; i++) {
            ExfatFixture.writeInt(volume, exfat.entryOffset(chain[i]), chain[i + 1]);
            ExfatFixture.mark(volume, chain[i], true);
        }
        NtfsFixture.write(volume, root + 96, file("a folder", 0x10, 3, FIRST + 20, 2L * size));
        NtfsFixture.write(
                volume, exfat.clusterOffset(FIRST + 20), file("in one piece", 0x20, 3, FIRST + 30, 7L * size - 5));
        for (int i = 20; i < 37; i++) {
            ExfatFixture.mark(volume, FIRST + i, i < 22 || i >= 30);
        }
    }

    /** An entry of a file, the one of its content, and the one of its name. */
    private static ByteBuffer file(String name, int attributes, int flags, int firstCluster, long bytes) {
        ByteBuffer set = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
        set.put(0, (byte) 0x85).put(1, (byte) 2).putShort(4, (short) attributes);
        set.put(32, (byte) 0xC0).put(33, (byte) flags).put(35, (byte) name.length());
        set.putLong(40, bytes).putInt(52, firstCluster).putLong(56, bytes);
        set.put(64, (byte) 0xC1).put(66, name.getBytes(StandardCharsets.UTF_16LE));
        return set;
    }
}
