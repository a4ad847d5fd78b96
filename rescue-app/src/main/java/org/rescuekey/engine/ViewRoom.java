package org.rescuekey.engine;

import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;

/** Where views keep what was changed in them. */
@FunctionalInterface
public interface ViewRoom {
    /**
     * Room for the changes of one view.
     *
     * @param bytes how much it may take at most, in whole pieces of 4 KiB; it takes no more than what is written
     * @return empty, and gone when it is closed
     */
    BlockDevice create(long bytes) throws RescueException;
}
