package org.rescuekey.vm.standin;

import java.nio.file.Path;

/**
 * A stand-in PC that was built.
 *
 * @param disk the raw, sparse file of its system disk
 * @param layout where everything lies on it
 * @param manifest what files are on it
 */
public record StandInPc(StandInSpec spec, Path disk, Layout layout, Manifest manifest) {
    /** The line by which the booted system names itself. */
    public String proof() {
        return "STANDIN BOOT-PROOF OK name=" + spec.name();
    }
}
