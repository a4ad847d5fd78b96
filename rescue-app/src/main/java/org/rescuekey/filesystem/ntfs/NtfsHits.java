package org.rescuekey.filesystem.ntfs;

import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.OwnerHits;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Says in the words of a report what the search through the $MFT found: paths as Windows writes them, directories, and the
 * files that the volume itself is made of. For one search.
 */
final class NtfsHits {
    private static final String EXTEND = "/$Extend";
    private static final String INDEX_OF_NAMES = "$I30:$INDEX_ALLOCATION";

    private final NtfsBootSector boot;
    private final OwnerHits hits;

    NtfsHits(NtfsBootSector boot, ExtentSet wanted) {
        this.boot = boot;
        this.hits = new OwnerHits(wanted);
    }

    Owners find(NtfsFiles files, SearchWatch watch) throws RescueException {
        boolean[] isEnded = new boolean[1];
        NtfsOwners found = files.owners(hits.wanted(), () -> {
            isEnded[0] |= !watch.goOn();
            return !isEnded[0];
        });
        for (NtfsOwners.Owner owner : found.owners()) {
            long bytes = 0;
            for (Extent share : owner.extents()) {
                bytes += hits.take(share);
            }
            add(owner, bytes);
        }
        hits.structure("the copy of the boot sector", new Extent(boot.sizeBytes(), boot.sectorBytes()));
        hits.addOthers(found.others());
        if (!found.complete()) {
            hits.incomplete("There are too many files and pieces of files among it to tell all of them.");
        }
        hits.incomplete(
                found.damagedRecords(),
                "A record of the $MFT could not be read or is damaged: the file that it describes is lost with it.",
                "records of the $MFT could not be read or are damaged: the files that they describe are lost with them.");
        if (isEnded[0]) {
            hits.incomplete("The search for the files was ended before it was through.");
        }
        return hits.result();
    }

    private void add(NtfsOwners.Owner owner, long bytes) {
        String path = owner.path();
        boolean isDirectory = owner.stream().equals(INDEX_OF_NAMES);
        int type = owner.stream().indexOf(":$");
        String stream = type < 0 ? owner.stream() : owner.stream().substring(0, type);
        String part = type < 0 || isDirectory ? "" : "its " + owner.stream().substring(type + 1);
        boolean isOwn = path.startsWith(EXTEND + "/") || SystemFiles.isName(path.substring(1));
        if (isOwn) {
            String name = path.substring(1) + (stream.isEmpty() || isDirectory ? "" : ":" + stream);
            hits.add(Owner.Kind.STRUCTURE, name.replace('/', '\\'), part, bytes);
        } else {
            String name = path.replace('/', '\\') + (stream.isEmpty() || isDirectory ? "" : ":" + stream);
            hits.add(isDirectory ? Owner.Kind.DIRECTORY : Owner.Kind.FILE, name, part, bytes);
        }
    }
}
