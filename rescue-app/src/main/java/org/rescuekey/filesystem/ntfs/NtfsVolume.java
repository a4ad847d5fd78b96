package org.rescuekey.filesystem.ntfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.TreeFiles;
import org.rescuekey.filesystem.files.VolumeFiles;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.ExtentSet;

/**
 * A volume with NTFS. Its geometry is known once it is open; each of the other questions reads the volume and throws
 * MalformedDataException for itself where that part is damaged. Not for several threads.
 */
public final class NtfsVolume {
    private static final int LOG_RECORD = 2;
    private static final int VOLUME_RECORD = 3;
    private static final long ROOM_BYTES = 8 << 20;

    private final BlockDevice volume;
    private final NtfsBootSector boot;
    private @Nullable Mft mft;

    private NtfsVolume(BlockDevice volume, NtfsBootSector boot) {
        this.volume = volume;
        this.boot = boot;
    }

    /** Tells whether 512 little-endian bytes bear the mark of an NTFS boot sector. */
    public static boolean isOne(ByteBuffer sector) {
        return NtfsBootSector.isOne(sector);
    }

    public static NtfsVolume open(BlockDevice volume) throws RescueException {
        ByteBuffer sector = Reads.at(volume, 0, NtfsBootSector.SIZE_BYTES, "NTFS boot sector");
        return new NtfsVolume(volume, NtfsBootSector.parse(sector));
    }

    /** Sixteen hexadecimal digits. */
    public String serial() {
        return boot.serialText();
    }

    public long clusterBytes() {
        return boot.clusterBytes();
    }

    /** The size without the last sector, which holds the copy of the boot sector. */
    public long sizeBytes() {
        return boot.sizeBytes();
    }

    public String label() throws RescueException {
        ByteBuffer name = volumeAttribute(Attribute.VOLUME_NAME).orElse(ByteBuffer.allocate(0));
        return StandardCharsets.UTF_16LE.decode(name).toString();
    }

    /** Tells whether it was not closed properly, has errors, or is in the middle of a check. */
    public boolean isDirty() throws RescueException {
        return information().isDirty();
    }

    /** Tells whether its log is to get another size when Windows uses it next. */
    public boolean isResizePending() throws RescueException {
        return information().isResizePending();
    }

    /** Tells whether Windows left something in its log that still has to be carried out. */
    public LogState logState() throws RescueException {
        Content log = mft().content(mft().record(LOG_RECORD), Attribute.DATA, "", "$LogFile")
                .orElseThrow(() -> new MalformedDataException("$LogFile", 0, "content", "none"));
        return LogFile.state(log);
    }

    /**
     * Tells whether a hibernated Windows will go on where it was, as it also does after Fast Startup. A file for
     * hibernation that is too short to hold an image belongs to a Windows on another volume and counts as well.
     */
    public boolean isHibernated() throws RescueException {
        Optional<FileRecord> file = new RootDirectory(mft()).find(HibernationFile.NAME);
        return HibernationFile.state(mft(), file) == HibernationFile.State.PENDING;
    }

    /**
     * Why its bitmap cannot be relied on, as a sentence; empty if it can. What a journal still holds, or a hibernated
     * Windows keeps in memory, may use clusters that the bitmap says are free.
     */
    public String reasonForRaw() throws RescueException {
        if (isHibernated()) {
            return "Its system is hibernated or was shut down with Fast Startup, so what it says is free may be in use.";
        }
        String reason = logState().reasonForRaw();
        return reason.isEmpty() ? information().reasonForRaw() : reason;
    }

    /**
     * The bytes in use, up to the end of the device. Meaningful only if there is no {@link #reasonForRaw()}.
     *
     * @param leaveOut whether to name the files whose content nobody needs
     * @throws MalformedDataException if the volume exceeds its device, or one of its own files is damaged
     */
    public NtfsMap map(boolean leaveOut) throws RescueException {
        checkSize();
        return new NtfsUsedMap(volume, boot, mft()).build(leaveOut);
    }

    /** The bytes of the clusters that $Bitmap marks, which is what Windows shows. No capture may rest on it alone. */
    public long markedBytes() throws RescueException {
        checkSize();
        return new NtfsUsedMap(volume, boot, mft()).fromBitmap().totalBytes();
    }

    /** Tells which files and structures some bytes belong to, as far as that can be read. */
    public Owners owners(ExtentSet bytes, SearchWatch watch) throws RescueException {
        return new NtfsHits(boot, bytes).find(NtfsFiles.open(volume), watch);
    }

    /**
     * An estimate of the smallest size that it can be given: what $Bitmap marks and some room, for the parts of the $MFT and of the
     * bitmap that have to be written anew. Meaningful only if there is no {@link #reasonForRaw()}.
     */
    public long leastBytes() throws RescueException {
        long marked = markedBytes();
        return marked + marked / 64 + ROOM_BYTES;
    }

    /** Its files, by path. */
    public VolumeFiles files() throws RescueException {
        checkSize();
        return new TreeFiles<>(new NtfsTree(volume, NtfsFiles.open(volume)));
    }

    private void checkSize() throws MalformedDataException {
        if (boot.sizeBytes() > volume.sizeBytes()) {
            throw new MalformedDataException(
                    "NTFS boot sector",
                    40,
                    "a volume of at most " + ByteCount.of(volume.sizeBytes()).exact(),
                    ByteCount.of(boot.sizeBytes()).exact());
        }
    }

    private VolumeInformation information() throws RescueException {
        return VolumeInformation.parse(
                volumeAttribute(Attribute.VOLUME_INFORMATION).orElse(ByteBuffer.allocate(0)));
    }

    private Optional<ByteBuffer> volumeAttribute(int type) throws RescueException {
        return mft().attributes(mft().record(VOLUME_RECORD)).stream()
                .filter(attribute -> attribute.is(type, "") && attribute.resident())
                .findFirst()
                .map(Attribute::value);
    }

    /** Opened when it is asked for first: the geometry is known even if it is damaged. */
    private Mft mft() throws RescueException {
        Mft opened = mft;
        if (opened == null) {
            opened = Mft.open(volume, boot);
            mft = opened;
        }
        return opened;
    }
}
