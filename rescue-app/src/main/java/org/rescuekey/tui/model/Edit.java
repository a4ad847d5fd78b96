package org.rescuekey.tui.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.rescuekey.inventory.Machine;

/** Makes a changed copy of a model; used within one expression and never kept. */
final class Edit {
    private final Model base;
    private Size size;
    private Instant now;
    private int ticks;
    private int lastTicket;
    private int machineTicket;
    private Load<Machine> machine;
    private Optional<Job> job;
    private List<LogEntry> log;
    private List<Screen> screens;
    private String notice;
    private boolean newcomer;

    Edit(Model base) {
        this.base = base;
        this.size = base.size();
        this.now = base.now();
        this.ticks = base.ticks();
        this.lastTicket = base.lastTicket();
        this.machineTicket = base.machineTicket();
        this.machine = base.machine();
        this.job = base.job();
        this.log = base.log();
        this.screens = base.screens();
        this.notice = base.notice();
        this.newcomer = base.newcomer();
    }

    Edit size(Size value) {
        size = value;
        return this;
    }

    Edit now(Instant value) {
        now = value;
        return this;
    }

    Edit ticks(int value) {
        ticks = value;
        return this;
    }

    Edit lastTicket(int value) {
        lastTicket = value;
        return this;
    }

    Edit machineTicket(int value) {
        machineTicket = value;
        return this;
    }

    Edit machine(Load<Machine> value) {
        machine = value;
        return this;
    }

    Edit job(Optional<Job> value) {
        job = value;
        return this;
    }

    Edit log(List<LogEntry> value) {
        log = value;
        return this;
    }

    Edit screens(List<Screen> value) {
        screens = value;
        return this;
    }

    Edit notice(String value) {
        notice = value;
        return this;
    }

    Edit newcomer(boolean value) {
        newcomer = value;
        return this;
    }

    Model done() {
        return new Model(
                size,
                base.version(),
                base.ownsMachine(),
                now,
                ticks,
                lastTicket,
                machineTicket,
                machine,
                job,
                log,
                screens,
                notice,
                newcomer);
    }
}
