package org.rescuekey.filesystem.ext;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.SalvagingReader;

/**
 * Finds the paths of inodes: one pass over all directories for their own names, and from directory to parent for the rest of
 * each path. Damaged and unreadable blocks of directories are passed over and counted. For one search, by one thread.
 */
final class ExtNames {
    private static final int WINDOW_BYTES = 256 << 10;
    private static final int HEADER_BYTES = 8;

    /** Only volumes that keep types in directories write it; with others it is 0. */
    private static final int TYPE_DIRECTORY = 2;

    private static final int MAX_DEPTH = 1024;
    private static final int MAX_CHARS = 4096;
    private static final int MAX_LINKS = 1 << 16;
    private static final String PARENT = "..";

    private final ExtSuperblock superblock;
    private final ExtInodeTable table;
    private final ExtBlockWalk blocks;
    private final SalvagingReader reader;
    private final Map<Long, Link> links = new HashMap<>();
    private long budgetBlocks;
    private long lost;
    private long damaged;

    /** A name, and the directory that has it. */
    private record Link(long parent, String name) {}

    /** Takes the names in a directory. */
    @FunctionalInterface
    private interface Sink {
        /** @return whether to go on */
        boolean entry(long inode, String name, boolean directory) throws RescueException;
    }

    /** Hears of the inodes that have a name. */
    @FunctionalInterface
    interface Found {
        /** @return whether its path will be asked for */
        boolean inode(long number, boolean directory);
    }

    ExtNames(BlockDevice volume, ExtSuperblock superblock, ExtInodeTable table) {
        this.superblock = superblock;
        this.table = table;
        this.blocks = new ExtBlockWalk(volume, superblock);
        this.reader = new SalvagingReader(volume);
        this.budgetBlocks = superblock.blockCount();
    }

    /** How many blocks of directories, or of their maps, could not be read or were damaged. */
    long passedOver() {
        return lost + damaged + blocks.passedOver();
    }

    /** Goes through all directories for the inodes that are wanted. Of one with several names the first counts. */
    void find(LongPredicate wanted, Found found) throws RescueException {
        table.scan(inode -> {
            if (inode.isDirectory()) {
                entries(inode, (child, name, directory) -> {
                    boolean isNew = !isDot(name) && wanted.test(child) && !links.containsKey(child);
                    if (isNew && found.inode(child, directory)) {
                        links.put(child, new Link(inode.number(), name));
                    }
                    return true;
                });
            }
        });
    }

    /** The path with slashes; in brackets what is lost of it. */
    String path(long number) throws RescueException {
        Deque<String> names = new ArrayDeque<>();
        int chars = 0;
        long at = number;
        while (at != ExtInode.ROOT) {
            Link link = links.get(at);
            if (link == null) {
                link = climb(at);
            }
            if (link == null && names.isEmpty()) {
                return "(inode " + number + ")";
            }
            if (link == null || names.size() == MAX_DEPTH || chars > MAX_CHARS) {
                return "(lost)/" + String.join("/", names);
            }
            names.addFirst(link.name());
            chars += link.name().length() + 1;
            at = link.parent();
        }
        return "/" + String.join("/", names);
    }

    /** The name of a directory, looked up in its parent. */
    private @Nullable Link climb(long number) throws RescueException {
        Optional<ExtInode> directory = table.inode(number).filter(ExtInode::isDirectory);
        OptionalLong parent = directory.isEmpty() ? OptionalLong.empty() : parent(directory.get());
        Optional<ExtInode> above = parent.isEmpty()
                ? Optional.empty()
                : table.inode(parent.getAsLong()).filter(ExtInode::isDirectory);
        if (above.isEmpty()) {
            return null;
        }
        @Nullable Link[] link = new Link[1];
        entries(above.get(), (child, name, _) -> {
            if (child == number && !isDot(name)) {
                link[0] = new Link(above.get().number(), name);
            }
            return link[0] == null;
        });
        if (link[0] != null && links.size() < MAX_LINKS) {
            links.put(number, link[0]);
        }
        return link[0];
    }

    private OptionalLong parent(ExtInode directory) throws RescueException {
        if (directory.isInline()) {
            return OptionalLong.of(directory.map().getInt(0) & 0xFFFF_FFFFL);
        }
        long[] parent = {0};
        entries(directory, (child, name, _) -> {
            if (name.equals(PARENT)) {
                parent[0] = child;
            }
            return isDot(name) && parent[0] == 0;
        });
        return parent[0] == 0 ? OptionalLong.empty() : OptionalLong.of(parent[0]);
    }

    private static boolean isDot(String name) {
        return name.equals(".") || name.equals(PARENT);
    }

    private void entries(ExtInode directory, Sink sink) throws RescueException {
        if (directory.isInline()) {
            ByteBuffer map = directory.map();
            Optional<ByteBuffer> rest = directory.inlineRest();
            if (entries(map, 4, map.limit(), directory, sink) && rest.isPresent()) {
                entries(rest.get(), 0, rest.get().limit(), directory, sink);
            }
            return;
        }
        int block = superblock.blockBytes();
        int perWindow = Math.max(1, WINDOW_BYTES / block);
        blocks.walk(directory, (first, count, isMap) -> {
            for (long at = first; !isMap && at < first + count; at += perWindow) {
                int now = (int) Math.min(perWindow, first + count - at);
                budgetBlocks -= now;
                if (budgetBlocks < 0 || !table.goOn()) {
                    return false;
                }
                ByteBuffer window = reader.read(at * block, now * block, block, 0, "ext directory");
                lost += reader.takeLostUnits();
                for (int i = 0; i < now; i++) {
                    if (!entries(window, i * block, (i + 1) * block, directory, sink)) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    /** Takes the entries of a block; a tree of hashes stands in entries that look unused. */
    private boolean entries(ByteBuffer bytes, int start, int end, ExtInode directory, Sink sink)
            throws RescueException {
        int at = start;
        while (at + HEADER_BYTES <= end) {
            long inode = bytes.getInt(at) & 0xFFFF_FFFFL;
            int length = recordBytes(bytes.getShort(at + 4) & 0xFFFF);
            int nameBytes = bytes.get(at + 6) & 0xFF;
            if (length < HEADER_BYTES || length % 4 != 0 || length > end - at) {
                // A block that was lost, or never used, is all zeros.
                damaged += inode == 0 && length == 0 ? 0 : 1;
                return true;
            }
            if (inode != 0 && nameBytes > 0) {
                if (nameBytes > length - HEADER_BYTES) {
                    damaged++;
                    return true;
                }
                byte[] name = new byte[nameBytes];
                bytes.get(at + HEADER_BYTES, name);
                String text = new String(name, StandardCharsets.UTF_8);
                boolean isHidden = directory.isEncrypted() && !isDot(text);
                boolean isDirectory = bytes.get(at + 7) == TYPE_DIRECTORY;
                if (!sink.entry(inode, isHidden ? "(encrypted name)" : text, isDirectory)) {
                    return false;
                }
            }
            at += length;
        }
        return true;
    }

    /** With blocks of 64 KiB a length that does not fit is written as what cannot be one. */
    private int recordBytes(int written) {
        boolean isWhole = superblock.blockBytes() > 0xFFFF && (written == 0xFFFF || written == 0);
        return isWhole ? superblock.blockBytes() : written;
    }
}
