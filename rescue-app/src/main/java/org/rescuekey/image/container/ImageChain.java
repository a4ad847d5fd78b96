package org.rescuekey.image.container;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rescuekey.error.IntegrityException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.ImageLink;
import org.rescuekey.image.ImageStore;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.image.index.IndexPage;
import org.rescuekey.image.index.PageDirectory;
import org.rescuekey.image.index.PageReference;

/**
 * An image and all images that it refers to, by their files. Each file is a <em>member</em>; member 0 is the image
 * itself. The numbers of images in the pages that this class gives are those of members.
 *
 * <p>An image that was made by consolidation stands for those that it absorbed. A reference to an absorbed image tells no
 * offset in the file that stands for it: its block is then the one that this file's own index lists under the same stream
 * and number. That is the same block, since a child takes over blocks from its parent's state only, and a parent may be
 * stood for by nothing but an image that holds its state.
 *
 * <p>Thread rule: may be used by several threads.
 */
final class ImageChain implements Closeable {
    private final List<ImageFile> members = new ArrayList<>();
    /** Of each member, its image table as numbers of members; from number 1. */
    private final List<int[]> tables = new ArrayList<>();
    /** Of each member, whether the member of that number only stands for what the table names. */
    private final List<boolean[]> absorbed = new ArrayList<>();

    private ImageChain() {}

    /**
     * Opens an image and all that it refers to.
     *
     * @throws RefusedException naming the image that is missing, or was replaced or changed
     */
    static ImageChain open(ImageStore store, ImageFile top, ImageKeys keys) throws RescueException {
        ImageChain chain = new ImageChain();
        chain.members.add(top);
        try {
            chain.resolve(new ImageFinder(store, keys));
            return chain;
        } catch (RescueException | RuntimeException e) {
            for (ImageFile member : chain.members.subList(1, chain.members.size())) {
                try {
                    member.close();
                } catch (RescueException suppressed) {
                    e.addSuppressed(suppressed);
                }
            }
            throw e;
        }
    }

    private void resolve(ImageFinder finder) throws RescueException {
        Map<ImageLink, Integer> known = new HashMap<>();
        Map<String, Integer> byName = new HashMap<>();
        byName.put(members.getFirst().name(), 0);
        Map<ImageLink, Boolean> standIns = new HashMap<>();
        for (int m = 0; m < members.size(); m++) {
            ImageFile member = members.get(m);
            List<ImageLink> links = member.opened().directory().images();
            int[] table = new int[links.size()];
            boolean[] isAbsorbed = new boolean[links.size()];
            for (int i = 0; i < table.length; i++) {
                ImageLink key =
                        new ImageLink(links.get(i).imageId(), links.get(i).rootHash(), "");
                if (!known.containsKey(key)) {
                    ImageFinder.Found found = finder.find(links.get(i), member.name());
                    known.put(key, memberOf(found.file(), member, byName));
                    standIns.put(key, found.isAbsorbed());
                }
                table[i] = known.getOrDefault(key, 0);
                isAbsorbed[i] = standIns.getOrDefault(key, false);
            }
            tables.add(table);
            absorbed.add(isAbsorbed);
            requireStateOfParent(member, links, table, isAbsorbed);
        }
    }

    /**
     * What a member takes over comes from its parent's state. Where another image stands for the parent, it must hold that
     * state and not a later one.
     */
    private void requireStateOfParent(ImageFile member, List<ImageLink> links, int[] table, boolean[] isAbsorbed)
            throws RefusedException {
        ImageLink parent = member.header().parent().orElse(null);
        for (int i = 0; parent != null && i < links.size(); i++) {
            ImageFile standIn = members.get(table[i]);
            if (links.get(i).isSame(parent)
                    && isAbsorbed[i]
                    && !standIn.opened().directory().absorbed().holdsStateOf(parent)) {
                throw new RefusedException(
                        member.name() + " builds on " + parent.text() + ", which is not in the set any more: "
                                + standIn.name() + " was merged from it and later ones, and holds the later state.",
                        "Put that file back beside it, or use an image that does not need it.");
            }
        }
    }

    private int memberOf(ImageFile file, ImageFile neededBy, Map<String, Integer> byName) throws RescueException {
        Integer known = byName.get(file.name());
        if (known != null) {
            file.close();
            return known;
        }
        members.add(file);
        byName.put(file.name(), members.size() - 1);
        ImageFile top = members.getFirst();
        boolean isFamily = file.header().setId().equals(top.header().setId())
                && file.header().blockSize().equals(top.header().blockSize())
                && file.header().hashAlgorithm() == top.header().hashAlgorithm()
                && file.header().hashSeed() == top.header().hashSeed()
                && file.header().isEncrypted() == top.header().isEncrypted();
        if (!isFamily || members.size() > PageDirectory.MAX_IMAGES) {
            throw new IntegrityException(
                    neededBy.name() + " refers to " + file.name() + ", which is not of the same image set");
        }
        return members.size() - 1;
    }

    ImageFile member(int number) {
        return members.get(number);
    }

    List<ImageFile> members() {
        return List.copyOf(members);
    }

    /** The number of a member in the image table of the image itself; 0 if the table names only what it stands for. */
    int numberInTopOf(int member) {
        int[] table = tables.getFirst();
        for (int i = 0; i < table.length; i++) {
            if (table[i] == member && !absorbed.getFirst()[i]) {
                return i + 1;
            }
        }
        return 0;
    }

    /**
     * Where the page that a member's directory lists really lies.
     *
     * @return the reference with the number of the member that holds the page
     */
    PageReference locate(int member, PageReference reference) throws IntegrityException {
        int at = member;
        PageReference page = reference;
        for (int hops = 0; hops <= members.size(); hops++) {
            if (page.image() == 0) {
                return page.in(at);
            }
            int next = tables.get(at)[page.image() - 1];
            if (!absorbed.get(at)[page.image() - 1]) {
                return page.in(next);
            }
            page = pageOf(next, page.stream(), page.number());
            at = next;
        }
        throw new IntegrityException("The images of " + members.getFirst().name() + " refer to each other in a circle");
    }

    /** Reads the page at a place that {@link #locate} gave. */
    IndexPage load(PageReference located) throws RescueException {
        return load(located, 0);
    }

    private IndexPage load(PageReference located, int depth) throws RescueException {
        if (depth > members.size()) {
            throw new IntegrityException(
                    "The images of " + members.getFirst().name() + " refer to each other in a circle");
        }
        int at = located.image();
        IndexPage page = members.get(at).load(located);
        List<BlockEntry> entries = new ArrayList<>(page.entries().size());
        Map<Integer, IndexPage> standIns = new HashMap<>();
        for (BlockEntry entry : page.entries()) {
            if (entry.image() == 0) {
                entries.add(checked(entry.at(at, entry.offsetBytes())));
                continue;
            }
            int next = tables.get(at)[entry.image() - 1];
            if (!absorbed.get(at)[entry.image() - 1]) {
                entries.add(checked(entry.at(next, entry.offsetBytes())));
                continue;
            }
            IndexPage standIn = standIns.get(next);
            if (standIn == null) {
                standIn = load(locate(next, pageOf(next, page.stream(), page.number())), depth + 1);
                standIns.put(next, standIn);
            }
            entries.add(blockOf(standIn, entry, next));
        }
        return new IndexPage(page.stream(), page.number(), entries);
    }

    private BlockEntry checked(BlockEntry entry) throws IntegrityException {
        ImageFile file = members.get(entry.image());
        if (entry.endBytes() > file.endBytes()) {
            throw new IntegrityException("Block " + entry.block() + " of stream " + entry.stream() + " of "
                    + members.getFirst().name() + " lies behind the end of " + file.name());
        }
        return entry;
    }

    private PageReference pageOf(int member, int stream, long number) throws IntegrityException {
        PageDirectory directory = members.get(member).opened().directory();
        int index = directory.firstNotBefore(stream, number);
        if (index < directory.pages().size()) {
            PageReference page = directory.pages().get(index);
            if (page.stream() == stream && page.number() == number) {
                return page;
            }
        }
        throw new IntegrityException(members.get(member).name() + " stands for an image that has an index page "
                + number + " of stream " + stream + ", but has none itself");
    }

    private BlockEntry blockOf(IndexPage standIn, BlockEntry wanted, int member) throws IntegrityException {
        int low = 0;
        int high = standIn.entries().size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            BlockEntry entry = standIn.entries().get(middle);
            if (entry.block() == wanted.block() && entry.hasContentOf(wanted)) {
                return entry;
            }
            if (entry.block() < wanted.block()) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        throw new IntegrityException("Block " + wanted.block() + " of stream " + wanted.stream() + " is not in "
                + members.get(member).name() + ", which stands for the image that held it");
    }

    @Override
    public void close() throws RescueException {
        RescueException failure = null;
        for (ImageFile member : members) {
            try {
                member.close();
            } catch (RescueException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
