package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/**
 * Looks at what a volume with NTFS begins with, and at the copies of it: the boot sector against the place that the volume has, its copy in
 * the last sector of that place, and the mirror of the first records of the $MFT.
 */
final class BootProof {
    private static final int MIRROR_RECORD = 1;
    private static final int MIRROR_CLUSTER_OFFSET = 56;
    /** Where a record says how many of its bytes are in use. */
    private static final int IN_USE_OFFSET = 0x18;

    /** A mirror may hold more, which nothing relies on. */
    private static final int MIRRORED_RECORDS = 4;

    private final BlockDevice volume;
    private final NtfsBootSector boot;
    private final Mft mft;
    private final NtfsFindings findings;

    BootProof(BlockDevice volume, NtfsBootSector boot, Mft mft, NtfsFindings findings) {
        this.volume = volume;
        this.boot = boot;
        this.mft = mft;
        this.findings = findings;
    }

    void check() throws RescueException {
        ByteBuffer sector = Reads.at(volume, 0, NtfsBootSector.SIZE_BYTES, "NTFS boot sector");
        long behind = volume.sizeBytes() - boot.sizeBytes();
        if (behind < boot.sectorBytes() || behind > Math.max(boot.sectorBytes(), boot.clusterBytes())) {
            findings.add(String.format(
                    Locale.ROOT,
                    "Its boot sector says that it has %d bytes; its place has %d, and may have one sector to one cluster more.",
                    boot.sizeBytes(),
                    volume.sizeBytes()));
        }
        if (boot.sizeBytes() <= volume.sizeBytes() - boot.sectorBytes()) {
            ByteBuffer copy = Reads.at(
                    volume,
                    volume.sizeBytes() - boot.sectorBytes(),
                    NtfsBootSector.SIZE_BYTES,
                    "copy of the boot sector");
            if (!copy.equals(sector)) {
                findings.add("The copy of the boot sector in its last sector is missing or says something else.");
            }
        }
        if (mft.runs().getFirst().firstCluster() != boot.mftCluster()) {
            findings.add("Its boot sector and its $MFT do not agree on where the $MFT starts.");
        }
        try {
            mirror(sector.getLong(MIRROR_CLUSTER_OFFSET));
        } catch (MalformedDataException e) {
            findings.add(e.getMessage() + ".");
        }
    }

    private void mirror(long cluster) throws RescueException {
        Optional<Content> found = mft.content(mft.record(MIRROR_RECORD), Attribute.DATA, "", "$MFTMirr");
        int bytes = MIRRORED_RECORDS * boot.recordBytes();
        if (found.isEmpty() || found.get().isResident() || found.get().sizeBytes() < bytes) {
            findings.add("Its $MFTMirr does not hold the first " + MIRRORED_RECORDS + " records.");
            return;
        }
        Content mirror = found.get();
        if (mirror.runs().getFirst().firstCluster() != cluster) {
            findings.add("Its boot sector and its $MFTMirr do not agree on where the mirror starts.");
        }
        for (int i = 0; i < MIRRORED_RECORDS; i++) {
            ByteBuffer copy = mirror.read((long) i * boot.recordBytes(), boot.recordBytes());
            Fixups.undo(copy, Fixups.FILE_MAGIC, "record " + i + " in $MFTMirr", 0);
            if (!withoutSequence(mft.bytes(i)).equals(withoutSequence(copy))) {
                findings.add("Record " + i + " in $MFTMirr is not the same as in the $MFT.");
            }
        }
    }

    /** The bytes of a record that are in use; how often it was written says nothing. */
    private static ByteBuffer withoutSequence(ByteBuffer record) {
        int inUse = Math.clamp(record.getInt(IN_USE_OFFSET), IN_USE_OFFSET, record.limit());
        return record.putShort(record.getShort(4) & 0xFFFF, (short) 0).slice(0, inUse);
    }
}
