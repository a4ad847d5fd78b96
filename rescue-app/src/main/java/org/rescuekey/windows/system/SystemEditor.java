package org.rescuekey.windows.system;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.hive.HiveEditor;

/** Gathers all edits of one SYSTEM hive, so that they are one change of it. Not safe for several threads. */
public final class SystemEditor {
    private final SystemHive system;
    private final HiveEditor editor;
    private final List<String> notes = new ArrayList<>();

    private SystemEditor(SystemHive system, HiveEditor editor) {
        this.system = system;
        this.editor = editor;
    }

    /** @throws RefusedException if the hive is dirty */
    public static SystemEditor of(SystemHive system) throws RefusedException {
        return new SystemEditor(system, HiveEditor.of(system.hive()));
    }

    /** Lets drive letters and volume names follow these partitions. */
    public SystemEditor follow(IdentityChanges changes) throws MalformedDataException {
        MountedDevices.follow(editor, changes);
        return this;
    }

    /** Lets the storage drivers that come with Windows start at boot; those of makers are only told. */
    public SystemEditor startAtBoot(StorageDrivers drivers) {
        if (drivers.system() != system) {
            throw new IllegalArgumentException("these are drivers of another hive");
        }
        drivers.startAtBoot(editor, notes);
        return this;
    }

    /** All edits of the file, tried: the edited hive has been read again. */
    public FileEdits result() throws MalformedDataException, RefusedException {
        return new FileEdits(editor.edits(), notes);
    }
}
