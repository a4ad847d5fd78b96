package org.rescuekey.plan;

/**
 * A file in which an installed system has recorded where partitions are, as it stands on the source. Immutable by agreement:
 * the content, which can have many megabytes, is not copied.
 */
public final class SystemFile {
    /** What kind of record it is. */
    public enum Kind {
        /** The boot configuration data of Windows, a registry hive. */
        BOOT_STORE,
        /** The SYSTEM hive of Windows. */
        SYSTEM_HIVE,
        /** Where Windows finds its recovery environment, XML. */
        RECOVERY,
        /** A text that names partitions by PARTUUID. */
        TEXT
    }

    private final int stream;
    private final String path;
    private final Kind kind;
    private final byte[] content;
    private final Obstacle obstacle;

    /**
     * Why nothing may be changed in it.
     *
     * @param reason a sentence; empty if it may be changed
     * @param remedy what the user can do about it, a sentence
     */
    public record Obstacle(String reason, String remedy) {
        public static final Obstacle NONE = new Obstacle("", "");

        public boolean isNone() {
            return reason.isEmpty();
        }
    }

    /**
     * @param stream the stream whose volume holds it
     * @param path from the volume's root, with slashes
     */
    public SystemFile(int stream, String path, Kind kind, byte[] content, Obstacle obstacle) {
        this.stream = stream;
        this.path = path;
        this.kind = kind;
        this.content = content;
        this.obstacle = obstacle;
    }

    /** One that is there, but of which nothing could be read. */
    public static SystemFile unread(int stream, String path, Kind kind, Obstacle obstacle) {
        return new SystemFile(stream, path, kind, new byte[0], obstacle);
    }

    /** Whether nothing of it could be read, so that nobody knows what it refers to. */
    boolean isUnread() {
        return content.length == 0 && !obstacle.isNone();
    }

    public int stream() {
        return stream;
    }

    public String path() {
        return path;
    }

    public Kind kind() {
        return kind;
    }

    /** Not to be changed. */
    byte[] content() {
        return content;
    }

    public Obstacle obstacle() {
        return obstacle;
    }
}
