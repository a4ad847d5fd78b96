package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.files.InPlaceEdit;
import org.rescuekey.filesystem.files.VolumeFiles;

/** Finds, reads and edits (without writing) a bounded number of the files of a volume that may be damaged, by their paths. */
final class FilesLook {
    private static final int MAX_DIRECTORIES = 6;
    private static final int MAX_NAMES = 30;
    private static final int MAX_READ_BYTES = 64 << 10;

    private FilesLook() {}

    /** How many files were found whole. */
    static int at(BlockDevice device) throws RescueException {
        Optional<VolumeFiles> files = Volumes.files(device);
        Deque<String> directories = new ArrayDeque<>(List.of(""));
        int found = 0;
        for (int i = 0; files.isPresent() && i < MAX_DIRECTORIES && !directories.isEmpty(); i++) {
            String directory = directories.removeFirst();
            try {
                Optional<DirectoryListing> listing = files.get().list(directory, MAX_NAMES);
                for (DirectoryListing.Name name :
                        listing.map(DirectoryListing::names).orElse(List.of())) {
                    String path = directory + "/" + name.name();
                    if (name.directory()) {
                        directories.add(path);
                    }
                    found += isWhole(device, files.get(), path) ? 1 : 0;
                }
            } catch (MalformedDataException | RefusedException | DeviceException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        return found;
    }

    private static boolean isWhole(BlockDevice device, VolumeFiles files, String path) throws RescueException {
        try {
            Optional<FileOnVolume> found = files.find(path);
            if (found.isEmpty()) {
                return false;
            }
            FileOnVolume file = found.get();
            long end = 0;
            for (FileRun run : file.runs()) {
                assertThat(run.fileOffsetBytes()).isGreaterThanOrEqualTo(end);
                assertThat(run.extent().end()).isLessThanOrEqualTo(device.sizeBytes());
                end = run.fileEndBytes();
            }
            assertThat(end).isLessThanOrEqualTo(file.sizeBytes());
            byte[] content = file.read(MAX_READ_BYTES);
            assertThat(content).hasSize((int) file.sizeBytes());
            if (content.length == 0) {
                return true;
            }
            byte[] after = new byte[content.length];
            Arrays.fill(after, (byte) 1);
            List<InPlaceEdit> edits = file.onVolume(List.of(new InPlaceEdit(0, content, after)));
            return edits.stream().mapToLong(InPlaceEdit::lengthBytes).sum() == content.length;
        } catch (MalformedDataException | RefusedException | DeviceException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }
}
