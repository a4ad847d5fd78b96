package org.rescuekey.filesystem.lvm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.lvm.LvmValue.Section;
import org.rescuekey.units.Extent;

/**
 * A volume group, as seen from one of its physical volumes. Immutable.
 *
 * @param name its name
 * @param extentBytes the size of its extents
 * @param extents where the extents lie on the physical volume
 * @param logicalVolumes all that have a part on this physical volume; none of them overlap
 * @param reasonForRaw why what it says is free may be in use, as a sentence; empty if it is free
 */
record LvmGroup(
        String name, long extentBytes, Extent extents, List<LogicalVolume> logicalVolumes, String reasonForRaw) {
    private static final int SECTOR_BYTES = 512;
    private static final Set<String> GROUP_STATUS = Set.of("RESIZEABLE", "READ", "WRITE");
    private static final Set<String> PHYSICAL_STATUS = Set.of("ALLOCATABLE");

    /** @param uuid the identity of the physical volume, with hyphens */
    static LvmGroup parse(String text, String uuid, LvmHeader header) throws MalformedDataException {
        Section root = LvmText.parse(text);
        boolean ours = LvmFields.text(root, "contents").equals("Text Format Volume Group");
        if (!ours || LvmFields.number(root, "version", 1, 1) != 1) {
            throw LvmFields.malformed("the text of a volume group", "another text");
        }
        List<String> names = root.entries().keySet().stream()
                .filter(each -> root.entries().get(each) instanceof Section)
                .toList();
        if (names.size() != 1) {
            throw LvmFields.malformed("one volume group", names.size() + " of them");
        }
        Section group = LvmFields.section(root, names.getFirst());
        Map<String, Section> physicals = LvmFields.sections(group, "physical_volumes");
        String own = "";
        for (Map.Entry<String, Section> each : physicals.entrySet()) {
            if (LvmFields.text(each.getValue(), "id").equals(uuid)) {
                own = each.getKey();
            }
        }
        if (own.isEmpty()) {
            throw LvmFields.malformed("the physical volume " + uuid, "none");
        }
        long extentBytes = SECTOR_BYTES * LvmFields.number(group, "extent_size", 1, 1L << 40);
        Extent extents = extents(Objects.requireNonNull(physicals.get(own)), extentBytes, header);
        String reason = reason(group, physicals);
        List<LogicalVolume> volumes = reason.isEmpty()
                ? new Allocations(LvmFields.sections(group, "logical_volumes"), own, extentBytes, extents).find()
                : List.of();
        return new LvmGroup(names.getFirst(), extentBytes, extents, volumes, reason);
    }

    private static Extent extents(Section physical, long extentBytes, LvmHeader header) throws MalformedDataException {
        long start = SECTOR_BYTES * LvmFields.number(physical, "pe_start", 1, Long.MAX_VALUE / SECTOR_BYTES);
        long most = Math.max(0, header.sizeBytes() - start) / extentBytes;
        long count = LvmFields.number(physical, "pe_count", 1, most);
        if (start != header.dataOffsetBytes()) {
            throw LvmFields.malformed("extents from " + header.dataOffsetBytes() + " on", "extents from " + start);
        }
        return new Extent(start, count * extentBytes);
    }

    private static String reason(Section group, Map<String, Section> physicals) throws MalformedDataException {
        List<String> marks = new ArrayList<>(LvmFields.unknownWords(group, "status", GROUP_STATUS));
        marks.addAll(LvmFields.unknownWords(group, "flags", Set.of()));
        String lock = LvmFields.text(group, "lock_type");
        if (!lock.isEmpty() && !lock.equals("none")) {
            marks.add("lock_type " + lock);
        }
        if (!marks.isEmpty()) {
            return "Its volume group is marked " + String.join(", ", marks)
                    + ", so what it says is free may be in use.";
        }
        for (Section physical : physicals.values()) {
            marks.addAll(LvmFields.unknownWords(physical, "status", PHYSICAL_STATUS));
            marks.addAll(LvmFields.unknownWords(physical, "flags", Set.of()));
        }
        return marks.isEmpty()
                ? ""
                : "A physical volume of its volume group is marked " + String.join(", ", marks)
                        + ", so what it says is free may be in use.";
    }

    /** Finds what the logical volumes have on one physical volume. */
    private static final class Allocations {
        private static final Set<String> STATUS = Set.of("READ", "WRITE", "VISIBLE", "FIXED_MINOR");
        private static final Set<String> FLAGS = Set.of("ACTIVATION_SKIP");
        private static final String STRIPED = "striped";
        private static final int MAX_SEGMENTS = 1 << 16;

        private final Map<String, Section> volumes;
        private final String own;
        private final long extentBytes;
        private final Extent extents;
        private final Set<String> partsOfOthers = new HashSet<>();

        private Allocations(Map<String, Section> volumes, String own, long extentBytes, Extent extents) {
            this.volumes = volumes;
            this.own = own;
            this.extentBytes = extentBytes;
            this.extents = extents;
        }

        private List<LogicalVolume> find() throws MalformedDataException {
            for (Map.Entry<String, Section> volume : volumes.entrySet()) {
                for (Section segment : segments(volume.getValue())) {
                    words(segment).stream()
                            .filter(word -> volumes.containsKey(word) && !word.equals(volume.getKey()))
                            .forEach(partsOfOthers::add);
                }
            }
            List<LogicalVolume> found = new ArrayList<>();
            for (Map.Entry<String, Section> volume : volumes.entrySet()) {
                List<Extent> pieces = new ArrayList<>();
                String reason = pieces(volume.getKey(), volume.getValue(), pieces);
                if (!pieces.isEmpty()) {
                    found.add(new LogicalVolume(volume.getKey(), pieces, reason));
                }
            }
            checkDisjoint(found);
            return found;
        }

        /** Adds the pieces that a logical volume has here, and tells why these are not a device by themselves. */
        private String pieces(String name, Section volume, List<Extent> pieces) throws MalformedDataException {
            List<String> marks = LvmFields.unknownWords(volume, "status", STATUS);
            marks.addAll(LvmFields.unknownWords(volume, "flags", FLAGS));
            String reason = marks.isEmpty() ? "" : "it is marked " + String.join(", ", marks);
            if (LvmFields.unknownWords(volume, "status", Set.of()).stream().noneMatch("VISIBLE"::equals)) {
                reason = "it is hidden";
            }
            if (partsOfOthers.contains(name)) {
                reason = "others are made of it";
            }
            long next = 0;
            for (Section segment : segments(volume)) {
                long start = LvmFields.number(segment, "start_extent", 0, Integer.MAX_VALUE);
                long count = LvmFields.number(segment, "extent_count", 1, Integer.MAX_VALUE);
                int here = addPieces(segment, count, pieces);
                boolean linear = here == 1 && LvmFields.number(segment, "stripe_count", 1, 1 << 10) == 1;
                if (!linear) {
                    reason = "not all of it is here, or not in one line";
                } else if (start != next) {
                    throw LvmFields.malformed("a segment from extent " + next + " on", "one from " + start + " on");
                }
                next = start + count;
            }
            return reason;
        }

        /** Adds what one segment has here and returns how many pieces that is. */
        private int addPieces(Section segment, long count, List<Extent> pieces) throws MalformedDataException {
            String type = LvmFields.text(segment, "type");
            if (!type.equals(STRIPED)) {
                if (words(segment).contains(own)) {
                    throw LvmFields.malformed("physical volumes in segments of the type striped", "the type " + type);
                }
                return 0;
            }
            long stripes = LvmFields.number(segment, "stripe_count", 1, 1 << 10);
            List<LvmValue> places = LvmFields.array(segment, "stripes");
            if (places.size() != 2 * stripes || count % stripes != 0) {
                throw LvmFields.malformed(stripes + " stripes", places.size() + " values for " + count + " extents");
            }
            long length = count / stripes;
            long available = extents.length() / extentBytes;
            int found = 0;
            for (int i = 0; i < places.size(); i += 2) {
                if (!(places.get(i) instanceof LvmValue.Text(String place))
                        || !(places.get(i + 1) instanceof LvmValue.Whole(long first))) {
                    throw LvmFields.malformed("a name and a number", "another kind of value");
                }
                if (!place.equals(own)) {
                    continue;
                }
                if (first < 0 || length > available || first > available - length) {
                    throw LvmFields.malformed("one of " + available + " extents", length + " from " + first + " on");
                }
                pieces.add(new Extent(extents.start() + first * extentBytes, length * extentBytes));
                found++;
            }
            return found;
        }

        private static List<Section> segments(Section volume) throws MalformedDataException {
            long count = LvmFields.number(volume, "segment_count", 0, MAX_SEGMENTS);
            List<Section> segments = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                segments.add(LvmFields.section(volume, "segment" + i));
            }
            return segments;
        }

        /** All texts in a section, in arrays and sections in it too. */
        private static Set<String> words(Section section) {
            Set<String> words = new HashSet<>();
            Deque<LvmValue> open = new ArrayDeque<>();
            open.push(section);
            while (!open.isEmpty()) {
                switch (open.pop()) {
                    case Section(Map<String, LvmValue> entries) ->
                        entries.values().forEach(open::push);
                    case LvmValue.Array(List<LvmValue> values) -> values.forEach(open::push);
                    case LvmValue.Text(String text) -> words.add(text);
                    case LvmValue.Whole _ -> {}
                }
            }
            return words;
        }

        private static void checkDisjoint(List<LogicalVolume> volumes) throws MalformedDataException {
            List<Extent> all = volumes.stream()
                    .flatMap(each -> each.pieces().stream())
                    .sorted()
                    .toList();
            for (int i = 1; i < all.size(); i++) {
                if (all.get(i - 1).overlaps(all.get(i))) {
                    throw LvmFields.malformed(
                            "extents of one logical volume each",
                            "several at " + all.get(i).start());
                }
            }
        }
    }
}
