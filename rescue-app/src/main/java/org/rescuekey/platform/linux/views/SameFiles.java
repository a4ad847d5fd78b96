package org.rescuekey.platform.linux.views;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.files.VolumeFiles;

/** Compares all files of two volumes by name and content, through our own readers of file systems. Stateless. */
final class SameFiles {
    private static final int NAMES_LIMIT = 100_000;
    private static final int READ_BYTES = 1 << 20;

    private SameFiles() {}

    /** Tells whether a volume's root directory is known to be empty. */
    static boolean isEmpty(BlockDevice volume) throws RescueException {
        return names(volume, files(volume), "/").isEmpty();
    }

    /**
     * Compares them.
     *
     * @throws RefusedException if there is too much, or the first one is damaged
     * @throws IntegrityException naming the first difference
     */
    static void check(BlockDevice expected, BlockDevice actual) throws RescueException {
        VolumeFiles here = files(expected);
        VolumeFiles there = files(actual);
        Deque<String> folders = new ArrayDeque<>(List.of(""));
        int count = 0;
        while (!folders.isEmpty()) {
            String folder = folders.pop();
            Set<DirectoryListing.Name> names = names(expected, here, folder + "/");
            if (!names.equals(names(actual, there, folder + "/"))) {
                throw new IntegrityException("The names in " + folder + "/ of " + actual.name() + " are not those of "
                        + expected.name() + ".");
            }
            count += names.size();
            if (count > NAMES_LIMIT) {
                throw tooMuch(expected);
            }
            for (DirectoryListing.Name name : names) {
                String path = folder + "/" + name.name();
                if (name.directory()) {
                    folders.push(path);
                } else if (!Arrays.equals(content(expected, here, path), content(actual, there, path))) {
                    throw new IntegrityException(
                            path + " of " + actual.name() + " is not that of " + expected.name() + ".");
                }
            }
        }
    }

    private static VolumeFiles files(BlockDevice volume) throws RescueException {
        Optional<VolumeFiles> files = Volumes.files(volume);
        return files.orElseThrow(() ->
                new DeviceException("the files of " + volume.name() + " cannot be read", DeviceException.UNKNOWN));
    }

    private static Set<DirectoryListing.Name> names(BlockDevice volume, VolumeFiles files, String folder)
            throws RescueException {
        DirectoryListing listing = files.list(folder, NAMES_LIMIT)
                .orElseThrow(() -> new RefusedException(
                        folder + " of " + volume.name() + " cannot be read.",
                        "Let its own system check the volume, or keep its size."));
        if (!listing.complete()) {
            throw tooMuch(volume);
        }
        return listing.names().stream().collect(Collectors.toSet());
    }

    /** What a file holds, in short: a file may be larger than the memory. */
    private static byte[] content(BlockDevice volume, VolumeFiles files, String path) throws RescueException {
        FileOnVolume file = files.find(path)
                .orElseThrow(() -> new IntegrityException(path + " of " + volume.name() + " is not found."));
        if (!file.whyUnreadable().isEmpty()) {
            throw new RefusedException(file.whyUnreadable(), "Let its own system check the volume, or keep its size.");
        }
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        long at = 0;
        for (FileRun run : file.runs()) {
            zeros(digest, run.fileOffsetBytes() - at);
            for (long done = 0; done < run.lengthBytes(); done += buffer.limit()) {
                buffer.clear().limit((int) Math.min(READ_BYTES, run.lengthBytes() - done));
                volume.read(run.volumeOffsetBytes() + done, buffer);
                digest.update(buffer.flip());
            }
            at = run.fileEndBytes();
        }
        zeros(digest, file.sizeBytes() - at);
        return digest.digest();
    }

    private static void zeros(MessageDigest digest, long count) {
        for (long left = count; left > 0; left -= READ_BYTES) {
            digest.update(new byte[(int) Math.min(READ_BYTES, left)]);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static RefusedException tooMuch(BlockDevice volume) {
        return new RefusedException(
                volume.name() + " has too many files, or a damaged folder, to be made anew.",
                "Let its own system check the volume, or keep its size.");
    }
}
