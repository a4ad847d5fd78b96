package org.rescuekey.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;

/** What every image store does. A sub-class names the store. */
abstract class ImageStoreContract {
    /** An empty store. */
    abstract ImageStore store();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(ImageStore store, String name) throws RescueException {
        try (ImageInput input = store.open(name)) {
            byte[] bytes = new byte[(int) input.sizeBytes()];
            input.read(0, ByteBuffer.wrap(bytes));
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    private static void write(ImageStore store, String name, String text) throws RescueException {
        try (ImageOutput output = store.create(name)) {
            output.append(bytes(text));
            output.flush();
        }
    }

    static void assertErrno(ThrowingCallable call, int errno) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void whatIsAppendedIsRead() throws RescueException {
        ImageStore store = store();
        try (ImageOutput output = store.create("a.rkimg")) {
            assertThat(output.positionBytes()).isZero();
            output.append(bytes("hello "));
            assertThat(output.positionBytes()).isEqualTo(6);
            output.append(bytes("world").position(1));
            output.flush();
        }
        store.sync();
        assertThat(read(store, "a.rkimg")).isEqualTo("hello orld");
        assertThat(store.sizeBytes("a.rkimg")).isEqualTo(10);
        try (ImageOutput output = store.append("a.rkimg")) {
            assertThat(output.positionBytes()).isEqualTo(10);
            output.append(bytes("!"));
            assertThat(output.name()).isEqualTo("a.rkimg");
        }
        assertThat(read(store, "a.rkimg")).isEqualTo("hello orld!");
    }

    @Test
    void anyPlaceIsReadIntoAnyBuffer() throws RescueException {
        ImageStore store = store();
        write(store, "a.rkimg", "0123456789");
        try (ImageInput input = store.open("a.rkimg")) {
            assertThat(input.name()).isEqualTo("a.rkimg");
            assertThat(input.sizeBytes()).isEqualTo(10);
            ByteBuffer direct = ByteBuffer.allocateDirect(8).position(2).limit(5);
            input.read(3, direct);
            assertThat(direct.position()).isEqualTo(5);
            assertThat(direct.get(2)).isEqualTo((byte) '3');
            assertThat(direct.get(4)).isEqualTo((byte) '5');
            assertErrno(() -> input.read(8, ByteBuffer.allocate(3)), DeviceException.EIO);
        }
    }

    @Test
    void aNameIsMadeOnce() throws RescueException {
        ImageStore store = store();
        write(store, "a.rkimg", "first");
        assertErrno(() -> store.create("a.rkimg"), StoreErrors.EEXIST);
        assertThat(read(store, "a.rkimg")).isEqualTo("first");
    }

    @Test
    void namesAreListedInOrder() throws RescueException {
        ImageStore store = store();
        assertThat(store.list()).isEmpty();
        write(store, "b.rkimg", "b");
        write(store, "a.rkimg", "a");
        write(store, "c 1 (copy).rkimg.partial", "c");
        assertThat(store.list()).containsExactly("a.rkimg", "b.rkimg", "c 1 (copy).rkimg.partial");
        assertThat(store.exists("a.rkimg")).isTrue();
        assertThat(store.exists("x.rkimg")).isFalse();
    }

    @Test
    void aRenameDoesNotReplace() throws RescueException {
        ImageStore store = store();
        write(store, "a.rkimg", "a");
        write(store, "b.rkimg", "b");
        assertErrno(() -> store.rename("a.rkimg", "b.rkimg"), StoreErrors.EEXIST);
        assertThat(read(store, "b.rkimg")).isEqualTo("b");
        store.rename("a.rkimg", "c.rkimg");
        assertThat(store.list()).containsExactly("b.rkimg", "c.rkimg");
        assertThat(read(store, "c.rkimg")).isEqualTo("a");
    }

    @Test
    void whatIsDeletedIsGone() throws RescueException {
        ImageStore store = store();
        write(store, "a.rkimg", "a");
        store.delete("a.rkimg");
        store.sync();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void whatIsNotThereIsAnError() {
        ImageStore store = store();
        assertErrno(() -> store.open("x"), DeviceException.ENOENT);
        assertErrno(() -> store.append("x"), DeviceException.ENOENT);
        assertErrno(() -> store.delete("x"), DeviceException.ENOENT);
        assertErrno(() -> store.sizeBytes("x"), DeviceException.ENOENT);
        assertErrno(() -> store.rename("x", "y"), DeviceException.ENOENT);
    }

    @Test
    void freeSpaceIsKnown() throws RescueException {
        assertThat(store().freeBytes()).isPositive();
    }

    /** Names that lead elsewhere, or that no file system should be given. */
    abstract static class Directory extends ImageStoreContract {
        @ParameterizedTest
        @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/x", ".hidden", "a\nb", "a\0b", "a\\b"})
        void aNameDoesNotLeadOutOfTheDirectory(String name) {
            assertErrno(() -> store().create(name), DeviceException.ENOENT);
            assertErrno(() -> store().open(name), DeviceException.ENOENT);
        }
    }
}
