package org.rescuekey.filesystem.files;

import org.rescuekey.units.Extent;

/**
 * A part of a file's content that stands on the volume as it is, in one piece.
 *
 * @param fileOffsetBytes where it starts in the content
 * @param volumeOffsetBytes where it starts on the volume
 * @param lengthBytes at least 1
 */
public record FileRun(long fileOffsetBytes, long volumeOffsetBytes, long lengthBytes) {
    public FileRun {
        if (fileOffsetBytes < 0 || volumeOffsetBytes < 0 || lengthBytes <= 0) {
            throw new IllegalArgumentException(
                    "no run: " + lengthBytes + " of " + fileOffsetBytes + " at " + volumeOffsetBytes);
        }
        Math.addExact(fileOffsetBytes, lengthBytes);
        Math.addExact(volumeOffsetBytes, lengthBytes);
    }

    /** The offset in the content after its last byte. */
    public long fileEndBytes() {
        return fileOffsetBytes + lengthBytes;
    }

    /** Its bytes on the volume. */
    public Extent extent() {
        return new Extent(volumeOffsetBytes, lengthBytes);
    }

    /** Tells whether another one goes on where this one ends, in the content and on the volume. */
    public boolean isFollowedBy(FileRun next) {
        return fileEndBytes() == next.fileOffsetBytes && volumeOffsetBytes + lengthBytes == next.volumeOffsetBytes;
    }

    /** One run of this one and the one that goes on where it ends. */
    public FileRun with(FileRun next) {
        return new FileRun(fileOffsetBytes, volumeOffsetBytes, lengthBytes + next.lengthBytes);
    }
}
