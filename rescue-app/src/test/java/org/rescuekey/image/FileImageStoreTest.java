package org.rescuekey.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

final class FileImageStoreTest {
    @Nested
    final class OnADisk extends ImageStoreContract.Directory {
        @TempDir
        @SuppressWarnings("NullAway.Init")
        private Path directory;

        @Override
        ImageStore store() {
            return new FileImageStore(directory);
        }

        @Test
        void directoriesAndLinksAreNotImages() throws IOException {
            Files.createDirectory(directory.resolve("dir.rkimg"));
            Files.createSymbolicLink(directory.resolve("link.rkimg"), Path.of("/dev/zero"));
            assertThat(store().list()).isEmpty();
        }
    }

    @Nested
    final class InMemory extends ImageStoreContract.Directory {
        private FileSystem files = Jimfs.newFileSystem(Configuration.unix());

        @BeforeEach
        void open() throws IOException {
            Files.createDirectory(files.getPath("/images"));
        }

        @AfterEach
        void close() throws IOException {
            files.close();
        }

        @Override
        ImageStore store() {
            return new FileImageStore(files.getPath("/images"), directory -> {}); // jimfs opens no directories
        }
    }

    @Nested
    final class ForTests extends ImageStoreContract {
        private final CrashableStore store = new CrashableStore();

        @Override
        ImageStore store() {
            return store;
        }
    }

    /** /dev/full refuses every write with ENOSPC, in the words of the C library. */
    @Test
    void aFullDiskIsTold() throws RescueException {
        ImageStore store = new FileImageStore(Path.of("/dev"));
        try (ImageOutput output = store.append("full")) {
            assertThatThrownBy(() -> output.append(ByteBuffer.allocate(10)))
                    .isInstanceOfSatisfying(DeviceException.class, e -> {
                        assertThat(e.isOutOfSpace()).isTrue();
                        assertThat(e).hasMessage("Writing full failed: no space is left");
                    });
        }
    }

    @Test
    void aFileHasOneWriterAndManyReaders(@TempDir Path directory) throws RescueException {
        ImageStore store = new FileImageStore(directory);
        ImageStore other = new FileImageStore(directory);
        try (ImageOutput output = store.create("a.rkimg")) {
            output.append(ByteBuffer.allocate(10));
            assertThatThrownBy(() -> other.append("a.rkimg")).isInstanceOfSatisfying(DeviceException.class, e -> {
                assertThat(e.errno()).isEqualTo(DeviceException.EBUSY);
                assertThat(e).hasMessageContaining("another job writes it");
            });
            try (ImageInput input = other.open("a.rkimg")) {
                assertThat(input.sizeBytes()).isEqualTo(10);
            }
        }
        other.append("a.rkimg").close();
    }

    @Test
    void aDirectoryThatCannotBeFlushedForAnErrorIsTold(@TempDir Path directory) {
        FileImageStore failing = new FileImageStore(directory, path -> {
            throw new IOException("Input/output error");
        });
        assertThatThrownBy(failing::sync).isInstanceOfSatisfying(DeviceException.class, e -> {
            assertThat(e.errno()).isEqualTo(DeviceException.EIO);
            assertThat(e).hasMessageStartingWith("Flushing the directory " + directory + " failed: ");
        });
        assertThatThrownBy(new FileImageStore(directory.resolve("gone"))::sync)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.errno()).isEqualTo(DeviceException.ENOENT));
    }

    @Test
    void aPlaceThatDoesNotOfferToFlushDirectoriesIsAPlace(@TempDir Path directory) throws RescueException {
        List<IOException> harmless = List.of(
                new FileSystemException(directory.toString(), null, "Invalid argument"),
                new IOException("Invalid argument"),
                new IOException("Operation not supported"),
                new AccessDeniedException(directory.toString()));
        for (IOException notOffered : harmless) {
            new FileImageStore(directory, path -> {
                        throw notOffered;
                    })
                    .sync();
        }
    }

    /** A place that cannot be asked does not say that there is nothing. */
    @Test
    void whetherAFileIsThereIsToldOrAnError(@TempDir Path directory) throws Exception {
        ImageStore store = new FileImageStore(directory);
        assertThat(store.exists("a.rkimg")).isFalse();
        store.create("a.rkimg").close();
        assertThat(store.exists("a.rkimg")).isTrue();
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        assertThatThrownBy(() -> new FileImageStore(loop).exists("a.rkimg")).isInstanceOf(DeviceException.class);
    }

    @Test
    void errorsKeepTheirCause() {
        check(new IOException("Input/output error"), DeviceException.EIO);
        check(new FileSystemException("/x", null, "Read-only file system"), DeviceException.EROFS);
        check(new IOException("No such device or address"), DeviceException.ENXIO);
        check(new IOException("No such device"), DeviceException.ENODEV);
        check(new IOException("File too large"), StoreErrors.EFBIG);
        check(new IOException("Disk quota exceeded"), StoreErrors.EDQUOT);
        check(new AccessDeniedException("/x"), DeviceException.EACCES);
        check(new IOException("something else"), DeviceException.UNKNOWN);
    }

    private static void check(IOException failure, int errno) {
        RescueException e = StoreErrors.of("Writing a", failure);
        assertThat(e)
                .isInstanceOf(DeviceException.class)
                .hasCause(failure)
                .hasMessageStartingWith("Writing a failed: ");
        assertThat(((DeviceException) e).errno()).isEqualTo(errno);
    }
}
