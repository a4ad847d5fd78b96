package org.rescuekey.windows.bcd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.units.SectorSize;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveMaker;
import org.rescuekey.windows.hive.MadeKey;

/**
 * Boot stores in the shapes that Windows machines have: two loaders, one on another disk, the recovery environment in a
 * RAM disk, a virtual disk, the firmware's entry, and elements that nobody knows.
 */
public final class MadeStore {
    static final UUID DISK = UUID.fromString("addc0d43-17a9-4e26-a16c-dc71e67393f7");
    static final UUID OTHER_DISK = UUID.fromString("0c0ffee0-0000-4000-8000-000000000001");
    static final int SIGNATURE = 0xA1B2_C3D4;

    static final UUID LOADER = UUID.fromString("11111111-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID SECOND = UUID.fromString("22222222-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID RESUME = UUID.fromString("33333333-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID RECOVERY = UUID.fromString("44444444-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID OPTIONS = UUID.fromString("55555555-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID VIRTUAL = UUID.fromString("66666666-2222-11ed-8c7c-de4e190a0ee1");
    static final UUID MEMORY = UUID.fromString("b2721d73-1db4-4c62-bf78-c548a880142d");

    private final PartitionIdentity esp;
    private final PartitionIdentity windows;
    private final PartitionIdentity recovery;
    private final PartitionIdentity other;
    private final MadeKey root = MadeKey.root();

    private MadeStore(
            PartitionIdentity esp, PartitionIdentity windows, PartitionIdentity recovery, PartitionIdentity other) {
        this.esp = esp;
        this.windows = windows;
        this.recovery = recovery;
        this.other = other;
    }

    static PartitionIdentity gpt(UUID disk, int number, long start, long size) {
        UUID own = new UUID(0x1581_CEA0_12EE_4D7DL + number, 0x8967_A2B7_3024_AAE2L);
        return new PartitionIdentity.Gpt(disk, own, start, size, SectorSize.SECTOR_512);
    }

    static PartitionIdentity mbr(int signature, long start, long size) {
        return new PartitionIdentity.Mbr(signature, start, size, SectorSize.SECTOR_512);
    }

    static final PartitionIdentity ESP = gpt(DISK, 1, 2048, 204_800);
    static final PartitionIdentity WINDOWS = gpt(DISK, 3, 239_616, 8_000_000);
    static final PartitionIdentity WINRE = gpt(DISK, 4, 8_239_616, 1_200_000);
    static final PartitionIdentity ELSEWHERE = gpt(OTHER_DISK, 9, 2048, 4_000_000);
    static final PartitionIdentity ACTIVE = mbr(SIGNATURE, 2048, 204_800);
    static final PartitionIdentity C = mbr(SIGNATURE, 206_848, 8_000_000);
    static final PartitionIdentity RE = mbr(SIGNATURE, 8_206_848, 1_200_000);
    static final PartitionIdentity D = mbr(0x0BAD_CAFE, 206_848, 4_000_000);

    /** A store of a UEFI machine. */
    public static byte[] gpt() {
        return new MadeStore(ESP, WINDOWS, WINRE, ELSEWHERE).bytes();
    }

    /** A store of a BIOS machine. */
    public static byte[] mbr() {
        return new MadeStore(ACTIVE, C, RE, D).bytes();
    }

    private byte[] bytes() {
        root.at("Description").string("KeyName", "BCD00000000").number("System", 1);
        object(BootStore.BOOT_MANAGER_ID, BootObject.BOOT_MANAGER, "Windows Boot Manager");
        root.at("Objects\\{" + BootStore.BOOT_MANAGER_ID + "}\\Description").binary("FirmwareVariable", firmware(esp));
        device(BootStore.BOOT_MANAGER_ID, "11000001", partition(esp));
        element(BootStore.BOOT_MANAGER_ID, "23000003").string("Element", "{" + LOADER + "}");
        element(BootStore.BOOT_MANAGER_ID, "23000006").string("Element", "{" + RESUME + "}");
        element(BootStore.BOOT_MANAGER_ID, "24000001").strings("Element", "{" + LOADER + "}", "{" + SECOND + "}");
        element(BootStore.BOOT_MANAGER_ID, "24000010").strings("Element", "{" + MEMORY + "}");
        element(BootStore.BOOT_MANAGER_ID, "25000004").binary("Element", new byte[] {30, 0, 0, 0, 0, 0, 0, 0});
        loader(LOADER, "Windows 11", partition(windows));
        loader(SECOND, "Windows 10", partition(other));
        loader(VIRTUAL, "Windows on a virtual disk", virtualDisk(windows));
        loader(RECOVERY, "Windows Recovery Environment", ramDisk(recovery));
        object(RESUME, BootObject.WINDOWS_RESUME, "Windows Resume Application");
        device(RESUME, "11000001", partition(windows));
        device(RESUME, "21000026", partition(windows));
        object(MEMORY, 0x1020_0005, "Windows Memory Diagnostic");
        device(MEMORY, "11000001", partition(esp));
        object(OPTIONS, 0x3000_0000, "Windows Recovery");
        device(OPTIONS, "31000003", partition(recovery));
        unknown();
        return HiveMaker.write(root);
    }

    private void loader(UUID id, String title, byte[] device) {
        object(id, BootObject.WINDOWS_LOADER, title);
        device(id, "11000001", device);
        device(id, "21000001", device);
        element(id, "12000002").string("Element", "\\Windows\\system32\\winload.efi");
        element(id, "22000002").string("Element", "\\Windows");
        element(id, "23000003").string("Element", "{" + RESUME + "}");
    }

    /** What must be left alone: it looks like a reference, and is none; or is of a sort that nobody knows. */
    private void unknown() {
        // Says that it is a number and a string list, and holds the bytes of a device.
        element(LOADER, "25000099").binary("Element", partition(windows));
        element(LOADER, "4f000001").binary("Element", partition(windows));
        element(LOADER, "21000099").value("Element", 1, partition(windows));
        // The device from which the firmware started: no identity in it.
        device(LOADER, "21000098", bootDevice());
        // The same partition GUID, or the same offset, on another disk.
        device(LOADER, "21000097", partition(onOtherDisk(windows)));
        // Another style of table than it says.
        byte[] wrongStyle = partition(windows);
        wrongStyle[0x34] = 2;
        if (windows instanceof PartitionIdentity.Mbr) {
            device(LOADER, "21000096", wrongStyle);
        }
        root.at("Objects\\not a GUID\\Elements\\11000001").binary("Element", partition(windows));
        element(LOADER, "not a code").binary("Element", partition(windows));
        root.at("Elsewhere").binary("Element", partition(windows));
    }

    private static PartitionIdentity onOtherDisk(PartitionIdentity identity) {
        return switch (identity) {
            case PartitionIdentity.Gpt gpt ->
                new PartitionIdentity.Gpt(
                        OTHER_DISK, gpt.partitionGuid(), gpt.startSectors(), gpt.sizeSectors(), gpt.sector());
            case PartitionIdentity.Mbr mbr ->
                new PartitionIdentity.Mbr(0x0BAD_CAFE, mbr.startSectors(), mbr.sizeSectors(), mbr.sector());
        };
    }

    private void object(UUID id, int type, String title) {
        root.at("Objects\\{" + id + "}\\Description").number("Type", type);
        element(id, "12000004").string("Element", title);
    }

    private MadeKey element(UUID id, String code) {
        return root.at("Objects\\{" + id + "}\\Elements\\" + code);
    }

    private void device(UUID id, String code, byte[] data) {
        element(id, code).binary("Element", data);
    }

    /** 88 bytes: no options, and a locator. */
    static byte[] partition(PartitionIdentity identity) {
        return ByteBuffer.allocate(88)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(16, locator(identity))
                .array();
    }

    private static byte[] locator(PartitionIdentity identity) {
        ByteBuffer bytes = ByteBuffer.allocate(72)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(6)
                .putInt(0)
                .putInt(0x48)
                .putInt(0);
        switch (identity) {
            case PartitionIdentity.Gpt gpt -> {
                Guids.put(bytes, 16, gpt.partitionGuid());
                Guids.put(bytes, 40, gpt.diskGuid());
            }
            case PartitionIdentity.Mbr mbr ->
                bytes.putLong(16, mbr.offsetBytes()).putInt(36, 1).putInt(40, mbr.signature());
        }
        return bytes.array();
    }

    /** A RAM disk from a file: options, a head, a locator at 0x44, and the path. */
    private static byte[] ramDisk(PartitionIdentity identity) {
        byte[] path = "\\Recovery\\WindowsRE\\Winre.wim\0".getBytes(StandardCharsets.UTF_16LE);
        int length = 0x44 + 72 + path.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Guids.put(bytes, 0, OPTIONS);
        bytes.putInt(0x14, 1).putInt(0x18, length - 16);
        bytes.putInt(0x20, 3).putInt(0x38, 1).putInt(0x3C, length - 0x38).putInt(0x40, 5);
        return bytes.put(0x44, locator(identity)).put(0x44 + 72, path).array();
    }

    /** A partition inside a virtual disk, whose file lies on a partition of a real one. */
    private static byte[] virtualDisk(PartitionIdentity identity) {
        byte[] path = "\\VHD\\windows.vhdx\0".getBytes(StandardCharsets.UTF_16LE);
        int length = 0x58 + 0x1E + 72 + path.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0x10, 6).putInt(0x18, length - 16);
        Guids.put(bytes, 0x20, UUID.fromString("77777777-0000-4000-8000-000000000007"));
        bytes.putInt(0x30, 1);
        Guids.put(bytes, 0x38, UUID.fromString("88888888-0000-4000-8000-000000000008"));
        // The head of the file's place is not a multiple of four bytes long here, as a path before it may make it.
        bytes.putInt(0x48, 5).putInt(0x4C, 1);
        return bytes.put(0x76, locator(identity)).put(0x76 + 72, path).array();
    }

    private static byte[] bootDevice() {
        return ByteBuffer.allocate(88)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x10, 5)
                .putInt(0x18, 0x48)
                .array();
    }

    /** The firmware's load option as Windows keeps it, with a node HD() in the middle. */
    static byte[] firmware(PartitionIdentity identity) {
        byte[] title = "Windows Boot Manager\0".getBytes(StandardCharsets.UTF_16LE);
        byte[] path = "\\EFI\\Microsoft\\Boot\\bootmgfw.efi\0".getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer bytes = ByteBuffer.allocate(30 + title.length + 42 + 4 + path.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(1).putInt(bytes.capacity()).putInt(4).position(30);
        bytes.put(title).put((byte) 4).put((byte) 1).putShort((short) 42).putInt(1);
        bytes.putLong(identity.startSectors()).putLong(identity.sizeSectors());
        int at = bytes.position();
        switch (identity) {
            case PartitionIdentity.Gpt gpt -> {
                Guids.put(bytes, at, gpt.partitionGuid());
                bytes.position(at + 16).put((byte) 2).put((byte) 2);
            }
            case PartitionIdentity.Mbr mbr ->
                bytes.putInt(mbr.signature()).position(at + 16).put((byte) 1).put((byte) 1);
        }
        bytes.put((byte) 4).put((byte) 4).putShort((short) (4 + path.length)).put(path);
        return bytes.put((byte) 0x7F).put((byte) 0xFF).putShort((short) 4).array();
    }
}
