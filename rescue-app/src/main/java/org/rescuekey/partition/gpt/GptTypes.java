package org.rescuekey.partition.gpt;

import static java.util.Map.entry;

import java.util.Map;
import java.util.UUID;

/** The types of GPT partitions that people meet, in words. */
public final class GptTypes {
    public static final UUID EFI_SYSTEM = UUID.fromString("C12A7328-F81F-11D2-BA4B-00A0C93EC93B");
    public static final UUID MICROSOFT_RESERVED = UUID.fromString("E3C9E316-0B5C-4DB8-817D-F92DF00215AE");
    public static final UUID MICROSOFT_BASIC_DATA = UUID.fromString("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7");
    public static final UUID WINDOWS_RECOVERY = UUID.fromString("DE94BBA4-06D1-4D40-A16A-BFD50179D6AC");
    public static final UUID LINUX_FILE_SYSTEM = UUID.fromString("0FC63DAF-8483-4772-8E79-3D69D8477DE4");
    public static final UUID DYNAMIC_METADATA = UUID.fromString("5808C8AA-7E8F-42E0-85D2-E1E90434CFB3");
    public static final UUID DYNAMIC_DATA = UUID.fromString("AF9B60A0-1431-4F62-BC68-3311714A69AD");
    public static final UUID STORAGE_SPACES = UUID.fromString("E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D");
    public static final UUID BIOS_BOOT = UUID.fromString("21686148-6449-6E6F-744E-656564454649");

    private static final Map<UUID, String> NAMES = Map.ofEntries(
            entry(EFI_SYSTEM, "EFI system"),
            entry(MICROSOFT_RESERVED, "Microsoft reserved"),
            entry(MICROSOFT_BASIC_DATA, "Microsoft basic data"),
            entry(WINDOWS_RECOVERY, "Windows recovery"),
            entry(LINUX_FILE_SYSTEM, "Linux file system"),
            entry(DYNAMIC_METADATA, "Windows dynamic disk, metadata"),
            entry(DYNAMIC_DATA, "Windows dynamic disk, data"),
            entry(STORAGE_SPACES, "Microsoft Storage Spaces"),
            entry(BIOS_BOOT, "BIOS boot"),
            entry(UUID.fromString("0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"), "Linux swap"),
            entry(UUID.fromString("A19D880F-05FC-4D3B-A006-743F0F84911E"), "Linux RAID"),
            entry(UUID.fromString("E6D6D379-F507-44C2-A23C-238F2A3DF928"), "Linux LVM"),
            entry(UUID.fromString("933AC7E1-2EB4-4F13-B844-0E14E2AEF915"), "Linux home"),
            entry(UUID.fromString("3B8F8425-20E0-4F3B-907F-1A25A76F98E8"), "Linux server data"),
            entry(UUID.fromString("4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"), "Linux root (x86-64)"),
            entry(UUID.fromString("44479540-F297-41B2-9AF7-D131D5F0458A"), "Linux root (x86)"),
            entry(UUID.fromString("B921B045-1DF0-41C3-AF44-4C6F280D3FAE"), "Linux root (ARM 64)"),
            entry(UUID.fromString("BC13C2FF-59E6-4262-A352-B275FD6F7172"), "Linux extended boot"),
            entry(UUID.fromString("CA7D7CCB-63ED-4C53-861C-1742536059CC"), "LUKS"),
            entry(UUID.fromString("48465300-0000-11AA-AA11-00306543ECAC"), "Apple HFS+"),
            entry(UUID.fromString("7C3457EF-0000-11AA-AA11-00306543ECAC"), "Apple APFS"),
            entry(UUID.fromString("426F6F74-0000-11AA-AA11-00306543ECAC"), "Apple boot"),
            entry(UUID.fromString("516E7CB6-6ECF-11D6-8FF8-00022D09712B"), "FreeBSD UFS"),
            entry(UUID.fromString("516E7CBA-6ECF-11D6-8FF8-00022D09712B"), "FreeBSD ZFS"),
            entry(UUID.fromString("6A898CC3-1DD2-11B2-99A6-080020736631"), "ZFS"),
            entry(UUID.fromString("024DEE41-33E7-11D3-9D69-0008C781F39F"), "MBR inside GPT"));

    private GptTypes() {}

    /** The type in words, or "unknown". */
    public static String nameOf(UUID typeGuid) {
        return NAMES.getOrDefault(typeGuid, "unknown");
    }
}
