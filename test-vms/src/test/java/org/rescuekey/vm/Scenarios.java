package org.rescuekey.vm;

/** Which scenarios run: a representative part, or with {@code -Dvm.scenarios=all} the whole matrix. */
final class Scenarios {
    private Scenarios() {}

    static boolean all() {
        return System.getProperty("vm.scenarios", "part").equals("all");
    }
}
