package org.rescuekey.plan;

import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;

/**
 * An image whose capture did not finish.
 *
 * @param directory where it lies
 * @param name the name that it gets when it is finished
 * @param header its header
 * @param description what it is of
 * @param storedBytes what its files take
 */
public record UnfinishedImage(
        String directory, String name, ImageHeader header, ImageDescription description, long storedBytes) {}
