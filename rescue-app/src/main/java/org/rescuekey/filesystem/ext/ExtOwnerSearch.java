package org.rescuekey.filesystem.ext;

import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ext.GroupDescriptors.Group;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.OwnerHits;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Finds what some bytes of a volume belong to: the structures of all groups, the blocks of all inodes in use in one pass over
 * their tables, and in a pass over all directories the names of what was found, and of the files whose inodes lie among the
 * bytes. For one search.
 */
final class ExtOwnerSearch {
    private final BlockDevice volume;
    private final ExtSuperblock superblock;
    private final OwnerHits hits;
    private final ExtInodeTable table;
    private final ExtBlockWalk blocks;
    private final Map<Long, Hit> found = new TreeMap<>();
    private final ExtentSet.Builder describedInodes = ExtentSet.builder();
    private long others;

    /** What of an inode lies among the bytes. */
    private static final class Hit {
        private boolean isDirectory;
        private long contentBytes;
        private long mapBytes;
        private long attributeBytes;
        private boolean isInode;

        private boolean isAny() {
            return contentBytes + mapBytes + attributeBytes > 0;
        }
    }

    ExtOwnerSearch(BlockDevice volume, ExtSuperblock superblock, ExtentSet wanted, SearchWatch watch) {
        this.volume = volume;
        this.superblock = superblock;
        this.hits = new OwnerHits(wanted);
        this.table = new ExtInodeTable(volume, superblock, watch);
        this.blocks = new ExtBlockWalk(volume, superblock);
    }

    Owners search() throws RescueException {
        if (superblock.sizeBytes() > volume.sizeBytes()) {
            return Owners.unknown(hits.wanted(), "Which files these are is not known: the volume exceeds its place.");
        }
        if (superblock.unknownIncompat() != 0) {
            hits.incomplete("It uses features that are not known here, so that owners may be missing or wrong.");
        }
        structures();
        table.scan(this::inode);
        ExtentSet described = describedInodes.build();
        if (!found.isEmpty() || !described.isEmpty()) {
            name(described);
        }
        hits.addOthers(others);
        notes();
        return hits.result();
    }

    private void structures() throws RescueException {
        hits.structure("the boot block", new Extent(0, ExtSuperblock.OFFSET_BYTES));
        hits.structure("the superblock", new Extent(ExtSuperblock.OFFSET_BYTES, ExtSuperblock.SIZE_BYTES));
        table.descriptors()
                .visitHeads((group, first, count) -> hits.structure(
                        group == 0
                                ? "the superblock and the group descriptors"
                                : "a copy of the superblock or of group descriptors in group " + group,
                        extent(first, count)));
        table.descriptors().visitReadable(this::group);
        if (superblock.hasIncompat(ExtFeature.INCOMPAT_MMP)) {
            long block = superblock.mountProtectionBlock();
            if (block > 0 && block < superblock.blockCount()) {
                hits.structure("the mount protection", extent(block, 1));
            }
        }
    }

    private void group(Group group) {
        hits.structure("the block bitmap of group " + group.number(), extent(group.blockBitmap(), 1));
        hits.structure("the inode bitmap of group " + group.number(), extent(group.inodeBitmap(), 1));
        Extent inodes = extent(group.inodeTable(), superblock.inodeTableBlocks());
        if (!hits.wanted().intersects(inodes)) {
            return;
        }
        hits.structure("the inode table of group " + group.number(), inodes);
        long firstNumber = group.number() * superblock.inodesPerGroup() + 1;
        long used = superblock.inodesPerGroup() - group.unusedInodes();
        for (Extent piece : hits.wanted().intersect(inodes)) {
            long first = (piece.start() - inodes.start()) / superblock.inodeBytes();
            long end = (piece.end() - inodes.start() + superblock.inodeBytes() - 1) / superblock.inodeBytes();
            describedInodes.add(firstNumber + Math.min(first, used), firstNumber + Math.min(end, used));
        }
    }

    private void inode(ExtInode inode) throws RescueException {
        if (inode.number() == ExtBadBlocks.INODE) {
            return;
        }
        Hit hit = new Hit();
        hit.isDirectory = inode.isDirectory();
        blocks.walk(inode, (first, count, isMap) -> {
            long bytes = hits.take(extent(first, count));
            hit.mapBytes += isMap ? bytes : 0;
            hit.contentBytes += isMap ? 0 : bytes;
            return true;
        });
        long attributes = inode.attributesBlock();
        if (attributes > 0 && attributes < superblock.blockCount()) {
            hit.attributeBytes += hits.take(extent(attributes, 1));
        }
        if (!hit.isAny()) {
            return;
        }
        String purpose = inode.isAttribute()
                ? "an extended attribute (inode " + inode.number() + ")"
                : superblock.purposeOf(inode.number());
        if (!purpose.isEmpty()) {
            long bytes = hit.contentBytes + hit.mapBytes + hit.attributeBytes;
            hits.add(Owner.Kind.STRUCTURE, purpose, "", bytes);
        } else if (found.size() < OwnerHits.MAX_NAMED) {
            found.put(inode.number(), hit);
        } else {
            others++;
        }
    }

    private void name(ExtentSet described) throws RescueException {
        ExtNames names = new ExtNames(volume, superblock, table);
        if (described.contains(ExtInode.ROOT)) {
            describe(ExtInode.ROOT, true);
        }
        names.find(
                number -> found.containsKey(number) || described.contains(number),
                (number, directory) -> described.contains(number) ? describe(number, directory) : true);
        for (Map.Entry<Long, Hit> each : found.entrySet()) {
            add(names.path(each.getKey()), each.getValue());
        }
        hits.incomplete(
                names.passedOver(),
                "A block of a directory could not be read or is damaged: names that it holds are not known.",
                "blocks of directories could not be read or are damaged: names that they hold are not known.");
    }

    /** Counts an inode itself among the bytes; tells whether it will be named. */
    private boolean describe(long number, boolean directory) {
        if (found.size() == OwnerHits.MAX_NAMED && !found.containsKey(number)) {
            others++;
            return false;
        }
        Hit hit = found.computeIfAbsent(number, _ -> new Hit());
        hit.isDirectory |= directory;
        hit.isInode = true;
        return true;
    }

    private void add(String path, Hit hit) {
        Owner.Kind kind = hit.isDirectory ? Owner.Kind.DIRECTORY : Owner.Kind.FILE;
        add(kind, path, "", hit.contentBytes);
        add(kind, path, "its map of blocks", hit.mapBytes);
        add(kind, path, "its extended attributes", hit.attributeBytes);
        add(kind, path, "its inode", hit.isInode ? superblock.inodeBytes() : 0);
    }

    private void add(Owner.Kind kind, String path, String part, long bytes) {
        if (bytes > 0) {
            hits.add(kind, path, part, bytes);
        }
    }

    private void notes() {
        hits.incomplete(
                table.lostGroups(),
                "The descriptor of a group could not be read or is damaged: what the files described there own is not known.",
                "descriptors of groups could not be read or are damaged: what the files described there own is not known.");
        hits.incomplete(
                table.lostBlocks(),
                "A block of inodes could not be read: what the files described there own is not known.",
                "blocks of inodes could not be read: what the files described there own is not known.");
        hits.incomplete(
                blocks.passedOver(),
                "A block of the map of a file could not be read or is damaged: what lies behind it is not known.",
                "blocks of the maps of files could not be read or are damaged: what lies behind them is not known.");
        if (blocks.isExhausted()) {
            hits.incomplete("Its maps of blocks contradict each other, so that not all were followed.");
        }
        if (table.isEnded()) {
            hits.incomplete("The search for the files was ended before it was through.");
        }
    }

    private Extent extent(long firstBlock, long count) {
        return new Extent(firstBlock * superblock.blockBytes(), count * superblock.blockBytes());
    }
}
