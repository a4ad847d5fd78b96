package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.linux.PartitionUuids;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.plan.layout.Layout;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.ReAgent;
import org.rescuekey.windows.bcd.BootStore;
import org.rescuekey.windows.bcd.BootStoreEditor;
import org.rescuekey.windows.system.SystemEditor;
import org.rescuekey.windows.system.SystemHive;

/**
 * What has to change in the files of installed systems so that they find their partitions where a layout puts them, and under
 * the identities that it gives them. Pure.
 *
 * @param edits one for each file that refers to something that becomes another
 * @param notes sentences on what was left alone, and why
 */
record References(List<VolumeEdit> edits, List<String> notes) {
    static final References NONE = new References(List.of(), List.of());

    References {
        edits = List.copyOf(edits);
        notes = List.copyOf(notes);
    }

    /** Those of one volume. */
    List<VolumeEdit> of(int stream) {
        return edits.stream().filter(edit -> edit.stream() == stream).toList();
    }

    /**
     * Finds them.
     *
     * @throws RefusedException if a system would not start from the target because a file cannot be changed; where it would
     *     all the same, a note says what was left
     */
    static References follow(List<SystemFile> files, Layout layout) throws RefusedException {
        IdentityChanges changes = IdentityChanges.of(layout.identityChanges());
        if (changes.all().isEmpty()) {
            return NONE;
        }
        List<PartitionUuids.Renamed> renamed = renamed(layout);
        // Whoever refers to a GPT partition does so by its GUIDs: while they stay, a new place is found.
        boolean isVital = layout.hasNewIdentities()
                || changes.all().stream().anyMatch(change -> change.before() instanceof PartitionIdentity.Mbr);
        List<VolumeEdit> edits = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (SystemFile file : files) {
            try {
                if (file.isUnread()) {
                    throw new RefusedException(
                            file.obstacle().reason(), file.obstacle().remedy());
                }
                FileEdits found = follow(file, changes, renamed);
                notes.addAll(found.notes());
                if (found.edits().isEmpty()) {
                    continue;
                }
                if (!file.obstacle().isNone()) {
                    throw new RefusedException(
                            file.obstacle().reason(), file.obstacle().remedy());
                }
                edits.add(new VolumeEdit(file.stream(), file.path(), found.edits()));
            } catch (RefusedException e) {
                obstacle(file, isVital && isVital(file), e.reason(), e.remedy(), notes);
            } catch (MalformedDataException e) {
                obstacle(
                        file,
                        isVital && isVital(file),
                        "It is damaged (" + e.getMessage() + ").",
                        "Repair it first, or keep the identities and the layout of the disk.",
                        notes);
            }
        }
        return new References(edits, notes);
    }

    /** Windows starts without its recovery environment. */
    private static boolean isVital(SystemFile file) {
        return file.kind() != SystemFile.Kind.RECOVERY;
    }

    private static void obstacle(SystemFile file, boolean isVital, String reason, String remedy, List<String> notes)
            throws RefusedException {
        String what = file.path() + " in partition " + file.stream();
        if (isVital) {
            throw new RefusedException(
                    what + " may refer to partitions that become others, and cannot be changed: " + reason, remedy);
        }
        notes.add(what + " is left as it is: " + reason);
    }

    private static FileEdits follow(SystemFile file, IdentityChanges changes, List<PartitionUuids.Renamed> renamed)
            throws RefusedException, MalformedDataException {
        byte[] content = file.content();
        return switch (file.kind()) {
            case BOOT_STORE ->
                BootStoreEditor.of(BootStore.parse(content)).follow(changes).result();
            case SYSTEM_HIVE ->
                SystemEditor.of(SystemHive.parse(content)).follow(changes).result();
            case RECOVERY -> ReAgent.follow(content, changes);
            case TEXT -> PartitionUuids.follow(content, file.path(), renamed);
        };
    }

    private static List<PartitionUuids.Renamed> renamed(Layout layout) {
        List<PartitionUuids.Renamed> renamed = new ArrayList<>();
        for (Layout.Place place : layout.places()) {
            PartitionIdentity before = identity(layout.before(), place.number());
            PartitionIdentity after = identity(layout.after(), place.number());
            if (before != null && after != null && before.isTelling()) {
                renamed.add(new PartitionUuids.Renamed(place.number(), before, after));
            }
        }
        return renamed;
    }

    private static @org.jspecify.annotations.Nullable PartitionIdentity identity(PartitionTable table, int number) {
        for (Partition partition : table.partitions()) {
            if (partition.number() == number) {
                return PartitionIdentity.of(table, partition).orElse(null);
            }
        }
        return null;
    }
}
