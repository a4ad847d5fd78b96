package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.files.DirectoryListing;
import org.rescuekey.filesystem.files.DirectoryTree;
import org.rescuekey.filesystem.files.FileContent;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.FileRun;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;

/** The directories of a volume with NTFS. A small content, in its record, can be changed in place like any other. */
final class NtfsTree implements DirectoryTree<NtfsTree.Place> {
    /** Those before it are the volume's own: some stand in two places, and their records guard more than their content. */
    private static final int FIRST_USER_RECORD = 24;

    private final BlockDevice volume;
    private final NtfsFiles files;
    private final Mft mft;

    /** A name, the records of what it stands for, and what of that is not the usual. */
    record Place(NtfsEntry entry, List<FileRecord> parts, Optional<ReparsePoint> reparse) {
        List<Attribute> attributes() {
            return parts.stream().flatMap(part -> part.attributes().stream()).toList();
        }
    }

    NtfsTree(BlockDevice volume, NtfsFiles files) {
        this.volume = volume;
        this.files = files;
        this.mft = files.mft();
    }

    @Override
    public Place root() throws RescueException {
        return place(files.root());
    }

    @Override
    public boolean isSeparator(char letter) {
        return letter == '/' || letter == '\\';
    }

    @Override
    public String name(Place place) {
        return place.entry().name();
    }

    @Override
    public FileOnVolume.Kind kind(Place place) {
        if (place.reparse().filter(ReparsePoint::isLink).isPresent()) {
            return FileOnVolume.Kind.LINK;
        }
        return place.entry().directory() ? FileOnVolume.Kind.DIRECTORY : FileOnVolume.Kind.FILE;
    }

    @Override
    public Optional<Place> child(Place directory, String name) throws RescueException {
        Optional<NtfsEntry> entry = files.child(directory.entry(), name);
        return entry.isEmpty() || entry.get().name().equals(".") ? Optional.empty() : Optional.of(place(entry.get()));
    }

    @Override
    public DirectoryListing list(Place directory, int most) throws RescueException {
        List<DirectoryListing.Name> names = new ArrayList<>();
        long[] more = {0};
        long damaged = files.list(directory.entry(), entry -> {
            if (names.size() < most) {
                names.add(new DirectoryListing.Name(entry.name(), entry.directory()));
            } else {
                more[0]++;
            }
        });
        return new DirectoryListing(names, damaged == 0 && more[0] == 0);
    }

    @Override
    public FileOnVolume open(Place place, String path) throws RescueException {
        return switch (kind(place)) {
            case LINK ->
                FileOnVolume.link(volume, path, place.reparse().orElseThrow().target());
            case FILE -> FileOnVolume.file(volume, path, content(place, path));
            case DIRECTORY, OTHER -> FileOnVolume.of(volume, path, kind(place));
        };
    }

    private Place place(NtfsEntry entry) throws RescueException {
        List<FileRecord> parts = mft.parts(files.record(entry));
        List<Attribute> attributes =
                parts.stream().flatMap(part -> part.attributes().stream()).toList();
        Optional<Content> reparse =
                mft.content(attributes, Attribute.REPARSE_POINT, "", "reparse point of " + entry.name());
        if (reparse.isEmpty()) {
            return new Place(entry, parts, Optional.empty());
        }
        if (reparse.get().sizeBytes() > ReparsePoint.MAX_BYTES) {
            throw new MalformedDataException(
                    "reparse point of " + entry.name(),
                    0,
                    "at most " + ReparsePoint.MAX_BYTES + " bytes",
                    Long.toString(reparse.get().sizeBytes()));
        }
        ReparsePoint point =
                ReparsePoint.parse(reparse.get().read(0, (int) reparse.get().sizeBytes()));
        return new Place(entry, parts, Optional.of(point));
    }

    private FileContent content(Place place, String path) throws RescueException {
        Optional<Content> found = mft.content(place.attributes(), Attribute.DATA, "", path);
        long size = found.map(Content::sizeBytes).orElse(0L);
        if (place.reparse().isPresent()) {
            return FileContent.unreadable(
                    size, path + " " + place.reparse().get().whyUnreadable());
        }
        if (found.isEmpty()) {
            return FileContent.of(volume, path, 0, List.of(), "");
        }
        Content content = found.get();
        if (!content.isPlain()) {
            return FileContent.unreadable(
                    size, path + (content.isEncrypted() ? " is encrypted (EFS)." : " is compressed by NTFS."));
        }
        return content.isResident() ? resident(place, path, size) : inClusters(place, path, content);
    }

    private FileContent inClusters(Place place, String path, Content content) throws MalformedDataException {
        long size = content.sizeBytes();
        long written = Math.min(size, content.initialisedBytes());
        List<FileRun> runs = content.places(0, written);
        // A hole is looked for in all of the size: what is to be written later has its clusters already.
        long covered =
                content.places(0, size).stream().mapToLong(FileRun::lengthBytes).sum();
        String why = whyFixed(place, path);
        return FileContent.of(
                volume,
                path,
                size,
                runs,
                why.isEmpty() && covered < size ? path + " is sparse: parts of it have no place on the volume." : why);
    }

    private FileContent resident(Place place, String path, long size) throws MalformedDataException {
        for (FileRecord part : place.parts()) {
            for (Attribute attribute : part.attributes()) {
                if (attribute.is(Attribute.DATA, "")) {
                    List<FileRun> runs = ResidentValue.places(mft, part, attribute);
                    return FileContent.of(volume, path, size, runs, whyFixed(place, path));
                }
            }
        }
        throw new MalformedDataException(path, 0, "content", "none");
    }

    private static String whyFixed(Place place, String path) {
        boolean isSystem = place.parts().getFirst().number() < FIRST_USER_RECORD;
        return isSystem ? path + " is a part of the file system itself." : "";
    }
}
