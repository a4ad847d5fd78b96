package org.rescuekey.plan;

/** Words as a shell wants them, for the command lines that plans show. */
final class Shell {
    private Shell() {}

    static String quote(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-:=@%+,".indexOf(c) >= 0);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
