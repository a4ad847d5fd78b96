package org.rescuekey.tui;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.Hash;
import org.rescuekey.image.ImageKind;
import org.rescuekey.image.ImageLink;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.plan.ImageLineage.Protection;

/** A share with the images of three PCs that do not exist: chains, an encrypted set, and files that are not whole. */
public final class InventedSets {
    private static final long GIB = 1L << 30;
    private static final String OFFICE = "/mnt/nas/Samsung-SSD-970/5ad01f00";
    private static final String RECEPTION = "/mnt/nas/Samsung-SSD-970/c4de9912";
    private static final String LAPTOP = "/mnt/nas/WDC-WDS100T2B0A/0b77c1e4";

    /** What opens the set of the laptop. */
    static final String PASSWORD = "correct horse";

    /** Its set. */
    static final String ENCRYPTED_SET = "0b77c1e4-0000-4000-8000-000000000000";

    private InventedSets() {}

    /** The images, newest first. */
    public static List<ImageFacts> images(boolean opened) {
        List<ImageFacts> images = new ArrayList<>();
        Chain office = new Chain(OFFICE, "OptiPlex 7050", Invented.windows());
        images.add(office.full(1, "2026-09-01T19:02:00Z"));
        images.add(office.child(2, "2026-09-08T19:00:00Z", ImageKind.INCREMENTAL, 1));
        images.add(office.child(3, "2026-09-15T19:01:00Z", ImageKind.INCREMENTAL, 2));
        images.add(office.child(4, "2026-09-22T19:00:00Z", ImageKind.DIFFERENTIAL, 1));
        images.add(office.child(6, "2026-10-06T19:03:00Z", ImageKind.INCREMENTAL, 5));
        images.add(without(
                OFFICE + "/007-incremental-2026-10-13-1900.rki.partial",
                ImageFacts.State.INCOMPLETE,
                "its capture did not finish."));
        Chain reception = new Chain(RECEPTION, "OptiPlex 7050", renamed("S4EVNX0N777777C"));
        images.add(reception.full(1, "2026-08-30T07:00:00Z"));
        images.add(without(RECEPTION + "/002-full-2026-09-30-0700.rki", ImageFacts.State.DAMAGED, "It is cut short."));
        Chain laptop = new Chain(LAPTOP, "ThinkPad T480", renamed("190412A00B17"));
        images.add(laptop.encrypted(laptop.full(1, "2026-11-01T20:00:00Z"), opened));
        images.add(laptop.encrypted(laptop.child(2, "2026-11-08T20:00:00Z", ImageKind.INCREMENTAL, 1), opened));
        return images.stream()
                .sorted((one, other) -> other.path().compareTo(one.path()))
                .toList();
    }

    /** One set with so many restore points, each of a day. */
    public static List<ImageFacts> longChain(int count) {
        Chain chain = new Chain(OFFICE, "OptiPlex 7050", Invented.windows());
        Instant first = Instant.parse("2026-01-01T19:00:00Z");
        List<ImageFacts> images = new ArrayList<>(List.of(chain.full(1, first.toString())));
        for (int i = 2; i <= count; i++) {
            String made = first.plusSeconds(86_400L * (i - 1)).toString();
            images.addFirst(chain.child(i, made, ImageKind.INCREMENTAL, i - 1));
        }
        return images;
    }

    private static DiskInfo renamed(String serial) {
        DiskInfo like = Invented.windows();
        return Invented.disk(
                like.path(), like.model(), serial, "nvme", like.sizeBytes(), like.partitions(), List.of(), false);
    }

    private static ImageFacts without(String path, ImageFacts.State state, String problem) {
        return new ImageFacts(path, "", "", state, problem, null, 12 * GIB, 0);
    }

    /** The images of one set. */
    private record Chain(String directory, String machine, DiskInfo disk) {
        ImageFacts full(int number, String created) {
            return image(number, created, ImageKind.FULL, null, ImageFacts.State.COMPLETE, "", 71 * GIB);
        }

        /** One that builds on the image with a number; of the one with number 5 nothing is there. */
        ImageFacts child(int number, String created, ImageKind kind, int base) {
            boolean here = base != 5 || !directory.equals(OFFICE) || number != 6;
            return image(
                    number,
                    created,
                    kind,
                    link(base),
                    here ? ImageFacts.State.COMPLETE : ImageFacts.State.PARENT_MISSING,
                    here ? "" : "It needs 005-incremental-2026-09-29-1900.rki, which is not here whole.",
                    kind == ImageKind.DIFFERENTIAL ? 5 * GIB : GIB);
        }

        private ImageLink link(int number) {
            return new ImageLink(new UUID(directory.hashCode(), number), Hash.NONE, "");
        }

        private ImageFacts image(
                int number,
                String created,
                ImageKind kind,
                @Nullable ImageLink parent,
                ImageFacts.State state,
                String problem,
                long storedBytes) {
            Instant made = Instant.parse(created);
            String name = String.format(
                    "%03d-%s-%s.rki",
                    number,
                    kind.name().toLowerCase(java.util.Locale.ROOT),
                    created.substring(0, 16).replace('T', '-').replace(":", ""));
            String folder = directory.substring(directory.lastIndexOf('/') + 1);
            ImageLineage lineage = new ImageLineage(
                    folder + "-0000-4000-8000-000000000000",
                    kind,
                    link(number),
                    Optional.ofNullable(parent),
                    AbsorbedImages.NONE,
                    made);
            return new ImageFacts(
                    directory + "/" + name,
                    "id" + number,
                    "root" + number,
                    state,
                    problem,
                    Invented.description(machine, disk, made),
                    storedBytes,
                    127 * GIB,
                    lineage);
        }

        private ImageFacts encrypted(ImageFacts plain, boolean opened) {
            ImageLineage was = java.util.Objects.requireNonNull(plain.lineage());
            ImageLineage lineage = new ImageLineage(
                    was.setId(),
                    was.kind(),
                    was.self(),
                    was.parent(),
                    was.absorbed(),
                    was.created(),
                    Protection.ENCRYPTED);
            return new ImageFacts(
                    plain.path(),
                    plain.imageId(),
                    plain.rootHash(),
                    opened ? plain.state() : ImageFacts.State.LOCKED,
                    opened ? "" : "It is encrypted and needs its password.",
                    opened ? plain.description() : null,
                    plain.storedBytes(),
                    plain.usedBytes(),
                    lineage);
        }
    }
}
