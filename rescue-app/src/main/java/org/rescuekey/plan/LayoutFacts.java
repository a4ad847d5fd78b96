package org.rescuekey.plan;

import java.util.List;
import java.util.Map;
import org.rescuekey.filesystem.MinimumSize;
import org.rescuekey.plan.layout.IdentitySource;

/**
 * What a planner must know to lay a disk out anew.
 *
 * @param sizes between which sizes each volume can be brought, by the number of its partition, where that was measured
 * @param fresh where new identities come from
 * @param systemFiles what installed systems have recorded about partitions
 */
public record LayoutFacts(Map<Integer, MinimumSize> sizes, IdentitySource fresh, List<SystemFile> systemFiles) {
    public LayoutFacts {
        sizes = Map.copyOf(sizes);
        systemFiles = List.copyOf(systemFiles);
    }
}
