package org.rescuekey.partition;

import java.util.Map;
import java.util.TreeMap;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.units.Extent;

/** Gives out the bytes of a domain, each at most once. Not for use by several threads. */
final class Claims {
    private final Extent domain;
    private final String domainText;
    private final TreeMap<Long, Extent> taken = new TreeMap<>();

    Claims(Extent domain, String domainText) {
        this.domain = domain;
        this.domainText = domainText;
    }

    /** @throws MalformedDataException if the extent leaves the domain or overlaps one that was taken before */
    void take(String what, Extent extent) throws MalformedDataException {
        if (!domain.contains(extent)) {
            throw new MalformedDataException(what, extent.start(), "bytes " + domainText, "bytes " + extent);
        }
        Map.Entry<Long, Extent> before = taken.lowerEntry(extent.end());
        if (before != null && before.getValue().overlaps(extent)) {
            throw new MalformedDataException(
                    what, extent.start(), "no overlap with bytes " + before.getValue(), "bytes " + extent);
        }
        taken.put(extent.start(), extent);
    }
}
