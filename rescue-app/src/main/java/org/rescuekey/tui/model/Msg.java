package org.rescuekey.tui.model;

import java.util.List;
import org.rescuekey.engine.JobEvent;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.PlanResult;
import org.rescuekey.tui.keys.Key;

/** What the model hears of. */
public sealed interface Msg {
    record Pressed(Key key) implements Msg {}

    record Resized(Size size) implements Msg {}

    /** Time has passed; comes only while something moves. */
    record Tick() implements Msg {}

    /** What a job tells; its last event ends it. */
    record JobTold(JobEvent event) implements Msg {}

    /** The shell has ended, or a host command went wrong and says how. */
    record HostDone(String words) implements Msg {}

    /** The answer to a command; it goes to the screen that holds the ticket, and to nobody if that screen is gone. */
    sealed interface Answer extends Msg {
        int ticket();
    }

    record MachineRead(int ticket, Machine machine) implements Answer {}

    record PlacesRead(int ticket, List<Place> places) implements Answer {}

    record PlaceOpened(int ticket, Place place) implements Answer {}

    record ImagesRead(int ticket, List<ImageFacts> images) implements Answer {}

    record PlanMade(int ticket, PlanResult result) implements Answer {}

    /** A password opened an image, or was taken for a new one. */
    record PasswordTaken(int ticket, List<ImageFacts> images, List<String> warnings) implements Answer {}

    record Failed(int ticket, String reason, String remedy) implements Answer {}
}
