package org.rescuekey.vm.standin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.rescuekey.vm.hive.HiveKey;
import org.rescuekey.vm.hive.HiveWriter;

/**
 * Generates the SYSTEM hive of a stand-in, as far as moving a disk touches it: which control set is current,
 * which partition has which letter, and when the storage drivers start. Pure.
 */
final class SystemHive {
    private static final int START_BOOT = 0;
    private static final int START_DEMAND = 3;

    private SystemHive() {}

    static byte[] generate(Layout layout) {
        HiveKey root = HiveKey.root("ROOT");
        root.at("Select")
                .number("Current", 1)
                .number("Default", 1)
                .number("Failed", 0)
                .number("LastKnownGood", 1);
        HiveKey mounted = root.at("MountedDevices");
        byte[] windows = mountedDevice(layout, layout.partition(Layout.Role.WINDOWS));
        mounted.binary("\\DosDevices\\C:", windows);
        for (Layout.Partition partition : layout.partitions()) {
            if (partition.role() != Layout.Role.RESERVED) {
                mounted.binary("\\??\\Volume{" + partition.guid() + "}", mountedDevice(layout, partition));
            }
        }
        HiveKey services = root.at("ControlSet001\\Services");
        Map.of("storahci", START_BOOT, "stornvme", START_DEMAND, "disk", START_BOOT, "volmgr", START_BOOT)
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(driver -> service(services, driver.getKey(), driver.getValue()));
        services.at("stornvme\\StartOverride").number("0", START_DEMAND);
        root.at("ControlSet001\\Control\\ComputerName\\ComputerName").string("ComputerName", "STANDIN");
        root.at("Setup").number("SystemSetupInProgress", 0).string("SystemPartition", "\\Device\\HarddiskVolume1");
        return HiveWriter.write(root);
    }

    private static void service(HiveKey services, String name, int start) {
        services.at(name)
                .number("Type", 1)
                .number("Start", start)
                .number("ErrorControl", 3)
                .string("Group", "SCSI miniport")
                .string("ImagePath", "System32\\drivers\\" + name + ".sys");
    }

    /** GPT: a fixed word and the partition's GUID; MBR: the disk's signature and the offset in bytes. */
    private static byte[] mountedDevice(Layout layout, Layout.Partition partition) {
        return switch (layout.style()) {
            case UEFI_GPT ->
                ByteBuffer.allocate(24)
                        .put("DMIO:ID:".getBytes(StandardCharsets.US_ASCII))
                        .put(Guids.bytes(partition.guid()))
                        .array();
            case BIOS_MBR ->
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(layout.diskSignature())
                        .putLong(partition.startBytes())
                        .array();
        };
    }
}
