package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.crypto.Password;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.PasswordNeededException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.error.WrongPasswordException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;

/** From disk to encrypted images and back, and where the password and the content never appear. */
final class EncryptedImagesTest {
    private static final String PASSWORD = "Brieftaubenzucht 1887";
    private static final String NEW_PASSWORD = "Zaunkönig im Efeu";
    private static final String SECRET_TEXT = "Kündigung zum Quartalsende.";
    private static final String SECRET_NAME = "Gehaltsliste-2026.ods";

    private final TestBench bench = new TestBench();
    private BenchDisk disk = bench.disk("/dev/sda", 12 * MIB);

    @BeforeEach
    void fill() throws RescueException {
        disk = bench.disk("/dev/sda", 12 * MIB).serial("SN-GEHEIM-77");
        Layouts.gpt(disk.medium(), part(1, 2048, 4096), part(3, 8192, 10240));
        Layouts.content(disk.medium(), new Extent(MIB, 2 * MIB), 1);
        Layouts.content(disk.medium(), new Extent(4 * MIB, 5 * MIB), 3);
        write(SECRET_TEXT, MIB + 4096);
        write(SECRET_NAME, 4 * MIB + 512);
    }

    @AfterEach
    void close() {
        bench.service().keys().forget();
        bench.close();
    }

    private void write(String text, long offset) throws RescueException {
        byte[] sector = Arrays.copyOf(text.repeat(3).getBytes(StandardCharsets.UTF_8), 512);
        disk.medium().write(offset, ByteBuffer.wrap(sector));
    }

    private void offer(String password) throws RescueException {
        bench.service().keys().offer(Password.ofChars(password.toCharArray()));
    }

    private static Request.Capture request(Request.Kind kind, String place, boolean encrypt) {
        return TestBench.captureOf(kind, "/dev/sda", place).encrypted(encrypt);
    }

    private String capture(Request.Kind kind, boolean encrypt) throws RescueException {
        Report report = bench.run(bench.plan(request(kind, bench.images(), encrypt)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        return report.resultPath();
    }

    private ImageFacts facts(String image) throws RescueException {
        return bench.service().image(image);
    }

    @Test
    void aChainIsRestoredByWhoHasThePassword() throws Exception {
        offer(PASSWORD);
        String full = capture(Request.Kind.AUTO, true);
        write("Etwas Neues.", 5 * MIB);
        // Without the wish: what joins an encrypted set is encrypted.
        String child = capture(Request.Kind.AUTO, false);
        assertThat(Path.of(child)).hasParent(Path.of(full).getParent());
        for (String image : List.of(full, child)) {
            assertThat(facts(image).lineage())
                    .isNotNull()
                    .satisfies(
                            lineage -> assertThat(lineage.protection()).isEqualTo(ImageLineage.Protection.ENCRYPTED));
        }
        bench.service().keys().forget();
        assertThat(facts(child).state()).isEqualTo(ImageFacts.State.LOCKED);
        assertThat(bench.service().images(bench.images()))
                .hasSize(2)
                .allMatch(image -> image.state() == ImageFacts.State.LOCKED);
        offer(PASSWORD);
        BenchDisk target = bench.disk("/dev/sdb", 12 * MIB);
        Layouts.fill(target.medium(), 9);
        Report restored = bench.restore(child, "/dev/sdb");
        assertThat(restored.state()).as(restored.toText()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    @Test
    void nothingIsDoneWithoutThePasswordAndAWrongOneIsSaidToBeWrong() throws RescueException {
        offer(PASSWORD);
        String image = capture(Request.Kind.AUTO, true);
        bench.service().keys().forget();
        bench.disk("/dev/sdb", 12 * MIB);
        assertThat(bench.verify(image).state()).isEqualTo(JobState.REFUSED);
        assertThatThrownBy(() -> bench.restore(image, "/dev/sdb")).isInstanceOf(RescueException.class);
        offer("brieftaubenzucht 1887");
        assertThatThrownBy(() -> facts(image)).isInstanceOf(WrongPasswordException.class);
        assertThatThrownBy(() -> bench.restore(image, "/dev/sdb")).isInstanceOf(WrongPasswordException.class);
        assertThat(bench.service().images(bench.images()))
                .first()
                .extracting(ImageFacts::state)
                .isEqualTo(ImageFacts.State.LOCKED);
    }

    @Test
    void theStructureIsCheckedWithoutThePassword() throws Exception {
        offer(PASSWORD);
        String image = capture(Request.Kind.AUTO, true);
        bench.service().keys().forget();
        Report whole = bench.run(bench.plan(new Request.Verify(image, true)));
        assertThat(whole.state()).as(whole.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(whole.toText()).contains("without its password");
        byte[] bytes = Files.readAllBytes(Path.of(image));
        bytes[bytes.length - 4096 - 200] ^= 1;
        Files.write(Path.of(image), bytes);
        assertThat(bench.run(bench.plan(new Request.Verify(image, true))).state())
                .isEqualTo(JobState.DAMAGED);
    }

    @Test
    void aRecoveryWithoutThePasswordSaysSo() throws Exception {
        offer(PASSWORD);
        String image = capture(Request.Kind.AUTO, true);
        byte[] bytes = Files.readAllBytes(Path.of(image));
        Files.write(Path.of(image), Arrays.copyOf(bytes, bytes.length - 4096));
        bench.service().keys().forget();
        assertThat(bench.service().recover(image).state()).isEqualTo(ImageFacts.State.LOCKED);
        offer(PASSWORD);
        ImageFacts recovered = facts(image);
        assertThat(recovered.state()).isEqualTo(ImageFacts.State.COMPLETE);
        assertThat(recovered.lineage())
                .isNotNull()
                .satisfies(lineage ->
                        assertThat(lineage.protection()).isEqualTo(ImageLineage.Protection.INDEX_NOT_PROVEN));
        Report verified = bench.verify(image);
        assertThat(verified.state()).as(verified.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(verified.toText()).contains("made without the password");
    }

    @Test
    void aPasswordThatDoesNotOpenWhatIsThereIsTold() throws RescueException {
        offer(PASSWORD);
        capture(Request.Kind.AUTO, true);
        bench.service().keys().forget();
        offer(PASSWORD + "x");
        Plan plan = bench.plan(request(Request.Kind.AUTO, bench.images(), true));
        assertThat(plan.toText()).contains("does not open what is here already (encrypted images: 1)");
    }

    @Test
    void anEncryptedImageNeverBuildsOnOneThatIsNot() throws RescueException {
        String plain = capture(Request.Kind.AUTO, false);
        offer(PASSWORD);
        String encrypted = capture(Request.Kind.AUTO, true);
        assertThat(Path.of(encrypted).getParent()).isNotEqualTo(Path.of(plain).getParent());
        assertThat(Path.of(encrypted).getFileName().toString()).contains("full");
        bench.service().keys().forget();
        Plan plan = bench.plan(request(Request.Kind.AUTO, bench.images(), false));
        assertThat(plan.toText()).contains("The image is not encrypted. 1 image here is encrypted");
    }

    /** In a session of its own: the keys of the one that was cut off are never used to seal again. */
    @Test
    void aCaptureThatWasCutOffIsGoneOnWithByWhoHasThePassword() throws Exception {
        offer(PASSWORD);
        bench.storesAre(StoreFaults.from(StoreFaults.Hit.CHANGE, 12, DeviceException.ENOSPC)::on);
        Report broken = bench.run(bench.plan(request(Request.Kind.FULL, bench.images(), true)));
        assertThat(broken.state()).as(broken.toText()).isEqualTo(JobState.INCOMPLETE);
        bench.storesAre(store -> store);
        bench.service().keys().forget();
        assertThat(bench.plan(request(Request.Kind.FULL, bench.images(), false)).toText())
                .doesNotContain("Resumes ");
        offer(PASSWORD);
        Plan plan = bench.plan(request(Request.Kind.FULL, bench.images(), true));
        assertThat(plan.toText()).contains("Resumes ");
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE);
        assertThat(files()).noneMatch(file -> file.toString().endsWith(".partial"));
        BenchDisk target = bench.disk("/dev/sdb", 12 * MIB);
        assertThat(bench.restore(report.resultPath(), "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        Compare.assertRestored(disk, target);
    }

    @Test
    void encryptionWithoutAPasswordIsRefusedAndNothingIsMade() throws RescueException {
        Report report = bench.run(bench.plan(request(Request.Kind.AUTO, bench.images(), true)));
        assertThat(report.state()).isEqualTo(JobState.REFUSED);
        assertThat(bench.service().images(bench.images())).isEmpty();
    }

    @Test
    void passwordsAreAddedChangedAndRemovedInAllImagesOfTheSet() throws RescueException {
        ImageKeyService keys = bench.service().keys();
        offer(PASSWORD);
        String full = capture(Request.Kind.AUTO, true);
        write("Etwas Neues.", 5 * MIB);
        String child = capture(Request.Kind.INCREMENTAL, true);
        try (Password added = Password.ofChars(NEW_PASSWORD.toCharArray())) {
            assertThat(keys.add(child, added).slot()).isEqualTo(2);
        }
        for (String password : List.of(PASSWORD, NEW_PASSWORD)) {
            for (String image : List.of(full, child)) {
                keys.forget();
                offer(password);
                assertThat(facts(image).state()).isEqualTo(ImageFacts.State.COMPLETE);
            }
        }
        // The new one is open: it removes the old one, and cannot remove itself then.
        assertThat(keys.remove(full, 1).images()).hasSize(2);
        assertThatThrownBy(() -> keys.remove(full, 0)).isInstanceOf(RefusedException.class);
        keys.forget();
        offer(PASSWORD);
        assertThatThrownBy(() -> facts(child)).isInstanceOf(WrongPasswordException.class);
        assertThatThrownBy(() -> keys.remove(full, 2)).isInstanceOf(WrongPasswordException.class);
        assertThat(keys.list(full).behind()).isEmpty();
        assertThat(keys.list(full).images()).hasSize(2);
        keys.forget();
        assertThatThrownBy(() -> keys.remove(full, 2)).isInstanceOf(PasswordNeededException.class);
        offer(NEW_PASSWORD);
        assertThat(bench.verify(child).state()).isEqualTo(JobState.COMPLETE);
        write("Noch etwas.", 6 * MIB);
        assertThat(bench.verify(capture(Request.Kind.INCREMENTAL, true)).state())
                .isEqualTo(JobState.COMPLETE);
    }

    @Test
    void aChangeThatWasCutOffBetweenTwoImagesIsCompletedByTheNext() throws Exception {
        ImageKeyService keys = bench.service().keys();
        offer(PASSWORD);
        String full = capture(Request.Kind.AUTO, true);
        write("Etwas Neues.", 5 * MIB);
        String child = capture(Request.Kind.INCREMENTAL, true);
        byte[] before = Files.readAllBytes(Path.of(full));
        try (Password changed = Password.ofChars(NEW_PASSWORD.toCharArray())) {
            keys.change(child, 0, changed);
        }
        Files.write(Path.of(full), before);
        assertThat(keys.list(child).behind())
                .containsExactly(Path.of(full).getFileName().toString());
        // The password of before still opens the one that was not reached; the change goes on from the newest slots.
        keys.forget();
        offer(PASSWORD);
        try (Password changed = Password.ofChars(NEW_PASSWORD.toCharArray())) {
            keys.change(full, 0, changed);
        }
        assertThat(keys.list(child).behind()).isEmpty();
        keys.forget();
        offer(NEW_PASSWORD);
        assertThat(bench.verify(full).state()).isEqualTo(JobState.COMPLETE);
    }

    /** S8: the password, what is on the disk and what it is called stand in no file, event, plan or report. */
    @Test
    void noArtefactHoldsASecret() throws Exception {
        List<String> told = new ArrayList<>();
        offer(PASSWORD);
        Plan plan = bench.plan(request(Request.Kind.AUTO, bench.images(), true));
        told.add(plan.toText());
        told.add(plan.toString());
        Report report = bench.run(plan, (control, event) -> told.add(event + ReportJson.line(event)));
        told.add(report.toText());
        told.add(ReportJson.document(report));
        Report verified = bench.verify(report.resultPath());
        told.add(verified.toText());
        for (String text : told) {
            assertThat(text)
                    .doesNotContain(PASSWORD)
                    .doesNotContain(SECRET_TEXT)
                    .doesNotContain(SECRET_NAME);
        }
        int files = 0;
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            List<String> secrets = new ArrayList<>(List.of(PASSWORD, SECRET_TEXT, SECRET_NAME));
            boolean isInPlace = file.startsWith(bench.images());
            if (isInPlace) {
                assertThat(bench.directory().relativize(file).toString())
                        .doesNotContain(
                                disk.info().model().isEmpty()
                                        ? "sda"
                                        : disk.info().model());
                secrets.addAll(List.of("SN-GEHEIM-77", "label: gpt", "partitions", "\"disk\""));
            }
            for (String secret : secrets) {
                assertThat(text.contains(
                                new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)))
                        .as("%s in %s", secret, file)
                        .isFalse();
            }
            files++;
        }
        assertThat(files).isGreaterThan(3);
    }

    /** S8: nor does what is kept of a disk that fails, whether its capture was cut or came to its end. */
    @Test
    void nothingBesideAnEncryptedImageTellsWhichFilesAreHit(@TempDir Path folder) throws Exception {
        Path content = Files.createDirectory(folder.resolve("content"));
        Files.writeString(content.resolve(SECRET_NAME), SECRET_TEXT.repeat(20_000));
        Path volume = folder.resolve("volume");
        Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "Geheimnis", "-d", content, volume, "5M");
        byte[] bytes = Files.readAllBytes(volume);
        int text = new String(bytes, StandardCharsets.ISO_8859_1)
                .indexOf(new String(SECRET_TEXT.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        long bad = 4 * MIB + (text & -4096) + 65_536;
        SampleVolumes.put(disk.medium(), 4 * MIB, bytes);
        disk.asSource(device -> new FaultyDevice(device, 1, new Fault.BadSectors(new Extent(bad, 512))));
        offer(PASSWORD);
        bench.storesAre(StoreFaults.from(StoreFaults.Hit.CHANGE, 12, DeviceException.ENOSPC)::on);
        assertThat(bench.run(bench.plan(request(Request.Kind.AUTO, bench.images(), true)))
                        .state())
                .isEqualTo(JobState.INCOMPLETE);
        assertNoNames();
        bench.storesAre(store -> store);
        Report report = bench.run(bench.plan(request(Request.Kind.AUTO, bench.images(), true)));
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.COMPLETE_WITH_UNREADABLE);
        assertThat(report.toText()).as("on the screen").contains(SECRET_NAME);
        assertNoNames();
    }

    private void assertNoNames() throws IOException {
        List<Path> beside =
                files().stream().filter(file -> file.startsWith(bench.images())).toList();
        assertThat(beside).isNotEmpty();
        for (Path file : beside) {
            assertThat(file.getFileName().toString()).matches(".*\\.rkimg(\\.partial)?");
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (String secret : List.of(SECRET_NAME, "Geheimnis", "SN-GEHEIM-77", "partition 3", "nreadable")) {
                assertThat(text.contains(secret)).as("%s in %s", secret, file).isFalse();
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(bench.directory())) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
