package org.rescuekey.filesystem.ntfs;

import java.util.List;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.SearchWatch;

/**
 * What a walk through all of a volume with NTFS has found, as after it was made smaller or larger: whether its boot sectors, its $MFT with
 * the mirror, the runs of all attributes and its $Bitmap fit each other and the place that the volume has.
 *
 * @param records the records in use that were looked into
 * @param runs the runs of clusters of all attributes
 * @param usedClusters the clusters that something owns
 * @param unownedClusters the clusters that $Bitmap marks and nothing owns: lost space, which is no fault
 * @param problems how many faults there are; the walk ends early where there are very many
 * @param findings the first of them, each a sentence
 */
public record NtfsProof(
        long records, long runs, long usedClusters, long unownedClusters, long problems, List<String> findings) {
    public NtfsProof {
        findings = List.copyOf(findings);
    }

    /** Tells whether the volume is whole, as far as was looked. */
    public boolean holds() {
        return problems == 0;
    }

    /**
     * Walks through a volume, once for each 2^28 clusters of it (1 TiB with clusters of 4 KiB): a bit is kept for each of these, 32 MiB at
     * most, and little besides. What is damaged is a finding.
     *
     * @param volume all of the place that the volume has, up to the last sector of its partition
     * @param watch asked between reads; a walk that is ended early does not hold
     * @throws org.rescuekey.error.DeviceException if something cannot be read
     */
    public static NtfsProof of(BlockDevice volume, SearchWatch watch) throws RescueException {
        return of(volume, watch, NtfsProver.WINDOW_CLUSTERS);
    }

    /** @param windowClusters for how many clusters a bit is kept at once; a multiple of 64 */
    static NtfsProof of(BlockDevice volume, SearchWatch watch, int windowClusters) throws RescueException {
        NtfsFindings findings = new NtfsFindings();
        try {
            return new NtfsProver(volume, watch, windowClusters, findings).prove();
        } catch (MalformedDataException e) {
            findings.add(e.getMessage() + ".");
            return new NtfsProof(0, 0, 0, 0, findings.count(), findings.sentences());
        }
    }
}
