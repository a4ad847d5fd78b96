package org.rescuekey.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.units.SectorSize;

/**
 * A disk as it was found: a whole block device, or a regular file used as one.
 *
 * @param path its present path, such as "/dev/sda"; not an identity
 * @param kernelName the kernel's name, such as "sda"; empty for a file
 * @param model the model, empty where unknown
 * @param serial the serial number, empty where unknown
 * @param wwn the world wide name, empty where unknown
 * @param bus "sata", "nvme", "usb", "virtio", "scsi", "mmc", "loop", "file", ...
 * @param removable its medium can be taken out
 * @param rotational it has spinning platters
 * @param readOnly the kernel refuses writes to it
 * @param sizeBytes the size
 * @param logicalSector the smallest unit that can be addressed
 * @param physicalSector the smallest unit that the device writes at once
 * @param tableKind "gpt" or "mbr", empty where there is no table
 * @param diskIdentity the identity that the table holds (disk GUID or signature), empty where there is none
 * @param tableSha256 {@link TableHash} of the table, empty where it could not be read
 * @param partitions in the order of their numbers
 * @param wholeDiskVolume the volume on a disk without a table
 * @param holders what of the running system uses the whole disk, in words, such as "dm-0" or "swap"
 * @param mounts where the whole disk is mounted
 * @param bootMedium the running system was started from it
 * @param findings in words, what is wrong or could not be read
 */
public record DiskInfo(
        String path,
        String kernelName,
        String model,
        String serial,
        String wwn,
        String bus,
        boolean removable,
        boolean rotational,
        boolean readOnly,
        long sizeBytes,
        SectorSize logicalSector,
        SectorSize physicalSector,
        Optional<String> tableKind,
        String diskIdentity,
        String tableSha256,
        List<PartitionInfo> partitions,
        Optional<VolumeInfo> wholeDiskVolume,
        List<String> holders,
        List<Mount> mounts,
        boolean bootMedium,
        List<String> findings) {
    public DiskInfo {
        partitions = List.copyOf(partitions);
        holders = List.copyOf(holders);
        mounts = List.copyOf(mounts);
        findings = List.copyOf(findings);
    }

    /** In words why nothing may be written to this disk now; empty where nothing of the running system uses it. */
    public Optional<String> inUseReason() {
        List<String> reasons = new ArrayList<>();
        if (bootMedium) {
            reasons.add("the running system was started from it");
        }
        reasons.addAll(uses("", mounts, holders));
        for (PartitionInfo partition : partitions) {
            String subject = "partition " + partition.number() + " is ";
            reasons.addAll(uses(subject, partition.mounts(), partition.holders()));
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    /** What a person knows the disk by: model, size as printed on it, serial. */
    public String label() {
        List<String> parts = new ArrayList<>();
        parts.add(model.isEmpty() ? path : model);
        parts.add(decimalSize(sizeBytes));
        if (!serial.isEmpty()) {
            parts.add("serial " + serial);
        }
        return String.join(", ", parts);
    }

    /** What tells this disk, in its present state, from every other. */
    public DiskFingerprint fingerprint() {
        return new DiskFingerprint(serial, wwn, sizeBytes, logicalSector.bytes(), tableSha256);
    }

    /** One line with everything that identifies the disk, for plans, confirmations and logs. */
    public String identityText() {
        return fingerprint().text();
    }

    public DiskInfo withPartitions(List<PartitionInfo> others) {
        return new DiskInfo(
                path,
                kernelName,
                model,
                serial,
                wwn,
                bus,
                removable,
                rotational,
                readOnly,
                sizeBytes,
                logicalSector,
                physicalSector,
                tableKind,
                diskIdentity,
                tableSha256,
                others,
                wholeDiskVolume,
                holders,
                mounts,
                bootMedium,
                findings);
    }

    private static List<String> uses(String subject, List<Mount> mounts, List<String> holders) {
        Stream<String> mounted = mounts.stream().map(mount -> subject + "mounted at " + mount.mountPoint());
        Stream<String> held = holders.stream().map(holder -> subject + heldBy(holder));
        return Stream.concat(mounted, held).toList();
    }

    private static String heldBy(String holder) {
        return holder.equals("swap") ? "in use as swap" : "held by " + holder;
    }

    /** Disks are sold in powers of ten. */
    private static String decimalSize(long sizeBytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        double value = sizeBytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? sizeBytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
