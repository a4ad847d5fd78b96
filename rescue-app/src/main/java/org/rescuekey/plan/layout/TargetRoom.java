package org.rescuekey.plan.layout;

import org.rescuekey.units.SectorSize;

/**
 * What a layout knows of a target.
 *
 * @param sizeBytes its size; what is behind its last whole sector cannot be used
 * @param sectorSize its logical sectors
 */
public record TargetRoom(long sizeBytes, SectorSize sectorSize) {
    public TargetRoom {
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a target of " + sizeBytes + " bytes");
        }
    }

    long wholeSectorsBytes() {
        return sectorSize.roundDown(sizeBytes);
    }
}
