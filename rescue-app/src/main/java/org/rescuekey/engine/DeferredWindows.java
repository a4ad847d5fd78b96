package org.rescuekey.engine;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** Windows of several streams that are read later: 16 bytes for each run of them. Safe for several threads. */
final class DeferredWindows {
    private final List<ExtentSet.Builder> builders = new ArrayList<>();
    private final List<ExtentSet> built = new ArrayList<>();
    private final boolean[] isBuilt;

    DeferredWindows(int streams) {
        isBuilt = new boolean[streams];
        for (int i = 0; i < streams; i++) {
            builders.add(ExtentSet.builder());
            built.add(ExtentSet.empty());
        }
    }

    synchronized void add(int index, Extent window) {
        builders.get(index).add(window);
        isBuilt[index] = false;
    }

    synchronized ExtentSet of(int index) {
        if (!isBuilt[index]) {
            built.set(index, builders.get(index).build());
            isBuilt[index] = true;
        }
        return built.get(index);
    }

    synchronized List<ExtentSet> all() {
        List<ExtentSet> all = new ArrayList<>();
        for (int i = 0; i < builders.size(); i++) {
            all.add(of(i));
        }
        return all;
    }

    synchronized boolean isEmpty() {
        return all().stream().allMatch(ExtentSet::isEmpty);
    }
}
