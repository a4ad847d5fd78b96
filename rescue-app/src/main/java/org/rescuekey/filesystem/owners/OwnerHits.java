package org.rescuekey.filesystem.owners;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/**
 * Gathers what a search finds, in memory that grows with what was asked about and not with the volume. For one search, by
 * one thread.
 */
public final class OwnerHits {
    /** So many owners are named; the others are counted. */
    public static final int MAX_NAMED = 1000;

    private static final int MAX_PIECES = 1 << 18;
    private static final int MAX_NOTES = 20;

    private final ExtentSet wanted;
    private final Map<Key, Long> named = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private ExtentSet.Builder owned = ExtentSet.builder();
    private int pieces;
    private boolean overflowed;
    private long others;
    private boolean complete = true;

    private record Key(Owner.Kind kind, String name, String part) {}

    /** @param wanted the bytes that are asked about */
    public OwnerHits(ExtentSet wanted) {
        this.wanted = wanted;
    }

    public ExtentSet wanted() {
        return wanted;
    }

    /**
     * Notes that an extent has an owner.
     *
     * @return how many of the bytes that are asked about lie in it
     */
    public long take(Extent extent) {
        if (!wanted.intersects(extent)) {
            return 0;
        }
        ExtentSet share = wanted.intersect(extent);
        pieces += share.size();
        if (pieces > MAX_PIECES && !overflowed) {
            compact();
        }
        if (!overflowed) {
            share.forEach(owned::add);
        }
        return share.totalBytes();
    }

    /** What belongs to the same owner, or to many that stand side by side, comes together. */
    private void compact() {
        ExtentSet known = owned.build();
        owned = ExtentSet.builder();
        known.forEach(owned::add);
        pieces = known.size();
        if (pieces > MAX_PIECES / 2) {
            overflowed = true;
            incomplete("There are too many pieces of files among it to tell what is free.");
        }
    }

    /** Names the structure that an extent belongs to, if any of it is asked about. */
    public void structure(String name, Extent extent) {
        long bytes = take(extent);
        if (bytes > 0) {
            add(Owner.Kind.STRUCTURE, name, "", bytes);
        }
    }

    /** Tells whether any more owner will only be counted. */
    public boolean isFull() {
        return named.size() >= MAX_NAMED;
    }

    /** Names an owner, or one more share of one that was named before. */
    public void add(Owner.Kind kind, String name, String part, long bytes) {
        Key key = new Key(kind, name, part);
        if (isFull() && !named.containsKey(key)) {
            others++;
        } else {
            named.merge(key, bytes, (a, b) -> Math.min(a + b, wanted.totalBytes()));
        }
    }

    /** Counts owners that are not named. */
    public void addOthers(long count) {
        others += count;
    }

    /** Adds a sentence on something that leaves the answer as it is. */
    public void note(String sentence) {
        if (notes.size() < MAX_NOTES) {
            notes.add(sentence);
        }
    }

    /** Adds a sentence on something that may own some of the bytes, or name an owner, and could not be looked at. */
    public void incomplete(String sentence) {
        complete = false;
        note(sentence);
    }

    /** The same for things that are counted; nothing if there are none. */
    public void incomplete(long count, String one, String many) {
        if (count > 0) {
            incomplete(count == 1 ? one : count + " " + many);
        }
    }

    public Owners result() {
        List<Owner> owners = named.entrySet().stream()
                .map(each -> new Owner(
                        each.getKey().kind(),
                        each.getKey().name(),
                        each.getKey().part(),
                        each.getValue()))
                .toList();
        ExtentSet ownerless = overflowed ? ExtentSet.empty() : wanted.subtract(owned.build());
        return new Owners(owners, others, ownerless, complete, List.copyOf(notes));
    }
}
