package org.rescuekey.image.container;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.AbsorbedImages;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageReference;

/**
 * What the index of a new image may refer to: the files of an image that is open, by the numbers that they have in the new
 * image's table.
 *
 * @param reader the open image
 * @param numbers of each of its {@link ImageReader#links()}, the number in the new image; 0 = its records are copied instead
 * @param images the new image's table
 * @param absorbed the images that the new one stands for
 */
record Ancestry(ImageReader reader, List<Integer> numbers, List<ImageLink> images, AbsorbedImages absorbed) {
    /** That of a child: all files of its parent may be referred to. */
    static Ancestry ofParent(ImageReader parent) {
        return new Ancestry(parent, numbers(parent, Set.of()), parent.links(), AbsorbedImages.NONE);
    }

    /**
     * That of an image that takes the place of several.
     *
     * @param top the newest of them
     * @param merged the numbers of their files among the links of top
     */
    static Ancestry ofMerger(ImageReader top, Set<Integer> merged) {
        List<ImageLink> images = new ArrayList<>();
        Set<ImageLink> absorbed = new LinkedHashSet<>();
        absorbed.add(top.link());
        absorbed.addAll(top.absorbedBy(0).ofSameState());
        int sameState = absorbed.size();
        for (int i = 0; i < top.links().size(); i++) {
            if (merged.contains(i)) {
                absorbed.add(top.links().get(i));
                absorbed.addAll(top.absorbedBy(i).links());
            } else {
                images.add(top.links().get(i));
            }
        }
        return new Ancestry(top, numbers(top, merged), images, new AbsorbedImages(List.copyOf(absorbed), sameState));
    }

    Ancestry {
        numbers = List.copyOf(numbers);
        images = List.copyOf(images);
    }

    private static List<Integer> numbers(ImageReader reader, Set<Integer> merged) {
        List<Integer> numbers = new ArrayList<>();
        int next = 1;
        for (int i = 0; i < reader.links().size(); i++) {
            numbers.add(merged.contains(i) ? 0 : next++);
        }
        return numbers;
    }

    /** The number in the new image of the file that holds a block; 0 if the block is copied. */
    int numberOf(BlockEntry entry) {
        return numbers.get(entry.image());
    }

    /** The old page with these blocks, if it can be referred to instead of being stored again; otherwise null. */
    @Nullable
    PageReference pageLike(IndexPage page) throws RescueException {
        boolean isAllOld = page.entries().stream().allMatch(entry -> entry.image() > 0);
        PageReference old = isAllOld ? reader.directory().find(page.stream(), page.number()) : null;
        // All blocks come from the old page of that number: with as many blocks, it is that page.
        if (old == null || old.blocks() != page.entries().size()) {
            return null;
        }
        PageReference located = reader.locate(old);
        int number = numbers.get(located.image());
        return number == 0 ? null : located.in(number);
    }

    /** The blocks of a page that {@link #pageLike} gave, with the numbers that their images have in the new one. */
    List<BlockEntry> entriesOf(PageReference page) throws RescueException {
        PageReference old = reader.directory().find(page.stream(), page.number());
        if (old == null) {
            throw new IllegalStateException("no page of the image that is open");
        }
        List<BlockEntry> entries = new ArrayList<>();
        for (BlockEntry entry : reader.page(old).entries()) {
            entries.add(entry.at(numberOf(entry), entry.offsetBytes()));
        }
        return entries;
    }
}
