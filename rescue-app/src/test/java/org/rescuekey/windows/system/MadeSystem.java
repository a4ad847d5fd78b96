package org.rescuekey.windows.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.rescuekey.partition.gpt.Guids;
import org.rescuekey.windows.hive.HiveMaker;
import org.rescuekey.windows.hive.MadeKey;

/** SYSTEM hives of machines with GPT and MBR disks, and drivers in every state. */
public final class MadeSystem {
    static final UUID PARTITION = UUID.fromString("1581cea0-12ee-4d7d-8967-a2b73024aae2");
    static final UUID VOLUME = UUID.fromString("0a0b0c0d-0000-11ed-8c7c-de4e190a0ee1");
    static final int SIGNATURE = 0xA1B2_C3D4;

    private MadeSystem() {}

    static byte[] gpt(UUID partition) {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        data.put("DMIO:ID:".getBytes(StandardCharsets.US_ASCII));
        Guids.put(data, 8, partition);
        return data.array();
    }

    static byte[] mbr(int signature, long offsetBytes) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(signature)
                .putLong(offsetBytes)
                .array();
    }

    public static byte[] hive() {
        MadeKey root = MadeKey.root();
        root.at("Select").number("Current", 2).number("Default", 2).number("LastKnownGood", 1);
        MadeKey mounted = root.at("MountedDevices");
        mounted.binary("\\DosDevices\\C:", gpt(PARTITION));
        mounted.binary("\\??\\Volume{" + VOLUME + "}", gpt(PARTITION));
        mounted.binary("#{" + VOLUME + "}", gpt(PARTITION));
        mounted.binary("\\DosDevices\\E:", gpt(VOLUME));
        mounted.binary("\\DosDevices\\F:", mbr(SIGNATURE, 1 << 20));
        mounted.binary("\\??\\Volume{aaaaaaaa-0000-11ed-8c7c-de4e190a0ee1}", mbr(SIGNATURE, 1 << 20));
        mounted.binary("\\DosDevices\\G:", mbr(SIGNATURE, 2 << 20));
        mounted.binary("\\DosDevices\\D:", "\\??\\SCSI#CdRom&Ven_X#4&1".getBytes(StandardCharsets.UTF_16LE));
        byte[] otherMark = gpt(PARTITION);
        otherMark[0] = 'X';
        mounted.binary("\\DosDevices\\H:", otherMark);
        mounted.value("\\DosDevices\\I:", 1, gpt(PARTITION));
        root.at("Other").binary("\\DosDevices\\C:", gpt(PARTITION));
        drivers(root.at("ControlSet001\\Services"));
        drivers(root.at("ControlSet002\\Services"));
        root.at("ControlSet00x\\Services\\stornvme").number("Start", 3);
        return HiveMaker.write(root);
    }

    private static void drivers(MadeKey services) {
        services.at("stornvme").number("Start", 3).string("ImagePath", "System32\\drivers\\stornvme.sys");
        services.at("stornvme\\StartOverride").number("0", 3);
        services.at("storahci").number("Start", 0).string("ImagePath", "\\SystemRoot\\System32\\drivers\\storahci.sys");
        services.at("pciide").number("Start", 3);
        services.at("intelide").number("Start", 4);
        services.at("iaStorVD").number("Start", 3).string("ImagePath", "System32\\drivers\\iaStorVD.sys");
        services.at("vmd").number("Start", 0);
        services.at("atapi").string("Start", "three");
        services.at("Tcpip").number("Start", 3);
    }
}
