package org.rescuekey.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** BitLocker volumes as far as others can see them: the boot sector and three copies of the metadata, with no key to any content. */
final class BitLockerFixture {
    static final int PROTECTED_BY_PASSWORD = 0x2000;
    static final int PROTECTED_BY_NOTHING = 0;
    static final int ENCRYPTED = 4;
    static final long[] COPIES = {2 << 20, 3 << 20, 4 << 20};

    private static final byte[] WHOLE = HexFormat.of().parseHex("3bd66749292ed84a8399f6a339e3d001");
    private static final byte[] USED_SPACE = HexFormat.of().parseHex("3b4da89280dd0e4d9e4eb1e3284eaed8");

    /** How the boot sector looks. */
    enum Look {
        VISTA,
        LATER,
        LATER_USED_SPACE,
        TO_GO
    }

    private BitLockerFixture() {}

    /** Puts the marks of BitLocker over a volume of at least 8 MiB, whatever was in it. */
    static void make(Path volume, Look look, int protection, int nextState) throws IOException {
        ByteBuffer boot = bytes(512);
        boolean isVista = look == Look.VISTA;
        boot.put(0, new byte[] {(byte) 0xEB, (byte) (isVista ? 0x52 : 0x58), (byte) 0x90});
        boot.put(3, ascii(look == Look.TO_GO ? "MSWIN4.1" : "-FVE-FS-"));
        boot.putShort(11, (short) 512).put(13, (byte) 8);
        if (isVista) {
            boot.putLong(56, COPIES[0] / 4096);
        } else {
            boot.put(82, ascii("FAT32   "));
            int identifier = look == Look.TO_GO ? 424 : 160;
            boot.put(identifier, look == Look.LATER_USED_SPACE ? USED_SPACE : WHOLE);
            for (int i = 0; i < COPIES.length; i++) {
                boot.putLong(identifier + 16 + 8 * i, COPIES[i]);
            }
        }
        boot.putShort(510, (short) 0xAA55);
        NtfsFixture.write(volume, 0, boot);
        ByteBuffer metadata = metadata(isVista ? 1 : 2, protection, nextState);
        for (long copy : COPIES) {
            NtfsFixture.write(volume, copy, metadata.rewind());
        }
    }

    private static ByteBuffer metadata(int version, int protection, int nextState) {
        ByteBuffer block = bytes(4096);
        block.put(0, ascii("-FVE-FS-")).putShort(8, (short) 64).putShort(10, (short) version);
        block.putShort(12, (short) ENCRYPTED).putShort(14, (short) nextState);
        block.putLong(16, 8 << 20).putInt(28, 16);
        for (int i = 0; i < COPIES.length; i++) {
            block.putLong(32 + 8 * i, COPIES[i]);
        }
        block.putLong(56, 5 << 20);
        int header = 64;
        int at = header + 48;
        // The description, the master key, the volume's key, and where its first sectors are.
        at = entry(block, at, 7, 2, StandardCharsets.UTF_16LE.encode("PC C: 1/1/2026\0"));
        ByteBuffer master = bytes(28);
        master.put(0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}).putShort(26, (short) protection);
        at = entry(block, at, 2, 8, master);
        at = entry(block, at, 3, 5, bytes(12 + 16 + 44));
        at = entry(block, at, 15, 15, bytes(16).putLong(0, 5 << 20).putLong(8, 8192));
        block.putInt(header, at - header)
                .putInt(header + 4, 1)
                .putInt(header + 8, 48)
                .putInt(header + 12, at - header);
        block.put(header + 16, new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6});
        block.putInt(header + 32, 1).putShort(header + 36, (short) 0x8004);
        return block;
    }

    private static int entry(ByteBuffer block, int at, int type, int valueType, ByteBuffer value) {
        int length = value.remaining();
        block.putShort(at, (short) (8 + length));
        block.putShort(at + 2, (short) type);
        block.putShort(at + 4, (short) valueType);
        block.putShort(at + 6, (short) 1);
        block.put(at + 8, value, 0, length);
        return at + 8 + length;
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.wrap(new byte[size]).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
