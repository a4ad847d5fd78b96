package org.rescuekey.filesystem.lvm;

import java.util.List;
import java.util.Map;

/** A value in the text that describes a volume group. Immutable once it was parsed. */
sealed interface LvmValue {
    /** Values by their names, in their order. */
    record Section(Map<String, LvmValue> entries) implements LvmValue {}

    record Text(String text) implements LvmValue {}

    record Whole(long number) implements LvmValue {}

    /** Texts and numbers; an array holds no arrays. */
    record Array(List<LvmValue> values) implements LvmValue {}
}
