package org.rescuekey.filesystem;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsEntry;
import org.rescuekey.filesystem.ntfs.NtfsFiles;
import org.rescuekey.filesystem.ntfs.NtfsProof;
import org.rescuekey.filesystem.ntfs.NtfsStream;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.ExtentSet;

/** Looks at the files of a volume that may be damaged, at a bounded number of them, and goes on where that is possible. */
final class NtfsLook {
    private static final int MAX_DIRECTORIES = 8;
    private static final int MAX_FILES = 40;
    private static final int MAX_READ_BYTES = 4096;

    private NtfsLook() {}

    static int at(BlockDevice device) throws RescueException {
        NtfsFiles files = NtfsFiles.open(device);
        int found = files.owners(ExtentSet.of(Reads.whole(device))).owners().size();
        Deque<NtfsEntry> directories = new ArrayDeque<>(List.of(files.root()));
        List<NtfsEntry> all = new ArrayList<>();
        for (int i = 0; i < MAX_DIRECTORIES && !directories.isEmpty(); i++) {
            NtfsEntry directory = directories.removeFirst();
            try {
                files.list(directory, entry -> {
                    if (entry.directory() && directories.size() < MAX_DIRECTORIES) {
                        directories.add(entry);
                    }
                    if (all.size() < MAX_FILES) {
                        all.add(entry);
                    }
                });
            } catch (MalformedDataException e) {
                found++;
            }
        }
        NtfsProof proof = NtfsProof.of(device, SearchWatch.NONE);
        found += proof.findings().size() + FilesLook.at(device);
        for (NtfsEntry entry : all) {
            try {
                found += files.find("/" + entry.name().toUpperCase(Locale.ROOT)).isPresent() ? 1 : 0;
                for (NtfsStream stream : files.streams(entry)) {
                    found += stream.read(0, (int) Math.min(MAX_READ_BYTES, stream.sizeBytes()))
                            .limit();
                }
            } catch (MalformedDataException | DeviceException e) {
                found++;
            }
        }
        return found;
    }
}
