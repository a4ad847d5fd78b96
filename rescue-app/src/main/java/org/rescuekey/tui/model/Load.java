package org.rescuekey.tui.model;

import java.util.function.Function;

/** Something that a disk may take its time to tell. */
public sealed interface Load<T> {
    /** Asked for; the words say what is being done. */
    record Pending<T>(String words) implements Load<T> {}

    record Ready<T>(T value) implements Load<T> {}

    /** What went wrong and what can be done, a sentence each; the remedy may be empty. */
    record Failed<T>(String reason, String remedy) implements Load<T> {}

    /** The value, or a stand-in while there is none. */
    default T orElse(T other) {
        return this instanceof Ready<T>(T value) ? value : other;
    }

    default boolean isPending() {
        return this instanceof Pending<T>;
    }

    /** The same for a part of the value. */
    default <R> Load<R> map(Function<T, R> part) {
        return switch (this) {
            case Pending<T>(String words) -> new Pending<>(words);
            case Ready<T>(T value) -> new Ready<>(part.apply(value));
            case Failed<T>(String reason, String remedy) -> new Failed<>(reason, remedy);
        };
    }
}
