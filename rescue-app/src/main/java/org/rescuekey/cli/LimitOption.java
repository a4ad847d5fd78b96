package org.rescuekey.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How fast a job may go, for all commands that move much. */
final class LimitOption {
    @Option(
            names = "--limit",
            paramLabel = "RATE",
            defaultValue = "0",
            converter = Rates.class,
            description = "Neither read nor write faster than so many bytes a second, such as 50M; 0 for no limit.")
    private long bytesPerSecond;

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Reads a rate: a size, and perhaps "/s" behind it. */
    static final class Rates implements ITypeConverter<Long> {
        private static final long LEAST = 64 << 10;

        @Override
        public Long convert(String value) {
            long rate = new Sizes().convert(value.endsWith("/s") ? value.substring(0, value.length() - 2) : value);
            if (rate != 0 && rate < LEAST) {
                throw new TypeConversionException("'" + value + "' is less than 64K a second");
            }
            return rate;
        }
    }
}
