package org.rescuekey.filesystem.ntfs;

import java.util.ArrayList;
import java.util.List;

/** Counts faults, and keeps the first sentences on them. For one walk. */
final class NtfsFindings {
    private static final int MAX_SENTENCES = 20;

    private final List<String> sentences = new ArrayList<>();
    private long count;

    void add(String sentence) {
        add(1, sentence);
    }

    /** So many faults in one sentence. */
    void add(long faults, String sentence) {
        count += faults;
        if (sentences.size() < MAX_SENTENCES) {
            sentences.add(sentence);
        }
    }

    /** A fault that is counted only. */
    void more(long faults) {
        count += faults;
    }

    long count() {
        return count;
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }
}
