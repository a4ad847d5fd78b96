package org.rescuekey.tui.model;

import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Request;

/** What the model wants done outside; the runtime does it and answers with messages. */
public sealed interface Cmd {
    record ReadMachine(int ticket) implements Cmd {}

    record ReadPlaces(int ticket) implements Cmd {}

    record OpenPlace(int ticket, Place place) implements Cmd {}

    /** Unmounts what was mounted to look into, so that its disk may be pulled out. */
    record ReleasePlaces() implements Cmd {}

    record ReadImages(int ticket, String directory) implements Cmd {}

    record MakePlan(int ticket, Request request) implements Cmd {}

    /** A character of a password; it goes to a store outside, so that no model and no text ever holds one. */
    record TypeSecret(char character) implements Cmd {
        /** Says nothing about the character. */
        @Override
        public String toString() {
            return "TypeSecret";
        }
    }

    /** Takes the last character back. */
    record EraseSecret() implements Cmd {}

    /** What is typed from now on is the same password again. */
    record RepeatSecret() implements Cmd {}

    /** Offers what was typed for an image, and reads the images of a directory with it; wipes what was typed. */
    record OpenImages(int ticket, String image, String directory) implements Cmd {}

    /** Offers what was typed, twice and the same, for a new image; wipes what was typed. */
    record OfferNewPassword(int ticket) implements Cmd {}

    /** Only a confirmed plan runs. */
    record RunJob(ConfirmedPlan plan) implements Cmd {}

    record PauseJob(boolean on) implements Cmd {}

    /** The running job goes no faster; 0 for no limit. */
    record LimitJob(long bytesPerSecond) implements Cmd {}

    record CancelJob() implements Cmd {}

    record RunShell() implements Cmd {}

    record PowerOff() implements Cmd {}

    record Reboot() implements Cmd {}

    record Repaint() implements Cmd {}

    record Quit() implements Cmd {}
}
