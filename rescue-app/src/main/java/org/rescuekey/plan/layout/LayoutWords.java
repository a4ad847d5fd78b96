package org.rescuekey.plan.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.units.ByteCount;

/** What a layout cannot do, in words: the reason, and what the user can do about it. */
record LayoutWords(TargetRoom target, Rows rows) {
    private static final int NAMED_MAX = 4;

    static Optional<LayoutResult.Refused> otherSectors(PartitionTable table, TargetRoom target) {
        int had = table.sectorSize().bytes();
        int has = target.sectorSize().bytes();
        return had == has
                ? Optional.empty()
                : Optional.of(new LayoutResult.Refused(
                        "The source has sectors of " + had + " bytes, the target has sectors of " + has
                                + " bytes; file systems count in sectors.",
                        "Choose a target with sectors of " + had + " bytes."));
    }

    /**
     * @param smallestBytes a target on which it fits if partitions shrink, or {@link Packing#NOWHERE}
     */
    LayoutResult.TooSmall tooSmall(long neededBytes, long smallestBytes) {
        long needed = target.sectorSize().roundUp(neededBytes);
        long missing = needed - target.sizeBytes();
        StringBuilder remedy = new StringBuilder("Choose a target of at least ")
                .append(ByteCount.of(needed).exact())
                .append('.');
        if (smallestBytes < needed) {
            remedy.append(" With --layout fill, partitions shrink, and ")
                    .append(ByteCount.of(target.sectorSize().roundUp(smallestBytes))
                            .exact())
                    .append(" are enough.");
        } else {
            remedy.append(whatTakesTheRoom());
        }
        return new LayoutResult.TooSmall(
                needed,
                missing,
                String.format(
                        Locale.ROOT,
                        "The target is too small: it has %s, and this needs %s: %,d bytes are missing.",
                        ByteCount.of(target.sizeBytes()).exact(),
                        ByteCount.of(needed).exact(),
                        missing),
                remedy.toString());
    }

    private String whatTakesTheRoom() {
        List<Row> largest = rows.packing().rows().stream()
                .sorted(Comparator.comparingLong(Row::lowBytes).reversed())
                .limit(NAMED_MAX)
                .toList();
        StringBuilder text = new StringBuilder();
        for (Row row : largest) {
            text.append(' ').append(capital(row.need().label()));
            if (row.need().canShrink() && !row.isKept()) {
                text.append(" needs at least ")
                        .append(ByteCount.text(row.lowBytes()))
                        .append('.');
            } else {
                text.append(" keeps its ")
                        .append(ByteCount.text(row.lowBytes()))
                        .append(": it ")
                        .append(row.isKept() ? whyKept() : row.need().whyNotSmaller())
                        .append('.');
            }
        }
        return text.toString();
    }

    LayoutResult.Refused beyondReach(long endBytes) {
        return new LayoutResult.Refused(
                "The partition table is an MBR, which cannot say what lies behind "
                        + ByteCount.text(target.sectorSize().toBytes(1L << 32)) + "; this would reach "
                        + ByteCount.of(endBytes).exact() + ".",
                "Choose smaller sizes, or convert the source to GPT in its own system first.");
    }

    /** A partition would have to move and cannot. */
    LayoutResult.Refused inTheWay() {
        List<String> pinned = rows.packing().rows().stream()
                .filter(row -> !row.need().canMove())
                .map(row -> capital(row.need().label()) + " " + row.need().whyNotElsewhere() + ".")
                .toList();
        return new LayoutResult.Refused(
                "These sizes need a partition to move that has to stay where it is. " + String.join(" ", pinned),
                "Choose smaller sizes for the partitions before it.");
    }

    Optional<LayoutResult.Refused> outside(Row row, long askedBytes) {
        String name = capital(row.need().label());
        String asked = ByteCount.of(askedBytes).exact();
        if (askedBytes < row.lowBytes()) {
            return Optional.of(
                    row.lowBytes() < row.old().length()
                            ? new LayoutResult.Refused(
                                    name + " cannot become as small as " + asked + ": it needs at least "
                                            + ByteCount.of(row.lowBytes()).exact() + ".",
                                    "Choose that size or a larger one.")
                            : new LayoutResult.Refused(
                                    name + " cannot become smaller: it "
                                            + (row.isKept()
                                                    ? whyKept()
                                                    : row.need().canShrink()
                                                            ? "is as small as it can be"
                                                            : row.need().whyNotSmaller())
                                            + ".",
                                    "Leave its size of "
                                            + ByteCount.of(row.old().length()).exact() + "."));
        }
        if (askedBytes > row.highBytes() && Row.down(askedBytes) > row.highBytes()) {
            return Optional.of(
                    row.highBytes() > row.old().length()
                            ? new LayoutResult.Refused(
                                    name + " cannot become as large as " + asked + ": it can have at most "
                                            + ByteCount.of(row.highBytes()).exact() + ".",
                                    "Choose that size or a smaller one.")
                            : new LayoutResult.Refused(
                                    name + " cannot become larger: it "
                                            + (row.isKept()
                                                    ? whyKept()
                                                    : row.need().canGrow()
                                                            ? "is as large as it can be"
                                                            : row.need().whyNotLarger())
                                            + ".",
                                    "Leave its size of "
                                            + ByteCount.of(row.old().length()).exact() + "."));
        }
        return Optional.empty();
    }

    LayoutResult.Refused noSuchPartition(int number) {
        List<String> numbers = rows.packing().rows().stream()
                .map(row -> String.valueOf(row.number()))
                .toList();
        return new LayoutResult.Refused(
                "There is no partition " + number + " whose size could be chosen.",
                "The partitions are " + String.join(", ", numbers) + ".");
    }

    static String whyFixed(Row row) {
        return row.isKept()
                ? whyKept()
                : row.need().canShrink() || row.need().whyNotSmaller().isEmpty()
                        ? row.need().whyNotLarger()
                        : row.need().whyNotSmaller();
    }

    private static String whyKept() {
        return "is a partition for starting or repairing a system, and those keep their size";
    }

    /** Says why room is left, if it is. */
    Layout withNotes(Layout layout) {
        if (layout.unusedBytes() < Row.GRID_BYTES) {
            return layout;
        }
        List<String> notes = new ArrayList<>(layout.notes());
        for (Row row : rows.packing().rows()) {
            if (!row.isKept() && !row.need().canGrow()) {
                notes.add(capital(row.need().label()) + " is not made larger: it "
                        + row.need().whyNotLarger() + ".");
            }
            if (!row.need().canMove()) {
                notes.add(capital(row.need().label()) + " is not moved: it "
                        + row.need().whyNotElsewhere() + ".");
            }
        }
        return new Layout(
                layout.before(), layout.after(), layout.places(), layout.keptFront(), layout.unusedBytes(), notes);
    }

    static String capital(String label) {
        return label.isEmpty() ? label : label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    }
}
