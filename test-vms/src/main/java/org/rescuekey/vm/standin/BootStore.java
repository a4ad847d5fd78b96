package org.rescuekey.vm.standin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;
import org.rescuekey.vm.hive.HiveKey;
import org.rescuekey.vm.hive.HiveWriter;

/**
 * Generates the boot store (BCD) of a stand-in: boot manager, Windows loader, resume, memory test and the
 * recovery environment in a RAM disk, with device elements as Windows lays them out. Pure.
 */
final class BootStore {
    private static final String BOOTMGR = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}";
    private static final String MEMORY_TEST = "{b2721d73-1db4-4c62-bf78-c548a880142d}";
    private static final String GLOBAL_SETTINGS = "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}";
    private static final String LOADER_SETTINGS = "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}";
    private static final String WINRE_PATH = "\\Recovery\\WindowsRE\\Winre.wim";
    private static final int GPT_STYLE = 0;
    private static final int MBR_STYLE = 1;

    private final Layout layout;
    private final boolean uefi;
    private final HiveKey root = HiveKey.root("NewStoreRoot");
    private final String loader;
    private final String resume;
    private final String recovery;
    private final UUID recoveryOptions;

    private BootStore(Layout layout, long seed) {
        this.layout = layout;
        this.uefi = layout.style() == StandInSpec.Style.UEFI_GPT;
        SplittableRandom random = new SplittableRandom(seed ^ 0xBCD);
        this.loader = braces(Guids.random(random));
        this.resume = braces(Guids.random(random));
        this.recovery = braces(Guids.random(random));
        this.recoveryOptions = Guids.random(random);
    }

    static byte[] generate(Layout layout, long seed) {
        return new BootStore(layout, seed).bytes();
    }

    private byte[] bytes() {
        root.at("Description")
                .string("KeyName", "BCD00000000")
                .number("System", 1)
                .number("TreatAsSystem", 1);
        bootManager();
        windowsLoader();
        resumeFromHibernation();
        memoryTest();
        recoveryEnvironment();
        return HiveWriter.write(root);
    }

    private void bootManager() {
        object(BOOTMGR, 0x1010_0002);
        element(BOOTMGR, "11000001").binary("Element", partitionDevice(Layout.Role.BOOT));
        if (uefi) {
            element(BOOTMGR, "12000002").string("Element", "\\EFI\\Microsoft\\Boot\\bootmgfw.efi");
        }
        element(BOOTMGR, "12000004").string("Element", "Windows Boot Manager");
        element(BOOTMGR, "12000005").string("Element", "en-US");
        element(BOOTMGR, "14000006").strings("Element", GLOBAL_SETTINGS);
        element(BOOTMGR, "23000003").string("Element", loader);
        element(BOOTMGR, "23000006").string("Element", resume);
        element(BOOTMGR, "24000001").strings("Element", loader);
        element(BOOTMGR, "24000010").strings("Element", MEMORY_TEST);
        element(BOOTMGR, "25000004").binary("Element", int64(30));
    }

    private void windowsLoader() {
        object(loader, 0x1020_0003);
        element(loader, "11000001").binary("Element", partitionDevice(Layout.Role.WINDOWS));
        element(loader, "12000002").string("Element", "\\Windows\\system32\\winload" + suffix());
        element(loader, "12000004").string("Element", "Windows 11");
        element(loader, "12000005").string("Element", "en-US");
        element(loader, "14000006").strings("Element", LOADER_SETTINGS);
        element(loader, "14000008").strings("Element", recovery);
        element(loader, "16000009").binary("Element", new byte[] {1});
        element(loader, "21000001").binary("Element", partitionDevice(Layout.Role.WINDOWS));
        element(loader, "22000002").string("Element", "\\Windows");
        element(loader, "23000003").string("Element", resume);
        element(loader, "25000020").binary("Element", int64(0));
        element(loader, "250000c2").binary("Element", int64(1));
    }

    private void resumeFromHibernation() {
        object(resume, 0x1020_0004);
        element(resume, "11000001").binary("Element", partitionDevice(Layout.Role.WINDOWS));
        element(resume, "12000002").string("Element", "\\Windows\\system32\\winresume" + suffix());
        element(resume, "12000004").string("Element", "Windows Resume Application");
        element(resume, "21000026").binary("Element", partitionDevice(Layout.Role.WINDOWS));
        element(resume, "22000002").string("Element", "\\hiberfil.sys");
    }

    private void memoryTest() {
        object(MEMORY_TEST, 0x1020_0005);
        element(MEMORY_TEST, "11000001").binary("Element", partitionDevice(Layout.Role.BOOT));
        element(MEMORY_TEST, "12000002")
                .string("Element", uefi ? "\\EFI\\Microsoft\\Boot\\memtest.efi" : "\\boot\\memtest.exe");
        element(MEMORY_TEST, "12000004").string("Element", "Windows Memory Diagnostic");
    }

    private void recoveryEnvironment() {
        String options = braces(recoveryOptions);
        object(options, 0x3000_0000);
        element(options, "12000004").string("Element", "Windows Recovery");
        element(options, "31000003").binary("Element", partitionDevice(Layout.Role.RECOVERY));
        element(options, "32000004").string("Element", "\\Recovery\\WindowsRE\\boot.sdi");
        object(recovery, 0x1020_0003);
        element(recovery, "11000001").binary("Element", ramDiskDevice());
        element(recovery, "12000002").string("Element", "\\windows\\system32\\winload" + suffix());
        element(recovery, "12000004").string("Element", "Windows Recovery Environment");
        element(recovery, "21000001").binary("Element", ramDiskDevice());
        element(recovery, "22000002").string("Element", "\\windows");
        element(recovery, "26000022").binary("Element", new byte[] {1});
    }

    private String suffix() {
        return uefi ? ".efi" : ".exe";
    }

    private void object(String id, int type) {
        root.at("Objects\\" + id + "\\Description").number("Type", type);
    }

    private HiveKey element(String id, String element) {
        return root.at("Objects\\" + id + "\\Elements\\" + element);
    }

    /** A "qualified partition" device: 88 bytes. */
    private byte[] partitionDevice(Layout.Role role) {
        ByteBuffer bytes = ByteBuffer.allocate(88).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[16]);
        putPartition(bytes, role);
        return bytes.array();
    }

    private void putPartition(ByteBuffer bytes, Layout.Role role) {
        Layout.Partition partition = layout.partition(role);
        bytes.putInt(6).putInt(0).putInt(0x48).putInt(0);
        if (uefi) {
            bytes.put(Guids.bytes(partition.guid()));
            bytes.putInt(0).putInt(GPT_STYLE).put(Guids.bytes(layout.diskGuid()));
        } else {
            bytes.putLong(partition.startBytes()).putLong(0);
            bytes.putInt(0).putInt(MBR_STYLE).putInt(layout.diskSignature()).put(new byte[12]);
        }
        bytes.put(new byte[16]);
    }

    /** A RAM disk filled from a file of the Recovery partition. */
    private byte[] ramDiskDevice() {
        byte[] path = (WINRE_PATH + "\0").getBytes(StandardCharsets.UTF_16LE);
        int length = 0x44 + 0x48 + path.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(Guids.bytes(recoveryOptions));
        bytes.putInt(0).putInt(1).putInt(length - 16).putInt(0);
        bytes.putInt(3).putInt(0).putInt(0).putInt(0).putInt(0).putInt(0);
        bytes.putInt(1).putInt(length - 0x38).putInt(5);
        putPartition(bytes, Layout.Role.RECOVERY);
        bytes.put(path);
        return bytes.array();
    }

    private static byte[] int64(long number) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
    }

    private static String braces(UUID guid) {
        return "{" + guid + "}";
    }
}
