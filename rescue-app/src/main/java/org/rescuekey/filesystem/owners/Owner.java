package org.rescuekey.filesystem.owners;

import org.rescuekey.units.PlainText;

/**
 * What some of the bytes of a volume belong to.
 *
 * @param kind what it is
 * @param name the full path inside the volume, or what the structure is called; nothing in it can change a terminal
 * @param part which part of it, such as "its extended attributes"; empty for the content
 * @param bytes how many of the bytes that were asked about belong to it, by whole clusters
 */
public record Owner(Kind kind, String name, String part, long bytes) {
    /** A name longer than any that a person reads. */
    private static final int MAX_CHARS = 4096;

    /** What owns bytes of a volume. */
    public enum Kind {
        FILE,
        DIRECTORY,
        /** Something that the file system itself is made of. */
        STRUCTURE
    }

    /** Names come from a volume that anybody may have made. */
    public Owner {
        name = PlainText.of(name, MAX_CHARS);
        part = PlainText.of(part, MAX_CHARS);
    }

    /** What the user is told, without the number of bytes. */
    public String label() {
        return (kind == Kind.DIRECTORY ? "directory " : "") + name + (part.isEmpty() ? "" : ", " + part);
    }
}
