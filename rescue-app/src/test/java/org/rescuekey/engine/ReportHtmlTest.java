package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.DiskSketch;
import org.rescuekey.plan.DiskSketch.Fate;
import org.rescuekey.plan.Effect;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.plan.Step;
import org.rescuekey.units.Extent;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The report as a page: it stands by itself, is well-formed, and whatever a disk calls itself is text in it. */
final class ReportHtmlTest {
    private static final String HOSTILE = "<script>alert('1')</script>\" onload=\"x' & \u202Egnp.exe \u0007\uD800 ]]>";
    private static final long GIB = 1L << 30;
    private static final long SECOND = 1_000_000_000L;

    private static Report report(JobState state, String text, Course course) {
        return new Report(
                JobKind.RESTORE,
                state,
                text,
                text,
                "0123456789abcdef",
                Instant.parse("2026-11-22T09:06:30Z"),
                Instant.parse("2026-11-22T09:08:10Z"),
                10L << 30,
                5L << 30,
                IntStream.range(0, 50).mapToObj(i -> text + i).toList(),
                List.of(text),
                text,
                text,
                course);
    }

    private static Plan plan(String text) {
        List<DiskSketch.Part> parts = List.of(
                new DiskSketch.Part(1, new Extent(MIB, 100 * MIB), text, text, OptionalLong.of(31 * MIB), Fate.STAYS),
                new DiskSketch.Part(
                        3, new Extent(GIB, 400 * GIB), "Windows", "NTFS", OptionalLong.of(126 * GIB), Fate.WRITTEN),
                new DiskSketch.Part(
                        4, new Extent(402 * GIB, GIB), "Recovery", "", OptionalLong.empty(), Fate.LEFT_OUT));
        return new Plan(
                        JobKind.RESTORE,
                        text,
                        List.of(),
                        List.of(new Step.FindDamage(text)),
                        List.of(Effect.loss(text), Effect.warning(text), Effect.result(text)),
                        0,
                        0,
                        text,
                        new Plan.Overwrite(text, text, "", "", true))
                .withPictures(List.of(new DiskSketch(text, text, 465 * GIB, parts)));
    }

    /** A hundred seconds, of which twenty were paused and twenty were slow. */
    static Course course() {
        List<Course.Sample> samples = new ArrayList<>();
        long bytes = 0;
        for (int second = 0; second <= 100; second++) {
            samples.add(new Course.Sample(second * SECOND, bytes, bytes / 2, second > 30 && second <= 50));
            boolean isSlow = second >= 70 && second < 85;
            long wave = (long) (180 + 60 * Math.sin(second / 4.0));
            bytes += second >= 30 && second < 50 ? 0 : (isSlow ? 12 : wave) * MIB;
        }
        return new Course(samples, 20 * SECOND);
    }

    private static Document parsed(String page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<Element> elements(Document page) {
        NodeList all = page.getElementsByTagNameNS("*", "*");
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .toList();
    }

    @Test
    void whatADiskCallsItselfIsText() throws Exception {
        String page = ReportHtml.page(report(JobState.COMPLETE, HOSTILE, course()), plan(HOSTILE));
        Document document = parsed(page);
        assertThat(elements(document))
                .extracting(Element::getLocalName)
                .doesNotContain("script", "img", "iframe", "object", "link", "a");
        assertThat(elements(document))
                .flatExtracting(
                        element -> IntStream.range(0, element.getAttributes().getLength())
                                .mapToObj(i -> element.getAttributes().item(i).getNodeName())
                                .toList())
                .noneMatch(name -> name.startsWith("on") || name.equals("src") || name.equals("href"));
        assertThat(page).doesNotContain("<script", "\u202E", "\u0007").contains("&lt;script&gt;");
        assertThat(document.getDocumentElement().getTextContent()).contains("<script>alert('1')</script>\" onload=");
    }

    /** Where there are so many partitions that they have no room, there is no bar, and never half of one. */
    @Test
    void aBarIsNeverWiderThanItsPicture() throws Exception {
        for (int count = 1; count < 80; count++) {
            List<DiskSketch.Part> parts = IntStream.range(0, count)
                    .mapToObj(i -> new DiskSketch.Part(
                            i + 1, new Extent(2L * i * GIB, GIB), "p", "", OptionalLong.empty(), Fate.STAYS))
                    .toList();
            Plan plan = plan("text").withPictures(List.of(new DiskSketch("d", "d", 2L * count * GIB, parts)));
            for (Element part :
                    elements(parsed(ReportHtml.page(report(JobState.COMPLETE, "text", Course.UNKNOWN), plan)))) {
                if (part.getLocalName().equals("rect")) {
                    double end =
                            Double.parseDouble(part.getAttribute("x")) + Double.parseDouble(part.getAttribute("width"));
                    assertThat(end).as("%d partitions", count).isLessThanOrEqualTo(901);
                }
            }
        }
    }

    @Test
    void itLoadsNothing() {
        String page = ReportHtml.page(report(JobState.COMPLETE, "text", course()), plan("text"));
        assertThat(page.replace("http://www.w3.org/1999/xhtml", "").replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "url(", "@import", "src=", "href=");
        assertThat(page).contains("default-src 'none'");
    }

    @ParameterizedTest
    @EnumSource
    void eachStateIsSaidInWords(JobState state) throws Exception {
        Document page = parsed(ReportHtml.page(report(state, "text", Course.UNKNOWN), plan("text")));
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
                .contains(state.label().toUpperCase(java.util.Locale.ROOT));
        String look = ((Element) page.getElementsByTagName("header").item(0)).getAttribute("class");
        assertThat(look.equals("good")).isEqualTo(state == JobState.COMPLETE);
    }

    @Test
    void thePlotTellsPausesAndTheSlowestStretch() throws Exception {
        String page = ReportHtml.page(report(JobState.COMPLETE, "text", course()), plan("text"));
        assertThat(page).contains("class=\"pause\"", ">paused</text>", "class=\"slowest\"", ", of it paused 20.0 s");
        assertThat(elements(parsed(page)))
                .filteredOn(element -> element.getAttribute("class").equals("pause"))
                .hasSize(1);
    }

    @Test
    void aJobWithoutSamplesHasNoPlot() {
        assertThat(ReportHtml.page(report(JobState.COMPLETE, "text", Course.UNKNOWN), plan("text")))
                .contains("too short for a plot");
    }

    @Test
    void thePicturesAreThoseOfTheJob() throws Exception {
        try (TestBench bench = new TestBench()) {
            BenchDisk source = bench.disk("/dev/sda", 6 * MIB);
            Layouts.gpt(source.medium(), part(1, 2048, 4096), part(2, 6144, 5000));
            Layouts.fill(source.medium(), new Extent(MIB, 2 * MIB), 1);
            String image = bench.image("/dev/sda", 2);
            Document captured = parsed(Files.readString(Path.of(image + ".report.html")));
            assertThat(fates(captured)).containsExactly("is left out", "is read");

            BenchDisk target = bench.disk("/dev/sdb", 8 * MIB);
            Layouts.gpt(target.medium(), part(1, 2048, 4096), part(2, 6144, 5000));
            Report report = bench.run(bench.plan(TestBench.restoreOf(image, "/dev/sdb", 2, 2)));
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(fates(parsed(page(bench, "restore"))))
                    .containsExactly(
                            "is left out",
                            "is read",
                            "stays as it is",
                            "is overwritten",
                            "stays as it is",
                            "is written");
        }
    }

    @Test
    void aCloneShowsItsSourceAndItsTarget() throws Exception {
        try (TestBench bench = new TestBench()) {
            BenchDisk source = bench.disk("/dev/sda", 6 * MIB);
            Layouts.gpt(source.medium(), part(1, 2048, 4096), part(2, 6144, 5000));
            BenchDisk target = bench.disk("/dev/sdb", 8 * MIB);
            Layouts.gpt(target.medium(), part(1, 2048, 8192));
            Request clone = new Request.Clone("/dev/sda", "/dev/sdb", new TreeMap<>(), Coverage.NEEDED, false, true);
            Report report = bench.run(bench.plan(clone));
            assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
            assertThat(fates(parsed(page(bench, "clone"))))
                    .containsExactly("is read", "is read", "is overwritten", "is written", "is written");
        }
    }

    private static String page(TestBench bench, String job) throws Exception {
        try (Stream<Path> files = Files.list(bench.directory().resolve("journal"))) {
            return Files.readString(files.filter(file -> file.toString().contains("-" + job + "-"))
                    .filter(file -> file.toString().endsWith(".html"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** The last column of the tables below the pictures. */
    private static List<String> fates(Document page) {
        return elements(page).stream()
                .filter(element -> element.getLocalName().equals("tr"))
                .map(row -> row.getElementsByTagName("td"))
                .filter(cells -> cells.getLength() == 5)
                .map(cells -> cells.item(4).getTextContent())
                .toList();
    }
}
