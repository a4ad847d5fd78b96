package org.rescuekey.windows.hive;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;

/** Reads all that hostile bytes give, as a user of a hive would. */
public final class HiveReads {
    private HiveReads() {}

    /** "read", "malformed" or "refused". */
    static String outcome(byte[] file) {
        try {
            all(file);
            return "read";
        } catch (MalformedDataException e) {
            return "malformed";
        } catch (RefusedException e) {
            return "refused";
        } catch (RescueException e) {
            throw new AssertionError(e);
        }
    }

    /** Every key, every value and its data; and the hive says after that what it said before. */
    public static void all(byte[] file) throws RescueException {
        Deque<HiveKey> waiting = new ArrayDeque<>();
        waiting.add(Hive.parse(file).root());
        while (!waiting.isEmpty()) {
            HiveKey key = waiting.remove();
            for (HiveValue value : key.values()) {
                if (value.data().length != value.lengthBytes()) {
                    throw new AssertionError("pieces do not add up: " + value);
                }
            }
            waiting.addAll(key.children());
        }
    }
}
