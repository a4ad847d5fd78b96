package org.rescuekey.filesystem.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.ExtentSet;

/** How the space of a volume is laid out: its chunks, and the trees that tell what in them is free. For one thread. */
public final class BtrfsLayout {
    private static final long DEVICE_ITEMS = 1;
    private static final long BALANCE = -4;
    private static final int DEVICE_ITEM_BYTES = 98;
    private static final int ROOT_ITEM_BYTES = 239;
    private static final int REPLACE_STARTED = 1;
    private static final int REPLACE_SUSPENDED = 4;

    private final BlockDevice volume;
    private final BtrfsSuperblock superblock;
    private final String reason;
    private final ChunkMap chunks;
    private final TreeReader reader;

    private BtrfsLayout(BlockDevice volume, BtrfsSuperblock superblock, ChunkMap chunks, String reason) {
        this.volume = volume;
        this.superblock = superblock;
        this.reason = reason;
        this.chunks = chunks;
        this.reader = new TreeReader(volume, superblock, chunks);
    }

    static BtrfsLayout read(BlockDevice volume, BtrfsSuperblock superblock) throws RescueException {
        ChunkMap system = ChunkMap.ofSuperblock(superblock);
        if (hasMetadataElsewhere(system)) {
            return new BtrfsLayout(volume, superblock, system, elsewhere(superblock));
        }
        TreeReader reader = new TreeReader(volume, superblock, system);
        TreeCursor cursor = new TreeCursor(reader, superblock.chunkTree());
        List<Chunk> chunks = new ArrayList<>();
        boolean isKnown = false;
        for (boolean more = cursor.seek(Key.LOWEST); more; more = cursor.next()) {
            Key key = cursor.key();
            if (key.type() == Key.DEVICE_ITEM && key.objectId() == DEVICE_ITEMS) {
                ByteBuffer item = item(cursor, DEVICE_ITEM_BYTES, "Btrfs device item");
                if (!Arrays.equals(bytes(item, 82), superblock.metadataUuid())) {
                    return new BtrfsLayout(volume, superblock, system, "It builds on a seed that is another volume.");
                }
                isKnown |= key.offset() == superblock.deviceId() && isThis(item, superblock);
            } else if (key.type() == Key.CHUNK_ITEM) {
                if (chunks.size() == ChunkMap.LIMIT_CHUNKS) {
                    throw new MalformedDataException(
                            "Btrfs chunk tree", key.offset(), "at most " + ChunkMap.LIMIT_CHUNKS + " chunks", "more");
                }
                chunks.add(Chunk.of(key.offset(), cursor.item(), superblock, key.offset()));
            }
        }
        if (!isKnown) {
            return new BtrfsLayout(
                    volume, superblock, system, "It is being resized, or is not among the devices of its file system.");
        }
        ChunkMap all = ChunkMap.of(chunks);
        return new BtrfsLayout(volume, superblock, all, hasMetadataElsewhere(all) ? elsewhere(superblock) : "");
    }

    /** Why no map can be made from this device alone, as a sentence; empty if one can. */
    public String reasonForRaw() throws RescueException {
        return reason.isEmpty() && isBeingReplaced()
                ? "The replacement of one of its devices was begun and is not finished."
                : reason;
    }

    /** Tells whether a balance was begun and not finished. Until it is, all trees still tell the truth about the space. */
    public boolean isBalancePending() throws RescueException {
        if (!reason.isEmpty()) {
            return false;
        }
        TreeCursor roots = new TreeCursor(reader, superblock.rootTree());
        Key key = new Key(BALANCE, Key.TEMPORARY_ITEM, 0);
        return roots.seek(key) && roots.key().equals(key);
    }

    /**
     * The bytes in use: everything that no tree says is free. Meaningful only if there is no {@link #reasonForRaw()}.
     *
     * @throws MalformedDataException if a tree is damaged or contradicts another
     */
    public ExtentSet used() throws RescueException {
        List<DeviceExtent> extents = DeviceExtent.allOf(chunks, superblock);
        checkDeviceTree(extents);
        TreeRoot extentTree = tree(TreeRoot.EXTENT_TREE);
        TreeRoot blockGroups = superblock.hasRoCompat(BtrfsFeature.RO_COMPAT_BLOCK_GROUP_TREE)
                ? tree(TreeRoot.BLOCK_GROUP_TREE)
                : extentTree;
        boolean hasFreeSpaceTree = superblock.hasRoCompat(
                BtrfsFeature.RO_COMPAT_FREE_SPACE_TREE | BtrfsFeature.RO_COMPAT_FREE_SPACE_TREE_VALID);
        FreeSpace freeSpace = hasFreeSpaceTree
                ? new FreeSpaceTree(new TreeCursor(reader, tree(TreeRoot.FREE_SPACE_TREE)), superblock.sectorBytes())
                : new ExtentTree(new TreeCursor(reader, extentTree), superblock);
        ExtentSet used =
                new BtrfsUsedMap(volume, superblock, new TreeCursor(reader, blockGroups), freeSpace).build(extents);
        reader.checkIsUsed(used);
        return used;
    }

    private static boolean hasMetadataElsewhere(ChunkMap chunks) {
        return chunks.all().stream().anyMatch(chunk -> chunk.holdsMetadata() && !chunk.isWholeOnDevice());
    }

    private static String elsewhere(BtrfsSuperblock superblock) {
        return "It is one of " + superblock.deviceCount()
                + " devices of its file system, and a part of what tells of the free space is on others.";
    }

    private boolean isBeingReplaced() throws RescueException {
        TreeCursor devices = new TreeCursor(reader, tree(TreeRoot.DEVICE_TREE));
        Key key = new Key(0, Key.DEVICE_REPLACE, 0);
        if (!devices.seek(key) || !devices.key().equals(key)) {
            return false;
        }
        long state = item(devices, 40, "Btrfs replace item").getLong(32);
        return state == REPLACE_STARTED || state == REPLACE_SUSPENDED;
    }

    /** The device tree lists the parts of chunks on this device once more. */
    private void checkDeviceTree(List<DeviceExtent> extents) throws RescueException {
        TreeCursor cursor = new TreeCursor(reader, tree(TreeRoot.DEVICE_TREE));
        boolean more = cursor.seek(new Key(superblock.deviceId(), Key.DEVICE_EXTENT, 0));
        for (DeviceExtent extent : extents) {
            Key expected = new Key(superblock.deviceId(), Key.DEVICE_EXTENT, extent.start());
            boolean isThere = more && cursor.key().equals(expected);
            ByteBuffer item = isThere ? item(cursor, 48, "Btrfs device extent") : ByteBuffer.allocate(0);
            if (!isThere
                    || item.getLong(16) != extent.chunk().start()
                    || item.getLong(24) != extent.chunk().placeBytes()) {
                throw new MalformedDataException(
                        "Btrfs device tree",
                        extent.start(),
                        "the chunk " + extent.chunk().start(),
                        "another or none");
            }
            more = cursor.next();
        }
        if (more
                && cursor.key().objectId() == superblock.deviceId()
                && cursor.key().type() == Key.DEVICE_EXTENT) {
            throw new MalformedDataException(
                    "Btrfs device tree", cursor.key().offset(), "an extent of a chunk", "one of none");
        }
    }

    private TreeRoot tree(long owner) throws RescueException {
        TreeCursor roots = new TreeCursor(reader, superblock.rootTree());
        Key key = new Key(owner, Key.ROOT_ITEM, 0);
        Optional<ByteBuffer> item = roots.seek(key) && roots.key().equals(key)
                ? Optional.of(item(roots, ROOT_ITEM_BYTES, "Btrfs root item"))
                : Optional.empty();
        ByteBuffer found = item.orElseThrow(() -> new MalformedDataException(
                "Btrfs root tree", superblock.rootTree().address(), "the tree " + owner, "none"));
        int level = found.get(238) & 0xFF;
        if (level >= 8) {
            throw new MalformedDataException("Btrfs root item", owner, "a level below 8", Integer.toString(level));
        }
        return new TreeRoot(owner, found.getLong(176), found.getLong(160), level);
    }

    private static boolean isThis(ByteBuffer item, BtrfsSuperblock superblock) {
        return item.getLong(0) == superblock.deviceId()
                && item.getLong(8) == superblock.deviceBytes()
                && Arrays.equals(bytes(item, 66), superblock.deviceUuid());
    }

    private static byte[] bytes(ByteBuffer item, int offset) {
        byte[] uuid = new byte[BtrfsSuperblock.UUID_BYTES];
        item.get(offset, uuid);
        return uuid;
    }

    private static ByteBuffer item(TreeCursor cursor, int lengthBytes, String what) throws RescueException {
        ByteBuffer item = cursor.item();
        if (item.limit() < lengthBytes) {
            throw new MalformedDataException(
                    what, cursor.key().objectId(), "at least " + lengthBytes + " bytes", item.limit() + " bytes");
        }
        return item;
    }
}
