package org.rescuekey.filesystem;

import java.util.ArrayList;
import java.util.List;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;

/** Asks a file system about itself, and turns each part of it that cannot be read into a note. For one volume, one thread. */
final class Answers {
    private final List<String> notes = new ArrayList<>();

    /** One question to a file system. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws RescueException;
    }

    /**
     * The answer to a question.
     *
     * @param assumed the answer where that part of the volume cannot be read
     * @param what that part, as the start of a sentence, such as "Its label"
     */
    <T> T orElse(T assumed, String what, Question<T> question) throws RescueException {
        try {
            return question.ask();
        } catch (MalformedDataException | DeviceException e) {
            notes.add(couldNotRead(what, e));
            return assumed;
        }
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    static String couldNotRead(String what, RescueException cause) {
        return what + " could not be read (" + cause.getMessage() + ").";
    }
}
