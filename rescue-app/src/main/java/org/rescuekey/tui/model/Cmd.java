package org.rescuekey.tui.model;

import org.rescuekey.inventory.Place;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Request;

/** What the model wants done outside; the runtime does it and answers with messages. */
public sealed interface Cmd {
    record ReadMachine(int ticket) implements Cmd {}

    record ReadPlaces(int ticket) implements Cmd {}

    record OpenPlace(int ticket, Place place) implements Cmd {}

    record ReadImages(int ticket, String directory) implements Cmd {}

    record MakePlan(int ticket, Request request) implements Cmd {}

    /** Only a confirmed plan runs. */
    record RunJob(ConfirmedPlan plan) implements Cmd {}

    record PauseJob(boolean on) implements Cmd {}

    record CancelJob() implements Cmd {}

    record RunShell() implements Cmd {}

    record PowerOff() implements Cmd {}

    record Reboot() implements Cmd {}

    record Repaint() implements Cmd {}

    record Quit() implements Cmd {}
}
