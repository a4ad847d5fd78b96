package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.NtfsMap.PageFile;
import org.rescuekey.units.ExtentSet;

/**
 * Finds the files in the root directory whose content Windows makes anew: its page files, and the file for hibernation
 * if nothing goes on from it. Only what is surely such a file counts: one name, plain content, clusters of its own.
 */
final class PageFiles {
    private static final List<String> PAGING = List.of("pagefile.sys", "swapfile.sys");
    private static final int PAGE = 0x4547_4150;
    private static final int MAX_RUNS = 1 << 16;

    private final Mft mft;
    private final NtfsBootSector boot;

    PageFiles(Mft mft, NtfsBootSector boot) {
        this.mft = mft;
        this.boot = boot;
    }

    List<PageFile> find() throws RescueException {
        RootDirectory root = new RootDirectory(mft);
        List<PageFile> found = new ArrayList<>();
        for (String name : PAGING) {
            Optional<FileRecord> file = root.find(name);
            if (file.isPresent() && !holdsDump(file.get(), name)) {
                add(name, file.get(), found);
            }
        }
        Optional<FileRecord> hibernation = root.find(HibernationFile.NAME);
        if (HibernationFile.state(mft, hibernation) == HibernationFile.State.STALE) {
            add(HibernationFile.NAME, hibernation.orElseThrow(), found);
        }
        return found;
    }

    /** After a crash Windows keeps the memory there until its next start: "PAGEDUMP" or "PAGEDU64". */
    private boolean holdsDump(FileRecord file, String name) throws RescueException {
        Optional<Content> content = mft.content(file, Attribute.DATA, "", name);
        if (content.isEmpty() || !content.get().isPlain() || content.get().sizeBytes() < 8) {
            return false;
        }
        try {
            return content.get().stored(4).map(mark -> mark.getInt(0) == PAGE).orElse(true);
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return true;
        }
    }

    private void add(String name, FileRecord file, List<PageFile> found) throws RescueException {
        List<Attribute> attributes = mft.attributes(file);
        ExtentSet.Builder extents = ExtentSet.builder();
        int runs = 0;
        int names = 0;
        for (Attribute attribute : attributes) {
            switch (attribute.type()) {
                case Attribute.FILE_NAME -> names += FileName.isShort(attribute.value()) ? 0 : 1;
                // A directory, or a file that stands for another one.
                case Attribute.INDEX_ROOT, Attribute.REPARSE_POINT -> {
                    return;
                }
                case Attribute.DATA -> {
                    if (attribute.name().isEmpty() && (attribute.resident() || attribute.flags() != 0)) {
                        return;
                    }
                    if (attribute.name().isEmpty()) {
                        runs += attribute.runs().size();
                        attribute.runs().stream()
                                .filter(run -> !run.isSparse())
                                .forEach(run -> extents.add(boot.extent(run)));
                    }
                }
                default -> {}
            }
        }
        if (names == 1 && runs <= MAX_RUNS) {
            found.add(new PageFile(name, file.number(), extents.build()));
        }
    }
}
