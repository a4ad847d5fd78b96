package org.rescuekey.cli;

import org.rescuekey.plan.Request;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a compression level: 1 to 19, or "auto" for one that follows the bottleneck. */
final class Levels implements ITypeConverter<Integer> {
    private static final int HIGHEST = 19;

    @Override
    public Integer convert(String value) {
        if (value.equals("auto")) {
            return Request.Capture.ADAPTIVE_LEVEL;
        }
        try {
            int level = Integer.parseInt(value);
            if (level >= 1 && level <= HIGHEST) {
                return level;
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is neither a level of 1 to 19 nor auto");
        }
        throw new TypeConversionException("'" + value + "' is no level of 1 to 19");
    }
}
