package org.rescuekey.tui.keys;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What some keys do on a screen.
 *
 * @param keys the keys that do it; the first is the one on the key bar
 * @param label the word on the key bar
 * @param help a sentence for the help screen
 * @param action what it is to the model
 * @param disabledReason why it does nothing now, a sentence; empty if it works
 * @param onBar whether the key bar shows it
 * @param <A> the model's actions
 */
public record Binding<A>(List<Key> keys, String label, String help, A action, String disabledReason, boolean onBar) {
    public Binding {
        keys = List.copyOf(keys);
    }

    public static <A> Binding<A> of(A action, String label, String help, Key... keys) {
        return new Binding<>(List.of(keys), label, help, action, "", true);
    }

    /** The same, left off the key bar: known to everybody, or told on the screen itself. */
    public Binding<A> quiet() {
        return new Binding<>(keys, label, help, action, disabledReason, false);
    }

    /** The same, without effect for a reason; works if the reason is empty. */
    public Binding<A> unless(String reason) {
        return new Binding<>(keys, label, help, action, reason, onBar);
    }

    public boolean isDisabled() {
        return !disabledReason.isEmpty();
    }

    /** All keys as the help shows them: "F5 or U". */
    public String keyNames() {
        return keys.stream().map(Key::label).collect(Collectors.joining(" or "));
    }

    /** The binding that a pressed key belongs to. */
    public static <A> Optional<Binding<A>> find(List<Binding<A>> bindings, Key pressed) {
        return bindings.stream()
                .filter(binding -> binding.keys().stream().anyMatch(key -> key.matches(pressed)))
                .findFirst();
    }
}
