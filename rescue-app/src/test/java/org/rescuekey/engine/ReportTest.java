package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rescuekey.plan.JobKind;
import org.rescuekey.units.SectorSize;

/** Reports as text and as JSON, and the journal that they are kept in. */
final class ReportTest {
    private static final Report REPORT = new Report(
            JobKind.CAPTURE,
            JobState.COMPLETE_WITH_UNREADABLE,
            "The image is complete but for sectors that could not be read.",
            "Back up Disk to /mnt",
            "0123456789abcdef",
            Instant.parse("2026-11-22T09:06:30Z"),
            Instant.parse("2026-11-22T09:06:40Z"),
            10L << 20,
            5L << 20,
            List.of("Unreadable: 512 B at byte 4096."),
            List.of("Keep the \"image\"."),
            "/mnt/a.rkimg",
            "1.2",
            Course.UNKNOWN);

    @Test
    void theTextSaysAll() {
        assertThat(REPORT.toText()).isEqualTo("""
                        Back up: COMPLETE WITH UNREADABLE SECTORS
                        The image is complete but for sectors that could not be read.

                        Back up Disk to /mnt
                          Started   2026-11-22T09:06:30Z
                          Finished  2026-11-22T09:06:40Z
                          Elapsed   10.0 s
                          Read      10,485,760 bytes (10.0 MiB), 1.0 MiB/s
                          Written   5,242,880 bytes (5.0 MiB), 512.0 KiB/s
                          Result    /mnt/a.rkimg
                          Plan      0123456789abcdef
                          Made by   Rescue Key 1.2

                        Details:
                          - Unreadable: 512 B at byte 4096.

                        What to do next:
                          - Keep the "image".
                        """);
    }

    @Test
    void theJsonSaysAll() throws IOException {
        JsonNode node = new ObjectMapper().readTree(ReportJson.document(REPORT));
        assertThat(node.get("event").asText()).isEqualTo("report");
        assertThat(node.get("job").asText()).isEqualTo("capture");
        assertThat(node.get("state").asText()).isEqualTo("complete-with-unreadable");
        assertThat(node.get("exitCode").asInt()).isEqualTo(4);
        assertThat(node.get("elapsedMillis").asLong()).isEqualTo(10_000);
        assertThat(node.get("readBytes").asLong()).isEqualTo(10L << 20);
        assertThat(node.get("result").asText()).isEqualTo("/mnt/a.rkimg");
        assertThat(node.get("details").get(0).asText()).isEqualTo("Unreadable: 512 B at byte 4096.");
        assertThat(node.get("nextSteps").get(0).asText()).isEqualTo("Keep the \"image\".");
        assertThat(node.get("plan").asText()).isEqualTo("0123456789abcdef");
    }

    @Test
    void eachEventIsOneLineOfJson() throws IOException {
        List<JobEvent> events = List.of(
                new JobEvent.StepStarted(1, 3, "Read\nall", 100),
                new JobEvent.Progress(1, 50, 100, 50, 20, 2_000_000),
                new JobEvent.Note("a \"note\""),
                new JobEvent.Finished(REPORT));
        for (JobEvent event : events) {
            String line = ReportJson.line(event);
            assertThat(line).doesNotContain("\n").startsWith("{\"event\":\"");
            assertThat(new ObjectMapper().readTree(line).isObject()).isTrue();
        }
    }

    @Test
    void eachStateHasItsExitCode() {
        assertThat(Stream.of(JobState.values()).map(JobState::exitCode)).doesNotHaveDuplicates();
        assertThat(Stream.of(JobState.values()).filter(JobState::isSuccess)).containsExactly(JobState.COMPLETE);
    }

    @Test
    void journalAndReportsAreKept() throws Exception {
        try (TestBench bench = new TestBench()) {
            bench.disk("/dev/sda", 1 << 20, SectorSize.SECTOR_512);
            String image = bench.image("/dev/sda");
            assertThat(Files.readString(Path.of(image + ".report.txt"))).startsWith("Back up: COMPLETE");
            assertThat(Path.of(image + ".report.json")).exists();
            assertThat(Path.of(image + ".report.html")).exists();
            try (Stream<Path> files = Files.list(bench.directory().resolve("journal"))) {
                List<Path> kept = files.sorted().toList();
                assertThat(kept).hasSize(4);
                String journal = Files.readString(kept.getFirst());
                assertThat(journal)
                        .startsWith("Back up Bench disk")
                        .contains("\"event\":\"step\"")
                        .contains("\"event\":\"report\"")
                        .doesNotContain("\"event\":\"progress\"");
            }
        }
    }

    @Test
    void aJournalThatCannotBeWrittenStopsNoJobAndIsToldOnce() throws Exception {
        try (TestBench bench = new TestBench("blocked/journal")) {
            Files.writeString(bench.directory().resolve("blocked"), "a file where a folder should be");
            bench.disk("/dev/sda", 1 << 20, SectorSize.SECTOR_512);
            Report report = bench.capture("/dev/sda");
            assertThat(report.state()).isEqualTo(JobState.COMPLETE);
            assertThat(report.details())
                    .filteredOn(line -> line.startsWith("The journal"))
                    .hasSize(1);
            assertThat(report.details())
                    .filteredOn(line -> line.startsWith("The report could not be saved"))
                    .hasSize(1);
        }
    }
}
