package org.rescuekey.vm.standin;

import java.io.IOException;
import java.util.zip.CRC32;

/**
 * The content of a stand-in's volumes: what the boot follows (loader, marker, hives), and beside it what makes
 * a volume realistic: many small files, hard links, named streams, a sparse file, a page file. Nothing of
 * it is Microsoft's. One thread.
 */
final class WindowsFiles {
    private static final int MIB = 1 << 20;
    private static final String[] FOLDERS = {
        "Windows/System32",
        "Windows/System32/drivers",
        "Windows/System32/DriverStore/FileRepository",
        "Windows/WinSxS/Manifests",
        "Windows/Logs/CBS",
        "Windows/Fonts",
        "Program Files/Common Files",
        "Program Files/Example Office",
        "ProgramData/Package Cache",
        "Users/Public/Documents",
        "Users/Owner/Documents",
        "Users/Owner/Pictures",
        "Users/Owner/AppData/Local/Temp",
    };

    private final StandInSpec spec;
    private final Layout layout;
    private final boolean uefi;

    WindowsFiles(StandInSpec spec, Layout layout) {
        this.spec = spec;
        this.layout = layout;
        this.uefi = spec.style() == StandInSpec.Style.UEFI_GPT;
    }

    /** The partition the firmware starts from: the ESP, or the active partition. */
    void writeBoot(VolumeWriter writer, byte[] bootManager) throws IOException {
        byte[] store = BootStore.generate(layout, spec.seed());
        if (uefi) {
            writer.put("EFI/Microsoft/Boot/bootmgfw.efi", bootManager);
            writer.put("EFI/Boot/bootx64.efi", bootManager);
            writer.put("EFI/Microsoft/Boot/BCD", store);
            writer.put("EFI/Microsoft/Boot/memtest.efi", writer.mixed(200_000));
        } else {
            writer.put("bootmgr", bootManager);
            writer.put("Boot/BCD", store);
            writer.put("Boot/memtest.exe", writer.mixed(200_000));
        }
        String languages = uefi ? "EFI/Microsoft/Boot/" : "Boot/";
        for (String language : new String[] {"de-DE", "en-US", "fr-FR", "sv-SE"}) {
            writer.put(languages + language + "/bootmgr.mui", writer.mixed(80_000));
        }
    }

    void writeRecovery(VolumeWriter writer) throws IOException {
        writer.put("Recovery/WindowsRE/Winre.wim", writer.incompressible(24 * MIB));
        writer.put("Recovery/WindowsRE/boot.sdi", new byte[3 * MIB]);
        writer.put("Recovery/WindowsRE/ReAgent.xml", reAgent());
    }

    void writeWindows(VolumeWriter writer) throws IOException {
        byte[] loader = writer.mixed(1_700_000);
        writer.put("Windows/System32/winload" + (uefi ? ".efi" : ".exe"), loader);
        writer.put("Windows/System32/winresume" + (uefi ? ".efi" : ".exe"), writer.mixed(1_300_000));
        writer.put("Windows/System32/standin-marker.txt", marker(loader));
        writer.put("Windows/System32/config/SYSTEM", SystemHive.generate(layout));
        writer.put("Windows/System32/config/SOFTWARE", writer.mixed(3 * MIB));
        for (String driver : new String[] {"storahci", "stornvme", "disk", "volmgr"}) {
            writer.put("Windows/System32/drivers/" + driver + ".sys", writer.mixed(120_000));
        }
        writer.put("Windows/System32/Recovery/ReAgent.xml", reAgent());
        writer.put("pagefile.sys", writer.incompressible(32 * MIB));
        writer.put("swapfile.sys", writer.mixed(16 * MIB));
        manySmallFiles(writer);
        largeFiles(writer);
        specialFiles(writer);
        writer.leaveGarbage(160);
    }

    private String marker(byte[] loader) {
        CRC32 crc = new CRC32();
        crc.update(loader);
        return "%08x name=%s layout=%s seed=%d\r\n".formatted(crc.getValue(), spec.name(), spec.style(), spec.seed());
    }

    private void manySmallFiles(VolumeWriter writer) throws IOException {
        for (int i = 0; i < spec.fileCount(); i++) {
            String folder = FOLDERS[i % FOLDERS.length] + "/" + "%02x".formatted(i / FOLDERS.length % 16);
            byte[] content =
                    switch (i % 20) {
                        case 0 -> writer.incompressible(writer.between(8_000, 60_000));
                        case 1, 2 -> writer.mixed(writer.between(10_000, 80_000));
                        case 3 -> new byte[0];
                        default -> writer.text(writer.between(20, 6_000));
                    };
            writer.put(folder + "/File-%05d.dat".formatted(i), content);
        }
    }

    private static void largeFiles(VolumeWriter writer) throws IOException {
        for (int i = 0; i < 6; i++) {
            writer.put(
                    "Users/Owner/Pictures/Photo-%d.raw".formatted(i),
                    writer.incompressible(writer.between(2, 6) * MIB));
            writer.put(
                    "Program Files/Example Office/Module-%d.dll".formatted(i),
                    writer.mixed(writer.between(1, 4) * MIB));
        }
    }

    private static void specialFiles(VolumeWriter writer) throws IOException {
        byte[] shared = writer.mixed(50_000);
        writer.put("Windows/WinSxS/shared.dll", shared);
        for (int i = 0; i < 40; i++) {
            writer.link("Windows/System32/shared-%02d.dll".formatted(i), "Windows/WinSxS/shared.dll", shared);
        }
        writer.put("Users/Owner/Documents/download.txt", writer.text(3_000));
        writer.put("Users/Owner/Documents/download.txt:Zone.Identifier", "[ZoneTransfer]\r\nZoneId=3\r\n");
        writer.put("Users/Owner/Documents/large-stream.txt", "short\r\n");
        writer.put("Users/Owner/Documents/large-stream.txt:data", writer.mixed(300_000));
    }

    /** The recovery environment's place: by disk identity and offset, and so stale when either changes. */
    private String reAgent() {
        Layout.Partition recovery = layout.partition(Layout.Role.RECOVERY);
        String guid = uefi ? layout.diskGuid().toString() : "00000000-0000-0000-0000-000000000000";
        int id = uefi ? 0 : layout.diskSignature();
        return """
                <?xml version='1.0' encoding='utf-8'?>
                <WindowsRE version="2.0">
                  <WinreBCD id="{00000000-0000-0000-0000-000000000000}"/>
                  <WinreLocation path="\\Recovery\\WindowsRE" id="%d" offset="%d" guid="{%s}"/>
                  <ImageLocation path="" id="0" offset="0" guid="{00000000-0000-0000-0000-000000000000}"/>
                  <InstallState state="1"/>
                </WindowsRE>
                """.formatted(id, recovery.startBytes(), guid);
    }
}
