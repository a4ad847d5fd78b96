package org.rescuekey.filesystem.lvm;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * A physical volume of LVM2. What is read of its volume group is what stands on this device; the others of the group
 * are not looked at. Immutable.
 */
public final class LvmVolume {
    private static final int[] UUID_GROUPS = {6, 4, 4, 4, 4, 4, 6};

    private final BlockDevice volume;
    private final LvmHeader header;
    private final LvmGroup group;

    private LvmVolume(BlockDevice volume, LvmHeader header, LvmGroup group) {
        this.volume = volume;
        this.header = header;
        this.group = group;
    }

    /** The identity of a physical volume whose label stands in one of its first sectors. */
    public static String uuid(BlockDevice volume) throws RescueException {
        return hyphenated(LvmHeader.read(volume).uuid());
    }

    /** Opens a physical volume and reads what it says of its volume group. */
    public static LvmVolume open(BlockDevice volume) throws RescueException {
        LvmHeader header = LvmHeader.read(volume);
        String text = "";
        String reason = header.metadataAreas().isEmpty() ? elsewhere() : "";
        for (Extent area : header.metadataAreas()) {
            LvmMetadata metadata = LvmMetadata.read(volume, area);
            if (metadata.ignored() || metadata.text().isEmpty()) {
                reason = elsewhere();
            } else if (metadata.pending()) {
                reason = "A change of its volume group was begun and not finished.";
            } else if (!text.isEmpty() && !text.equals(metadata.text())) {
                reason = "Its metadata areas describe its volume group in different ways.";
            }
            text = metadata.text();
        }
        LvmGroup group = reason.isEmpty()
                ? LvmGroup.parse(text, hyphenated(header.uuid()), header)
                : new LvmGroup("", 0, new Extent(0, header.sizeBytes()), List.of(), reason);
        return new LvmVolume(volume, header, group).checked();
    }

    /** The name of its volume group; empty if it is not known from here. */
    public String groupName() {
        return group.name();
    }

    public long extentBytes() {
        return group.extentBytes();
    }

    public long sizeBytes() {
        return header.sizeBytes();
    }

    /** Why what its volume group does not name may be in use, as a sentence; empty if it is free. */
    public String reasonForRaw() {
        return group.reasonForRaw();
    }

    /** The logical volumes that have a part here; none of them overlap. */
    public List<LogicalVolume> logicalVolumes() {
        return group.logicalVolumes();
    }

    /** All in use that belongs to no logical volume: what lies before the first and behind the last extent. */
    public ExtentSet ownExtents() {
        ExtentSet.Builder own = ExtentSet.builder();
        own.add(0, group.extents().start());
        List<Extent> areas = new ArrayList<>(header.metadataAreas());
        areas.addAll(header.loaderAreas());
        areas.stream().sorted().forEach(own::add);
        own.add(group.extents().end(), volume.sizeBytes());
        return own.build();
    }

    private LvmVolume checked() throws MalformedDataException {
        int sector = volume.logicalSector().bytes();
        for (LogicalVolume each : group.logicalVolumes()) {
            for (Extent piece : each.pieces()) {
                if (piece.start() % sector != 0 || piece.length() % sector != 0) {
                    throw LvmFields.malformed("extents of whole sectors of " + sector + " bytes", piece.toString());
                }
            }
        }
        return this;
    }

    private static String elsewhere() {
        return "What its volume group holds is not described on this device.";
    }

    private static String hyphenated(String uuid) {
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (int length : UUID_GROUPS) {
            text.append(start == 0 ? "" : "-").append(uuid, start, start + length);
            start += length;
        }
        return text.toString();
    }
}
