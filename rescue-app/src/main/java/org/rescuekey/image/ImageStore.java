package org.rescuekey.image;

import java.nio.ByteBuffer;
import java.util.List;
import org.rescuekey.error.RescueException;

/**
 * A place where images lie under plain names, such as a directory. Errors are
 * {@link org.rescuekey.error.DeviceException} with the errno where it can be told: ENOENT for a name that is not there,
 * EEXIST for one that must not be, ENOSPC, EROFS, EACCES, EIO.
 *
 * <p>Thread rule: may be used by several threads; one name is written by one of them at a time.
 */
public interface ImageStore {
    /** What a person knows the place by, such as its path. */
    String place();

    /** The names of all files here, sorted. */
    List<String> list() throws RescueException;

    boolean exists(String name) throws RescueException;

    /** Opens a file for reading. */
    ImageInput open(String name) throws RescueException;

    /** Makes a new, empty file and opens it for appending. The name must not be taken. */
    ImageOutput create(String name) throws RescueException;

    /** Opens a file that is there for appending at its end. */
    ImageOutput append(String name) throws RescueException;

    /**
     * Writes over bytes of a file, which stays as long as it was; they are on the medium when this returns. For the key slots
     * of an encrypted image and nothing else: all other bytes of an image are written once.
     */
    void overwrite(String name, long offsetBytes, ByteBuffer bytes) throws RescueException;

    /** Gives a file another name that must not be taken; at no moment is it under none. */
    void rename(String name, String newName) throws RescueException;

    void delete(String name) throws RescueException;

    long sizeBytes(String name) throws RescueException;

    /** The bytes that may still be written here. */
    long freeBytes() throws RescueException;

    /** Returns when names that were made, changed and deleted before are on the medium. */
    void sync() throws RescueException;
}
