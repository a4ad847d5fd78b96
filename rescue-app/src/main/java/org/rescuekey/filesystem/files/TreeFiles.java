package org.rescuekey.filesystem.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.RescueException;

/**
 * Goes down a tree of directories name by name. Not for several threads.
 *
 * @param <P> a place in the tree
 */
public final class TreeFiles<P> implements VolumeFiles {
    private static final int MAX_DEPTH = 1024;

    private final DirectoryTree<P> tree;

    public TreeFiles(DirectoryTree<P> tree) {
        this.tree = tree;
    }

    /** A place, and the path to it without a slash at its end. */
    private record Found<P>(P place, String path) {}

    @Override
    public Optional<FileOnVolume> find(String path) throws RescueException {
        Optional<Found<P>> found = walk(path);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(tree.open(
                        found.get().place(),
                        found.get().path().isEmpty() ? "/" : found.get().path()));
    }

    @Override
    public Optional<DirectoryListing> list(String path, int most) throws RescueException {
        Optional<Found<P>> found = walk(path);
        return found.isEmpty() || tree.kind(found.get().place()) != FileOnVolume.Kind.DIRECTORY
                ? Optional.empty()
                : Optional.of(tree.list(found.get().place(), most));
    }

    private Optional<Found<P>> walk(String path) throws RescueException {
        List<String> names = names(path);
        if (names.size() > MAX_DEPTH) {
            return Optional.empty();
        }
        Found<P> at = new Found<>(tree.root(), "");
        for (String name : names) {
            FileOnVolume.Kind kind = tree.kind(at.place());
            if (kind == FileOnVolume.Kind.LINK) {
                return Optional.of(at);
            }
            Optional<P> next = kind == FileOnVolume.Kind.DIRECTORY ? tree.child(at.place(), name) : Optional.empty();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            at = new Found<>(next.get(), at.path() + "/" + tree.name(next.get()));
        }
        return Optional.of(at);
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || tree.isSeparator(path.charAt(i))) {
                if (i > start) {
                    names.add(path.substring(start, i));
                }
                start = i + 1;
            }
        }
        return names;
    }
}
