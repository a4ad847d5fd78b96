package org.rescuekey.engine;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rescuekey.plan.Plan;

/**
 * The journal of jobs: for each job a file with its plan and then its events as they happen, so that after a power cut it
 * can be read how far it came. Reports are kept beside it. A journal that cannot be written never stops a job; the
 * report says so.
 */
public final class Journal {
    private final Path directory;

    /** @param directory made when it is first needed */
    public Journal(Path directory) {
        this.directory = directory;
    }

    public Path directory() {
        return directory;
    }

    /** Opens the journal of one job. */
    Entry open(Plan plan, Instant started) {
        Path file = directory.resolve(stamp(started) + "-" + plan.kind().name().toLowerCase(java.util.Locale.ROOT) + "-"
                + plan.digest() + ".journal");
        try {
            Files.createDirectories(directory);
            // Unlike that of Files, this one writes a question mark for what is no character, and goes on.
            Writer writer = new BufferedWriter(new OutputStreamWriter(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    StandardCharsets.UTF_8));
            Entry entry = new Entry(file, writer);
            entry.write(plan.toText());
            return entry;
        } catch (IOException e) {
            return new Entry(file, Writer.nullWriter()).failed(e);
        }
    }

    private static String stamp(Instant instant) {
        return instant.toString().replace(":", "").replaceAll("\\..*", "").replace("Z", "");
    }

    /** The journal of one job; closed with its report. */
    static final class Entry implements AutoCloseable {
        private final Path file;
        private final Writer writer;
        private final List<String> problems = new ArrayList<>();
        private JobEvent.@Nullable Waiting lastWaiting;
        private boolean broken;

        private Entry(Path file, Writer writer) {
            this.file = file;
            this.writer = writer;
        }

        /**
         * Writes what is worth keeping: steps and notes at once, progress not; that a device does not answer once, and not
         * again while it still does not.
         */
        void record(JobEvent event) {
            boolean isKept =
                    switch (event) {
                        case JobEvent.Progress _ -> false;
                        case JobEvent.Waiting waiting -> {
                            boolean isKnown = lastWaiting != null && waiting.isSameCall(lastWaiting);
                            lastWaiting = waiting;
                            yield !isKnown;
                        }
                        default -> true;
                    };
            if (isKept) {
                write(ReportJson.line(event) + "\n");
            }
        }

        /** What went wrong with the journal itself, a sentence each. */
        List<String> problems() {
            return List.copyOf(problems);
        }

        /** Saves the report beside the journal and, for the person who keeps the image, beside that. */
        void save(Report report, Plan plan, List<Path> besides) {
            String name = file.getFileName().toString().replaceAll("\\.journal$", "");
            String html = ReportHtml.page(report, plan);
            saveAs(file.resolveSibling(name + ".report"), report, html);
            besides.forEach(path -> saveAs(path, report, html));
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (IOException e) {
                failed(e);
            }
        }

        private void saveAs(Path base, Report report, String html) {
            try {
                write(base, ".txt", report.toText());
                write(base, ".json", ReportJson.document(report));
                write(base, ".html", html);
            } catch (IOException | UncheckedIOException e) {
                problems.add("The report could not be saved as " + base + ": " + e.getMessage() + ".");
            }
        }

        /** What is no character becomes a question mark; for half of one nobody goes without a report. */
        private static void write(Path base, String suffix, String text) throws IOException {
            Files.write(base.resolveSibling(base.getFileName() + suffix), text.getBytes(StandardCharsets.UTF_8));
        }

        private void write(String text) {
            try {
                writer.write(text);
                writer.flush();
            } catch (IOException e) {
                failed(e);
            }
        }

        /** A journal that failed once is not told again with every event. */
        private Entry failed(IOException e) {
            if (!broken) {
                broken = true;
                problems.add("The journal " + file + " could not be written: " + e.getMessage() + ".");
            }
            return this;
        }
    }
}
