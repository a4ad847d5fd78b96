package org.rescuekey.engine;

import java.util.List;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.EndState;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.plan.Request;

/**
 * All that the text UI and the command line ask of the engine and the machine. Calls may take as long as a slow disk
 * does; a user interface makes them off its drawing thread.
 */
public interface RescueService {
    /** A fresh look at the machine and its disks. */
    Machine inventory() throws RescueException;

    /** Where images can be put or found, mounted or not; never on the boot medium's read-only parts. */
    List<Place> places() throws RescueException;

    /** Makes a place usable: mounts it, read-only, if need be, and returns its directory. A capture to it may write. */
    Place openPlace(Place place) throws RescueException;

    /** The images in a directory and the folders below it, newest first; unreadable ones say why. */
    List<ImageFacts> images(String directory) throws RescueException;

    /** What is known of one image. */
    ImageFacts image(String path) throws RescueException;

    /** Gives an unfinished or damaged image a new index of its whole blocks; the image says what it then is. */
    ImageFacts recover(String path) throws RescueException;

    /** What {@link #recover} would find; nothing is written. */
    Recoverable recoverable(String path) throws RescueException;

    /**
     * What a recovery would find.
     *
     * @param state what the image would be then
     * @param usedBytes the bytes of the source in its whole blocks
     * @param damagedBytes the bytes of its file that belong to nothing whole
     */
    record Recoverable(EndState state, long usedBytes, long damagedBytes) {}

    /** The passwords of encrypted images. */
    ImageKeyService keys();

    /** Looks at what the request names and plans it; nothing is written. */
    PlanResult plan(Request request) throws RescueException;

    /** Runs a plan to its end; what goes wrong is in the report, which was also the last event. */
    Report run(ConfirmedPlan plan, JobControl control);

    /** Unmounts the places that were mounted for images and are not in use, so that their disks can be unplugged. */
    void releasePlaces();

    /** The program's version. */
    String version();
}
