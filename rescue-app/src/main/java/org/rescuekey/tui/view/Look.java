package org.rescuekey.tui.view;

import java.util.Map;

/** What a terminal can show. */
public record Look(Glyphs glyphs, Palette palette) {
    /** The look for an environment, by LANG and its kin, TERM and NO_COLOR. */
    public static Look of(Map<String, String> environment) {
        return new Look(Glyphs.of(environment), Palette.of(environment));
    }
}
