package org.rescuekey.plan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.PlanResult.Planned;
import org.rescuekey.plan.PlanResult.Refused;

/** Plans a restore: image to disk of the same or a larger size, or partitions into existing ones. Pure. */
public final class RestorePlanner {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private RestorePlanner() {}

    /**
     * Plans what a request names: the whole disk, or single partitions into existing ones.
     *
     * @param facts what is known for laying the disk out anew, if that is asked for
     */
    public static PlanResult plan(Request.Restore request, ImageFacts image, TargetSurvey target, LayoutFacts facts) {
        Optional<Refused> refusal = TargetRules.refusal(request, image, target);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        ImageDescription description = Objects.requireNonNull(image.description());
        try {
            return new Planned(
                    request.partitions().isEmpty()
                            ? wholeDisk(request, image, description, target, facts)
                            : partitions(request, image, description, target));
        } catch (RefusedException e) {
            return new Refused(e.reason(), e.remedy());
        } catch (MalformedDataException e) {
            return new Refused(
                    "The partition table that " + image.path() + " holds cannot be read: " + e.getMessage() + ".",
                    "Verify the image; restore single partitions with --partition.");
        }
    }

    private static Plan wholeDisk(
            Request.Restore request,
            ImageFacts image,
            ImageDescription description,
            TargetSurvey target,
            LayoutFacts facts)
            throws RefusedException, MalformedDataException {
        if (request.acceptDamage() && !request.layout().isAsItIs()) {
            throw new RefusedException(
                    "What is damaged can only be restored as it was.",
                    "Leave --accept-damage out, or --layout, --size and --identities.");
        }
        TargetLayout layout =
                TargetLayout.ofWholeDisk(description, target, request.acceptDamage(), request.layout(), facts);
        List<Effect> effects = new ArrayList<>(layout.effects());
        effects.add(Effect.result(
                "The target becomes " + name(description) + LayoutEffects.identitiesOf(request.layout())));
        String title = "Restore " + name(description) + " to " + target.disk().label() + " ("
                + target.disk().path() + ")";
        return plan(request, image, description, target, layout, effects, title);
    }

    private static Plan partitions(
            Request.Restore request, ImageFacts image, ImageDescription description, TargetSurvey target)
            throws RefusedException {
        TargetLayout.requireAsItIs(request.layout());
        TargetLayout layout = PartitionsLayout.of(
                description, target, request.partitions(), "The image", " of " + time(description.created()));
        String title = "Restore " + request.partitions().size() + " of the image's partitions to "
                + target.disk().label() + " (" + target.disk().path() + ")";
        return plan(request, image, description, target, layout, new ArrayList<>(layout.effects()), title);
    }

    private static Plan plan(
            Request.Restore request,
            ImageFacts image,
            ImageDescription description,
            TargetSurvey target,
            TargetLayout layout,
            List<Effect> effects,
            String title) {
        effects.addAll(imageWarnings(request, image, description));
        List<Step> steps = new ArrayList<>(findDamage(request, image));
        steps.addAll(layout.steps(placed -> write(placed, request.compare())));
        steps.add(new Step.ReadBack());
        steps.addAll(layout.last());
        return new Plan(
                JobKind.RESTORE,
                title,
                preconditions(image, target.disk()),
                steps,
                effects,
                layout.usedBytes(),
                layout.usedBytes(),
                commandLine(request),
                TargetRules.overwrite(target.disk()));
    }

    private static Step write(TargetLayout.Placed placed, boolean compare) {
        ImageDescription.Stream stream = placed.stream();
        String label = TargetLayout.label(stream);
        return placed.adapted().isPresent()
                ? new CopyAdapted(stream.id(), label, stream.usedBytes(), placed.onTarget(), compare)
                : new Step.WriteStream(stream.id(), label, placed.onTarget(), placed.leaveOut(), compare);
    }

    /** Before anything is written, if the user has agreed to zeros. */
    private static List<Step> findDamage(Request.Restore request, ImageFacts image) {
        return request.acceptDamage() ? List.of(new Step.FindDamage(image.path())) : List.of();
    }

    /** The captured disk and the moment in words: "Samsung SSD 870 as of 2026-11-22 09:06 UTC". */
    static String name(ImageDescription description) {
        String disk = description.disk().model().isEmpty()
                ? "the disk"
                : description.disk().model();
        return disk + " as of " + time(description.created());
    }

    /** "2026-11-22 09:06 UTC". */
    static String time(Instant moment) {
        return TIME.format(moment.atOffset(ZoneOffset.UTC)) + " UTC";
    }

    private static List<Effect> imageWarnings(Request.Restore request, ImageFacts image, ImageDescription description) {
        List<Effect> effects = new ArrayList<>();
        if (request.acceptDamage()) {
            effects.add(Effect.warning(
                    "Blocks of the image that are damaged become zeros; the report names them. The image is"
                            + " read twice."));
            if (!image.isRestorable()) {
                effects.add(Effect.warning("The image is incomplete: " + image.problem()
                        + " All that it does not hold becomes zeros, free or not."));
            }
        }
        if (image.state() == ImageFacts.State.COMPLETE_WITH_UNREADABLE) {
            effects.add(Effect.warning(
                    "Some sectors could not be read when the image was made; they are written as zeros."));
        }
        description.notes().forEach(note -> effects.add(Effect.warning(note)));
        return effects;
    }

    private static List<Precondition> preconditions(ImageFacts image, DiskInfo disk) {
        return List.of(
                new Precondition.ImageIs(image.path(), image.imageId(), image.rootHash()),
                new Precondition.DiskIs(Precondition.Role.TARGET, disk.path(), disk.fingerprint()),
                new Precondition.NotInUse(disk.path()),
                new Precondition.Apart(image.path(), disk.path()));
    }

    private static String commandLine(Request.Restore request) {
        StringBuilder line = new StringBuilder("rescuekey restore ");
        line.append(Shell.quote(request.image())).append(" --to ").append(Shell.quote(request.target()));
        request.partitions()
                .forEach((from, to) ->
                        line.append(" --partition ").append(from).append('=').append(to));
        if (request.acceptUnreadable()) {
            line.append(" --accept-unreadable");
        }
        if (request.acceptDamage()) {
            line.append(" --accept-damage");
        }
        if (!request.compare()) {
            line.append(" --no-delta");
        }
        line.append(request.layout().commandLine());
        return line.toString();
    }
}
