package org.rescuekey.image.container;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.ImageInput;
import org.rescuekey.image.ImageOutput;
import org.rescuekey.image.ImageStore;

/**
 * A store in which images that are divided into parts look like one file under the name of their first part. Whether an
 * image is divided, its header says. Offsets in it are those of {@link PartedInput}.
 *
 * <p>The first part stands for the image: it is the first to be made and the last to get the finished name; to delete the
 * image, it is given the name of {@link ImageNames#deleting} first, and is deleted last, each on the medium before the next
 * step. So after a cut an image is under one of its two names, with all its parts under either, or it is none any more,
 * and what is left of it is known by its first part.
 */
public final class PartedStore implements ImageStore {
    private final ImageStore inner;

    public PartedStore(ImageStore inner) {
        this.inner = inner;
    }

    @Override
    public String place() {
        return inner.place();
    }

    /** The parts behind the first are left out, unless the first is not there. */
    @Override
    public List<String> list() throws RescueException {
        List<String> names = inner.list();
        return names.stream().filter(name -> !belongsToAnother(name, names)).toList();
    }

    private static boolean belongsToAnother(String name, List<String> names) {
        Optional<PartNames.LaterPart> part = PartNames.laterPart(name);
        return part.isPresent() && firstParts(part.get().image()).stream().anyMatch(first -> isThere(names, first));
    }

    private static List<String> firstParts(String image) {
        String partial = ImageNames.partial(image);
        return List.of(image, partial, ImageNames.deleting(image), ImageNames.deleting(partial));
    }

    private static boolean isThere(List<String> names, String name) {
        return Collections.binarySearch(names, name) >= 0 || names.contains(name);
    }

    @Override
    public boolean exists(String name) throws RescueException {
        return inner.exists(name);
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        ImageInput first = inner.open(name);
        Optional<ImageHeader> header;
        NavigableMap<Integer, String> files;
        try {
            header = headerOf(name, first);
            files = header.isPresent() ? laterParts(name) : new TreeMap<>();
        } catch (RescueException | RuntimeException e) {
            try {
                first.close();
            } catch (RescueException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return header.isPresent() ? PartedInput.open(inner, name, first, header.get(), files) : first;
    }

    /** The header of an image in parts; empty if it is in one file. */
    private Optional<ImageHeader> headerOf(String name, ImageInput first) throws RescueException {
        for (long offset : new long[] {0, HeaderCodec.BYTES}) {
            if (first.sizeBytes() >= offset + HeaderCodec.BYTES) {
                try {
                    ImageHeader header =
                            HeaderCodec.decode(name, offset, OpenedImage.readBytes(first, offset, HeaderCodec.BYTES));
                    return header.partLimitBytes() > 0 ? Optional.of(header) : Optional.empty();
                } catch (MalformedDataException | org.rescuekey.error.FormatVersionException _) {
                    // The copy, or the reader of the image, will tell.
                }
            }
        }
        return headerInSecondPart(name);
    }

    private Optional<ImageHeader> headerInSecondPart(String name) throws RescueException {
        for (String file : List.of(PartNames.of(name, 1), PartNames.of(otherName(name), 1))) {
            if (inner.exists(file)) {
                try (ImageInput input = inner.open(file)) {
                    return PartMark.readBegin(input).map(PartMark.Begin::header);
                }
            }
        }
        return Optional.empty();
    }

    /** The files behind the first, by the number of the part; a cut while they are renamed leaves both kinds of name. */
    private NavigableMap<Integer, String> laterParts(String name) throws RescueException {
        List<String> names = inner.list();
        NavigableMap<Integer, String> files = new TreeMap<>();
        boolean isOtherThere = isThere(names, otherName(name));
        for (String file : names) {
            Optional<PartNames.LaterPart> part = PartNames.laterPart(file);
            if (part.isPresent() && part.get().image().equals(ImageNames.finished(name))) {
                int number = part.get().part();
                boolean isOwnName = file.equals(PartNames.of(name, number));
                if (isOwnName) {
                    files.put(number, file);
                } else if (!isOtherThere) {
                    files.putIfAbsent(number, file);
                }
            }
        }
        return files;
    }

    private static String otherName(String name) {
        return ImageNames.isPartial(name) ? ImageNames.finished(name) : ImageNames.partial(name);
    }

    /** An image whose header says that it has parts gets them while it is written. */
    @Override
    public ImageOutput create(String name) throws RescueException {
        if (ImageNames.isImage(name) && !inner.exists(name) && !laterParts(name).isEmpty()) {
            throw new RefusedException(
                    "There are parts of an image in " + place() + " that would be taken for those of " + name + ": "
                            + String.join(", ", laterParts(name).values()) + ".",
                    "Move them away, or choose another name.");
        }
        return PartedOutput.create(inner, name);
    }

    @Override
    public ImageOutput append(String name) throws RescueException {
        int last;
        boolean isEnded;
        try (ImageInput input = open(name)) {
            if (!(input instanceof PartedInput parted)) {
                return inner.append(name);
            }
            last = parted.lastPart();
            isEnded = parted.isLastEnded();
            if (parted.isLastTorn()) {
                inner.delete(fileOf(name, last));
                last--;
                isEnded = true;
            }
        }
        return PartedOutput.append(inner, name, header(name), fileOf(name, last), last, isEnded);
    }

    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException {
        long stride;
        try (ImageInput input = open(name)) {
            stride = input instanceof PartedInput parted ? parted.strideBytes() : Long.MAX_VALUE;
        }
        inner.overwrite(fileOf(name, (int) (offsetBytes / stride)), offsetBytes % stride, bytes);
    }

    private ImageHeader header(String name) throws RescueException {
        try (ImageInput first = inner.open(name)) {
            return headerOf(name, first)
                    .orElseThrow(() -> new DeviceException(name + " has changed", DeviceException.EIO));
        }
    }

    private String fileOf(String name, int part) throws RescueException {
        return part == 0 ? name : laterParts(name).getOrDefault(part, PartNames.of(name, part));
    }

    /**
     * Gives an image its other name: the finished one or the one in the making. Under a name that is none of an image, only
     * the first part is put aside; under its old name it has all its parts again.
     *
     * @throws IllegalArgumentException if it is in parts and the new name is that of another image
     */
    @Override
    public void rename(String name, String newName) throws RescueException {
        NavigableMap<Integer, String> files = ImageNames.isImage(name) ? laterParts(name) : new TreeMap<>();
        boolean isImage = ImageNames.isImage(newName);
        if (!files.isEmpty() && isImage && !newName.equals(otherName(name))) {
            throw new IllegalArgumentException(name + " is in parts and cannot become " + newName);
        }
        if (!files.isEmpty() && isImage && !inner.exists(newName)) {
            for (var file : files.entrySet()) {
                String target = PartNames.of(newName, file.getKey());
                if (!file.getValue().equals(target)) {
                    inner.rename(file.getValue(), target);
                }
            }
            inner.sync();
        }
        inner.rename(name, newName);
    }

    /** Deletes an image, or goes on with a deletion that was cut off, which is named by {@link ImageNames#deleting}. */
    @Override
    public void delete(String name) throws RescueException {
        String image = ImageNames.isDeleting(name) ? ImageNames.kept(name) : name;
        NavigableMap<Integer, String> files = ImageNames.isImage(image) ? laterParts(image) : new TreeMap<>();
        if (files.isEmpty()) {
            inner.delete(name);
            return;
        }
        String deleting = ImageNames.deleting(image);
        if (!name.equals(deleting)) {
            inner.rename(name, deleting);
            inner.sync();
        }
        for (String file : files.descendingMap().values()) {
            inner.delete(file);
        }
        inner.sync();
        inner.delete(deleting);
    }

    /** What all parts take. */
    @Override
    public long sizeBytes(String name) throws RescueException {
        long bytes = inner.sizeBytes(name);
        if (ImageNames.isImage(name)) {
            for (String file : laterParts(name).values()) {
                bytes += inner.sizeBytes(file);
            }
        }
        return bytes;
    }

    @Override
    public long freeBytes() throws RescueException {
        return inner.freeBytes();
    }

    @Override
    public void sync() throws RescueException {
        inner.sync();
    }
}
