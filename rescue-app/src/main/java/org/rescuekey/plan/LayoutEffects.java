package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.plan.layout.Identities;
import org.rescuekey.plan.layout.Layout;
import org.rescuekey.plan.layout.LayoutRequest;
import org.rescuekey.plan.layout.VolumeChange;
import org.rescuekey.units.ByteCount;
import org.rescuekey.windows.ByteEdit;

/** What a layout does to each partition, in words. Pure. */
final class LayoutEffects {
    /** File systems of Linux in which files are not found by path here. */
    private static final Set<String> CLOSED = Set.of(
            FileSystemType.BTRFS.label(),
            FileSystemType.XFS.label(),
            FileSystemType.LVM2.label(),
            FileSystemType.LUKS.label());

    private LayoutEffects() {}

    /** A sentence for each partition that becomes another, and what is left over. */
    static List<Effect> of(Layout layout) {
        List<Effect> effects = new ArrayList<>();
        for (Layout.Place place : layout.places()) {
            if (place.change() != VolumeChange.SAME || place.isMoved()) {
                effects.add(Effect.result(capital(place.label()) + words(place) + "."));
            }
        }
        if (layout.unusedBytes() >= ByteCount.MIB) {
            effects.add(Effect.result(
                    ByteCount.text(layout.unusedBytes()) + " at the end of the target stay unpartitioned."));
        }
        layout.notes().forEach(note -> effects.add(Effect.warning(note)));
        return effects;
    }

    /** A sentence for each thing that is changed in files, and for each that is left alone. */
    static List<Effect> of(References references) {
        List<Effect> effects = new ArrayList<>();
        for (VolumeEdit edit : references.edits()) {
            for (ByteEdit each : edit.edits()) {
                if (!each.words().isEmpty()) {
                    effects.add(Effect.result("Changed on the target, partition " + edit.stream() + ", " + edit.path()
                            + ": " + each.words()));
                }
            }
        }
        references.notes().forEach(note -> effects.add(Effect.warning(note)));
        return effects;
    }

    /** Linux volumes whose files nobody looks into here. */
    static List<Effect> notLookedInto(ImageDescription description) {
        return description.streams().stream()
                .filter(stream -> stream.partition()
                        .map(partition -> CLOSED.contains(partition.volume().fileSystem()))
                        .orElse(false))
                .map(stream -> Effect.warning(capital(TargetLayout.label(stream))
                        + " is not looked into: where its fstab or boot loader names partitions by PARTUUID, that has to be"
                        + " changed by hand."))
                .toList();
    }

    private static String words(Layout.Place place) {
        String from = ByteCount.text(place.before().length());
        String to = ByteCount.text(place.after().length());
        String size =
                switch (place.change()) {
                    case SAME -> "";
                    case SHRINK -> " shrinks from " + from + " to " + to;
                    case GROW -> " grows from " + from + " to " + to;
                };
        if (!place.isMoved()) {
            return size;
        }
        return size + (size.isEmpty() ? " moves: it starts at " : " and moves: it starts at ")
                + ByteCount.text(place.after().start()) + " instead of "
                + ByteCount.text(place.before().start());
    }

    /** What the identities of the target mean for the first start. */
    static List<Effect> identities(Layout layout, ImageDescription description) {
        if (!layout.hasNewIdentities()) {
            return List.of(sameIdentities());
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(Effect.result("The target gets identities of its own (disk "
                + layout.after().diskIdentity() + " instead of "
                + layout.before().diskIdentity()
                + "), so that both disks can stay in one PC."));
        if (description.streams().stream().anyMatch(VolumeNeeds::isOfLinux)) {
            effects.add(
                    Effect.firstStart("Disconnect one of the two disks all the same: the volumes of Linux keep their"
                            + " UUIDs, by which Linux finds them."));
        } else {
            effects.add(Effect.firstStart("Both disks may stay in this PC; the new one has identities of its own."));
        }
        return effects;
    }

    /** Ends the sentence that says what the target becomes. */
    static String identitiesOf(LayoutRequest request) {
        return request.identities() == Identities.KEEP
                ? ", with the same identities, so that what starts from it finds its partitions."
                : ", with identities of its own.";
    }

    static Effect sameIdentities() {
        return Effect.firstStart("Disconnect the old disk before you start from the new one, if it is still in this PC:"
                + " two disks with the same identities must not run in one PC.");
    }

    private static String capital(String label) {
        return label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    }
}
