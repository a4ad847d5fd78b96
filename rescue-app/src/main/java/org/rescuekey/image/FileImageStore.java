package org.rescuekey.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/**
 * An image store that is a directory: names are the names of its files, sub-directories are not looked into.
 *
 * <p>Names are plain: letters, digits and {@code . _ - + @ # ( ) blank}, not beginning with a dot, at most 200 characters;
 * nothing leads out of the directory. A thread that works on a file must not be interrupted: the channel would be closed.
 */
public final class FileImageStore implements ImageStore {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_+@#(-][\\p{L}\\p{N}_+@#() .-]{0,199}");

    private static final List<String> NOT_OFFERED =
            List.of("Invalid argument", "Operation not supported", "Function not implemented");

    private final Path directory;
    private final DirectoryFlush directoryFlush;

    /** How a directory is flushed; tests put failures in its place. */
    @FunctionalInterface
    interface DirectoryFlush {
        void flush(Path directory) throws IOException;
    }

    /** @param directory is there already */
    public FileImageStore(Path directory) {
        this(directory, FileImageStore::flush);
    }

    FileImageStore(Path directory, DirectoryFlush directoryFlush) {
        this.directory = directory;
        this.directoryFlush = directoryFlush;
    }

    @Override
    public String place() {
        return directory.toString();
    }

    @Override
    public List<String> list() throws RescueException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StoreErrors.of("Listing " + directory, e);
        }
    }

    @Override
    public boolean exists(String name) throws RescueException {
        try {
            Files.readAttributes(path(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) { // a place that cannot be asked may hold it
            throw StoreErrors.of("Looking for " + name, e);
        }
    }

    @Override
    public ImageInput open(String name) throws RescueException {
        try {
            return new Input(name, FileChannel.open(path(name), StandardOpenOption.READ));
        } catch (IOException e) {
            throw StoreErrors.of("Opening " + name, e);
        }
    }

    @Override
    public ImageOutput create(String name) throws RescueException {
        return output("Creating ", name, StandardOpenOption.CREATE_NEW);
    }

    @Override
    public ImageOutput append(String name) throws RescueException {
        return output("Opening ", name, StandardOpenOption.READ);
    }

    private ImageOutput output(String action, String name, StandardOpenOption option) throws RescueException {
        Path path = path(name);
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, option);
            if (!isOnlyWriter(channel)) {
                channel.close();
                throw new DeviceException(action + name + " failed: another job writes it", DeviceException.EBUSY);
            }
            return new Output(name, channel);
        } catch (IOException e) {
            throw StoreErrors.of(action + name, e);
        } catch (ReadOnlyFileSystemException e) {
            throw StoreErrors.readOnly(action + name, e);
        }
    }

    /**
     * Locks a byte that no file has, so that nobody else appends to the file until it is closed, here or in another process;
     * readers are not hindered. Where a file system offers no locks, there is no such check.
     */
    private static boolean isOnlyWriter(FileChannel channel) {
        try {
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException _) {
            return false;
        } catch (IOException | UnsupportedOperationException _) {
            return true;
        }
    }

    @Override
    public void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException {
        String action = "Writing " + name;
        try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.WRITE)) {
            if (offsetBytes < 0 || offsetBytes > channel.size() - bytes.remaining()) {
                throw new IllegalArgumentException("bytes that " + name + " does not have");
            }
            long position = offsetBytes;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
            channel.force(true);
        } catch (IOException e) {
            throw StoreErrors.of(action, e);
        } catch (ReadOnlyFileSystemException e) {
            throw StoreErrors.readOnly(action, e);
        }
    }

    @Override
    public void rename(String name, String newName) throws RescueException {
        String action = "Renaming " + name + " to " + newName;
        Path target = path(newName);
        try {
            // A rename replaces without asking; nothing but this program writes here, so looking first is enough.
            if (exists(newName)) {
                throw new FileAlreadyExistsException(newName);
            }
            move(path(name), target);
        } catch (IOException e) {
            throw StoreErrors.of(action, e);
        } catch (ReadOnlyFileSystemException e) {
            throw StoreErrors.readOnly(action, e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    @Override
    public void delete(String name) throws RescueException {
        try {
            Files.delete(path(name));
        } catch (IOException e) {
            throw StoreErrors.of("Deleting " + name, e);
        } catch (ReadOnlyFileSystemException e) {
            throw StoreErrors.readOnly("Deleting " + name, e);
        }
    }

    @Override
    public long sizeBytes(String name) throws RescueException {
        try {
            return Files.size(path(name));
        } catch (IOException e) {
            throw StoreErrors.of("Looking at " + name, e);
        }
    }

    @Override
    public long freeBytes() throws RescueException {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw StoreErrors.of("Asking " + directory + " for its free space", e);
        }
    }

    /**
     * Flushes the directory. Some shares and FUSE file systems cannot flush a directory and say so by an error; there the
     * name's safety is the server's, and nothing here can better it. Every other failure is one.
     */
    @Override
    public void sync() throws RescueException {
        try {
            directoryFlush.flush(directory);
        } catch (AccessDeniedException | UnsupportedOperationException _) {
            return; // the directory may be searched and written to, but not opened, or not flushed at all
        } catch (IOException e) {
            if (!isNotOffered(e)) {
                throw StoreErrors.of("Flushing the directory " + directory, e);
            }
        }
    }

    private static void flush(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The C library's text is the only trace of EINVAL, EOPNOTSUPP and ENOSYS. */
    private static boolean isNotOffered(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return NOT_OFFERED.stream().anyMatch(message::endsWith);
    }

    private Path path(String name) throws DeviceException {
        if (!NAME.matcher(name).matches()) {
            throw new DeviceException("\"" + name + "\" is not a name for an image", DeviceException.ENOENT);
        }
        return directory.resolve(name);
    }

    private static final class Input implements ImageInput {
        private final String name;
        private final FileChannel channel;
        private final long sizeBytes;

        Input(String name, FileChannel channel) throws IOException {
            this.name = name;
            this.channel = channel;
            this.sizeBytes = channel.size();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            long position = offsetBytes;
            try {
                while (buffer.hasRemaining()) {
                    int count = channel.read(buffer, position);
                    if (count < 0) {
                        throw new DeviceException(
                                "Reading " + name + " failed: the file ends at offset " + position,
                                DeviceException.EIO);
                    }
                    position += count;
                }
            } catch (IOException e) {
                throw StoreErrors.of("Reading " + name + " at offset " + position, e);
            }
        }

        @Override
        public void close() throws RescueException {
            try {
                channel.close();
            } catch (IOException e) {
                throw StoreErrors.of("Closing " + name, e);
            }
        }
    }

    private static final class Output implements ImageOutput {
        private final String name;
        private final FileChannel channel;
        private long positionBytes;

        Output(String name, FileChannel channel) throws IOException {
            this.name = name;
            this.channel = channel;
            this.positionBytes = channel.size();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long positionBytes() {
            return positionBytes;
        }

        @Override
        public void append(ByteBuffer buffer) throws RescueException {
            try {
                while (buffer.hasRemaining()) {
                    positionBytes += channel.write(buffer, positionBytes);
                }
            } catch (IOException e) {
                throw StoreErrors.of("Writing " + name, e);
            }
        }

        @Override
        public void flush() throws RescueException {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw StoreErrors.of("Flushing " + name, e);
            }
        }

        @Override
        public void close() throws RescueException {
            try {
                channel.close();
            } catch (IOException e) {
                throw StoreErrors.of("Closing " + name, e);
            }
        }
    }
}
