package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.FileRecord.Attribute;
import org.rescuekey.filesystem.ntfs.NtfsOwners.Owner;
import org.rescuekey.filesystem.ntfs.RunList.Run;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Finds the files that own some bytes of a volume in one pass over all records, in bounded memory. For one search. */
final class OwnerSearch {
    private static final int MAX_OWNERS = 4096;
    private static final int MAX_PIECES = 1 << 18;
    private static final long NO_RECORD = -1;

    private final Mft mft;
    private final NtfsBootSector boot;
    private final ExtentSet wanted;
    private final long except;
    private final Map<Key, ExtentSet.Builder> found = new TreeMap<>();
    private final ExtentSet.Builder owned = ExtentSet.builder();
    private int pieces;
    private boolean complete = true;
    private long others;
    private long lastOther = NO_RECORD;

    /** An attribute of a file, whichever of its records maps it. */
    private record Key(long record, int type, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byRecord = Long.compare(record, other.record);
            int byType = byRecord != 0 ? byRecord : Integer.compare(type, other.type);
            return byType != 0 ? byType : name.compareTo(other.name);
        }

        /** What Windows writes behind the file's name and a colon. */
        String stream() {
            if (type == Attribute.DATA) {
                return name;
            }
            return name + ":"
                    + switch (type) {
                        case Attribute.STANDARD_INFORMATION -> "$STANDARD_INFORMATION";
                        case Attribute.ATTRIBUTE_LIST -> "$ATTRIBUTE_LIST";
                        case Attribute.SECURITY_DESCRIPTOR -> "$SECURITY_DESCRIPTOR";
                        case Attribute.INDEX_ALLOCATION -> "$INDEX_ALLOCATION";
                        case Attribute.BITMAP -> "$BITMAP";
                        case Attribute.REPARSE_POINT -> "$REPARSE_POINT";
                        case Attribute.EXTENDED_ATTRIBUTES -> "$EA";
                        case Attribute.LOGGED_UTILITY_STREAM -> "$LOGGED_UTILITY_STREAM";
                        default -> "0x" + Integer.toHexString(type);
                    };
        }
    }

    OwnerSearch(Mft mft, NtfsBootSector boot, ExtentSet wanted) {
        this(mft, boot, wanted, NO_RECORD);
    }

    /** @param except the record of a file that does not count as an owner */
    OwnerSearch(Mft mft, NtfsBootSector boot, ExtentSet wanted, long except) {
        this.except = except;
        this.mft = mft;
        this.boot = boot;
        this.wanted = wanted;
    }

    NtfsOwners search() throws RescueException {
        return named(wanted.isEmpty() ? 0 : mft.scan(this::look));
    }

    /** The same over any number of bad sectors, for who knows that they fail quickly. */
    NtfsOwners search(SearchWatch watch) throws RescueException {
        return named(wanted.isEmpty() ? 0 : mft.scan(this::look, Integer.MAX_VALUE, watch));
    }

    private NtfsOwners named(long damaged) throws RescueException {
        FilePaths paths = new FilePaths(mft);
        List<Owner> owners = new ArrayList<>();
        for (Map.Entry<Key, ExtentSet.Builder> each : found.entrySet()) {
            Key key = each.getKey();
            owners.add(new Owner(
                    paths.of(key.record()), key.stream(), each.getValue().build()));
        }
        ExtentSet ownerless = complete ? wanted.subtract(owned.build()) : ExtentSet.empty();
        return new NtfsOwners(owners, ownerless, complete, others, damaged);
    }

    private void look(FileRecord record) {
        if (record.baseRecord() == except) {
            return;
        }
        for (Attribute attribute : record.attributes()) {
            for (Run run : attribute.runs()) {
                if (!run.isSparse()) {
                    take(record, attribute, boot.extent(run));
                }
            }
        }
    }

    private void take(FileRecord record, Attribute attribute, Extent extent) {
        if (!wanted.intersects(extent)) {
            return;
        }
        Key key = new Key(record.baseRecord(), attribute.type(), attribute.name());
        if (pieces >= MAX_PIECES || (found.size() >= MAX_OWNERS && !found.containsKey(key))) {
            complete = false;
            if (record.baseRecord() != lastOther) {
                lastOther = record.baseRecord();
                others++;
            }
            return;
        }
        ExtentSet share = wanted.intersect(extent);
        pieces += share.size();
        ExtentSet.Builder builder = found.computeIfAbsent(key, _ -> ExtentSet.builder());
        share.forEach(builder::add);
        share.forEach(owned::add);
    }
}
