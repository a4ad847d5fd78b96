package org.rescuekey.plan;

import java.time.Instant;
import java.util.UUID;

/**
 * What a new image is told by those who make it, because pure planning has neither clock nor machine.
 *
 * @param setId the image set that it belongs to
 * @param directory where it goes
 * @param name its file name
 * @param tool this program with its version
 * @param machine the machine's model; may be empty
 * @param created now
 */
public record ImageOrigin(UUID setId, String directory, String name, String tool, String machine, Instant created) {}
