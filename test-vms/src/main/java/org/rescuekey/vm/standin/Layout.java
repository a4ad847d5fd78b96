package org.rescuekey.vm.standin;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Where everything lies on a stand-in's disk, and by which identities it is known. Immutable.
 *
 * @param style the partition table
 * @param diskGuid of the GPT
 * @param diskSignature of the MBR
 * @param partitions in the order of the table
 */
public record Layout(StandInSpec.Style style, UUID diskGuid, int diskSignature, List<Partition> partitions) {
    public static final int SECTOR_BYTES = 512;
    private static final long MIB = 1L << 20;
    private static final long ESP_BYTES = 100 * MIB;
    private static final long MSR_BYTES = 16 * MIB;
    private static final long SYSTEM_RESERVED_BYTES = 100 * MIB;
    private static final long RECOVERY_BYTES = 96 * MIB;

    /** What a partition is for. */
    public enum Role {
        BOOT,
        RESERVED,
        WINDOWS,
        RECOVERY
    }

    /**
     * @param type its GPT type GUID or its MBR type number, in hexadecimal
     * @param attributes as sfdisk writes them
     */
    public record Partition(
            Role role, long startBytes, long lengthBytes, UUID guid, String type, String name, String attributes) {
        public long startSector() {
            return startBytes / SECTOR_BYTES;
        }

        public long sectorCount() {
            return lengthBytes / SECTOR_BYTES;
        }

        public long endBytes() {
            return startBytes + lengthBytes;
        }
    }

    /** The layout of this stand-in: as Windows setup makes it, Recovery behind C:. */
    public static Layout of(StandInSpec spec) {
        SplittableRandom random = new SplittableRandom(spec.seed());
        UUID disk = Guids.random(random);
        int signature = random.nextInt(1, Integer.MAX_VALUE);
        boolean gpt = spec.style() == StandInSpec.Style.UEFI_GPT;
        long recoveryStart = (spec.diskBytes() - MIB) / MIB * MIB - RECOVERY_BYTES;
        List<Partition> partitions = gpt ? gptPartitions(random, recoveryStart) : mbrPartitions(random, recoveryStart);
        return new Layout(spec.style(), disk, signature, partitions);
    }

    private static List<Partition> gptPartitions(SplittableRandom random, long recoveryStart) {
        Partition boot = new Partition(
                Role.BOOT,
                MIB,
                ESP_BYTES,
                Guids.random(random),
                "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
                "EFI system partition",
                "GUID:63");
        Partition reserved = new Partition(
                Role.RESERVED,
                boot.endBytes(),
                MSR_BYTES,
                Guids.random(random),
                "E3C9E316-0B5C-4DB8-817D-F92DF00215AE",
                "Microsoft reserved partition",
                "GUID:63");
        Partition windows = new Partition(
                Role.WINDOWS,
                reserved.endBytes(),
                recoveryStart - reserved.endBytes(),
                Guids.random(random),
                "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
                "Basic data partition",
                "");
        Partition recovery = new Partition(
                Role.RECOVERY,
                recoveryStart,
                RECOVERY_BYTES,
                Guids.random(random),
                "DE94BBA4-06D1-4D40-A16A-BFD50179D6AC",
                "",
                "RequiredPartition GUID:63");
        return List.of(boot, reserved, windows, recovery);
    }

    private static List<Partition> mbrPartitions(SplittableRandom random, long recoveryStart) {
        Partition boot =
                new Partition(Role.BOOT, MIB, SYSTEM_RESERVED_BYTES, Guids.random(random), "7", "System Reserved", "");
        Partition windows = new Partition(
                Role.WINDOWS,
                boot.endBytes(),
                recoveryStart - boot.endBytes(),
                Guids.random(random),
                "7",
                "Windows",
                "");
        Partition recovery =
                new Partition(Role.RECOVERY, recoveryStart, RECOVERY_BYTES, Guids.random(random), "27", "Recovery", "");
        return List.of(boot, windows, recovery);
    }

    public Partition partition(Role role) {
        return partitions.stream()
                .filter(p -> p.role() == role)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such partition: " + role));
    }

    /** The table as input for sfdisk. */
    String sfdiskScript() {
        return switch (style) {
            case UEFI_GPT ->
                "label: gpt\nlabel-id: " + upper(diskGuid) + "\n"
                        + partitions.stream().map(Layout::gptLine).collect(Collectors.joining());
            case BIOS_MBR ->
                "label: dos\nlabel-id: 0x%08x%n".formatted(diskSignature)
                        + partitions.stream().map(Layout::mbrLine).collect(Collectors.joining());
        };
    }

    private static String gptLine(Partition p) {
        return "start=%d, size=%d, type=%s, uuid=%s, name=\"%s\"%s\n"
                .formatted(
                        p.startSector(),
                        p.sectorCount(),
                        p.type(),
                        upper(p.guid()),
                        p.name(),
                        p.attributes().isEmpty() ? "" : ", attrs=\"" + p.attributes() + "\"");
    }

    private static String mbrLine(Partition p) {
        return "start=%d, size=%d, type=%s%s\n"
                .formatted(p.startSector(), p.sectorCount(), p.type(), p.role() == Role.BOOT ? ", bootable" : "");
    }

    private static String upper(UUID guid) {
        return guid.toString().toUpperCase(Locale.ROOT);
    }
}
