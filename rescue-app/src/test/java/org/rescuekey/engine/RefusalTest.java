package org.rescuekey.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rescuekey.engine.Layouts.part;
import static org.rescuekey.engine.TestBench.MIB;
import static org.rescuekey.engine.TestBench.captureOf;
import static org.rescuekey.engine.TestBench.restoreOf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.plan.ConfirmedPlan;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Request;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What must never be written to is refused by name, and not one write reaches it. */
final class RefusalTest {
    private final TestBench bench = new TestBench();
    private BenchDisk source;
    private BenchDisk target;
    private String image;

    @BeforeEach
    void prepare() throws Exception {
        source = disk("/dev/sda", 1);
        image = bench.image("/dev/sda");
        target = disk("/dev/sdb", 2).startCounting();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private BenchDisk disk(String path, long seed) throws Exception {
        BenchDisk disk = bench.disk(path, 4 * MIB);
        Layouts.gpt(disk.medium(), part(1, 2048, 2048), part(2, 4096, 2048));
        Layouts.fill(disk.medium(), new Extent(MIB, 2 * MIB), seed);
        return disk;
    }

    private void assertRefused(Request request, String... words) {
        assertThatThrownBy(() -> bench.plan(request))
                .isInstanceOf(RefusedException.class)
                .message()
                .contains(words);
        assertThat(target.isUntouched()).isTrue();
    }

    private void assertRefusedAtTheStart(Plan plan, String... words) throws RescueException {
        Report report = bench.run(plan);
        assertThat(report.state()).as(report.toText()).isEqualTo(JobState.REFUSED);
        assertThat(report.state().exitCode()).isEqualTo(3);
        assertThat(report.headline()).contains(words);
        assertThat(report.details()).containsExactly("Nothing was written.");
        assertThat(target.isUntouched()).isTrue();
    }

    // ---- targets that are no targets

    @Test
    void theBootMediumIsRefused() {
        target.bootMedium();
        assertRefused(restoreOf(image, "/dev/sdb"), "/dev/sdb", "started from");
    }

    @Test
    void aMountedTargetIsRefused() {
        target.mounted(2, "/mnt/data", false);
        assertRefused(restoreOf(image, "/dev/sdb"), "/dev/sdb", "partition 2 is mounted at /mnt/data");
    }

    @Test
    void aTargetMountedReadOnlyIsRefusedToo() {
        target.mounted(1, "/mnt/data", true);
        assertRefused(restoreOf(image, "/dev/sdb"), "partition 1 is mounted at /mnt/data");
    }

    @Test
    void anotherPartitionInUseIsEnoughToRefuseAPartition() {
        target.mounted(1, "/mnt/data", false);
        assertRefused(restoreOf(image, "/dev/sdb", 2, 2), "partition 1 is mounted at /mnt/data");
    }

    @Test
    void swapAndHoldersAreRefused() {
        target.heldBy("swap");
        assertRefused(restoreOf(image, "/dev/sdb"), "/dev/sdb", "in use as swap");
        target.unmounted().heldBy("dm-0");
        assertRefused(restoreOf(image, "/dev/sdb"), "held by dm-0");
    }

    @Test
    void aReadOnlyTargetIsRefused() {
        target.readOnly();
        assertRefused(restoreOf(image, "/dev/sdb"), "/dev/sdb", "read-only", "blockdev --setrw /dev/sdb");
    }

    @Test
    void theDiskThatHoldsTheImageIsRefused() {
        bench.imagesLieOn("/dev/sdb2", "/dev/sdb");
        assertRefused(restoreOf(image, "/dev/sdb"), "/dev/sdb", "holds the image");
        assertRefused(restoreOf(image, "/dev/sdb", 1, 1), "/dev/sdb", "holds the image");
    }

    @Test
    void theImageItselfIsNoTarget() {
        BenchDisk itself = bench.disk(image, MIB).startCounting();
        assertRefused(restoreOf(image, image), "holds the image");
        assertThat(itself.isUntouched()).isTrue();
    }

    @Test
    void anImageIsNotMadeOnItsOwnSource() {
        bench.imagesLieOn("/dev/sda1", "/dev/sda");
        assertRefused(captureOf("/dev/sda", bench.images()), "lies on the source itself");
    }

    @Test
    void aStickIsNotMadeOfWhatIsInUseOrHoldsTheFile() throws Exception {
        bench.disk("/iso", MIB);
        Request request = new Request.WriteStick("/iso", "/dev/sdb");
        target.mounted(1, "/mnt/data", false);
        assertRefused(request, "partition 1 is mounted at /mnt/data");
        target.unmounted().bootMedium();
        assertRefused(request, "started from");
        String iso = Files.write(Path.of(bench.images()).resolve("a.iso"), new byte[1024])
                .toString();
        target = disk("/dev/sdb", 2).startCounting();
        bench.imagesLieOn("/dev/sdb");
        assertRefused(new Request.WriteStick(iso, "/dev/sdb"), "holds " + iso);
        assertRefused(new Request.WriteStick("/iso", "/dev/sdb1"), "is a partition");
        target = bench.disk("/dev/sdb", MIB - 512).startCounting();
        assertRefused(request, "512 bytes (512 B) are missing");
    }

    // ---- targets that do not fit

    @Test
    void aTargetThatIsTooSmallIsRefusedWithTheExactShortfall() throws Exception {
        // Partition 2 ends at 3 MiB; behind it the backup needs 33 sectors.
        long needed = 3 * MIB + 33 * 512;
        target = bench.disk("/dev/sdb", needed - 1024).startCounting();
        assertRefused(restoreOf(image, "/dev/sdb"), "1,024 bytes too few");
        target = bench.disk("/dev/sdb", needed).startCounting();
        assertThat(bench.restore(image, "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        ExtentSet partitions = ExtentSet.of(new Extent(MIB, 2 * MIB));
        Compare.assertSame(source.medium(), target.medium(), partitions, "the partitions");
        assertThat(target.table().findings()).isEmpty();
    }

    @Test
    void aTargetTooSmallForADiskWithoutATableIsRefused() throws Exception {
        BenchDisk raw = bench.disk("/dev/sdc", 3 * MIB);
        Layouts.fill(raw.medium(), 3);
        String rawImage = bench.image("/dev/sdc");
        target = bench.disk("/dev/sdb", 3 * MIB - 512).startCounting();
        assertRefused(restoreOf(rawImage, "/dev/sdb"), "512 bytes (512 B) are missing");
    }

    @Test
    void anotherSectorSizeIsRefusedAndBothAreNamed() {
        target = bench.disk("/dev/sdb", 8 * MIB, SectorSize.SECTOR_4096).startCounting();
        assertRefused(restoreOf(image, "/dev/sdb"), "512 bytes", "4096 bytes");
        assertRefused(restoreOf(image, "/dev/sdb", 1, 1), "512 bytes", "4096 bytes");
    }

    @Test
    void partitionsThatAreNotThereAreRefused() {
        assertRefused(captureOf("/dev/sda", bench.images(), 3), "no partition 3", "1, 2");
        assertRefused(captureOf("/dev/sda", bench.images(), 0), "no partition 0", "1, 2");
        assertRefused(restoreOf(image, "/dev/sdb", 5, 1), "does not hold partition 5");
        assertRefused(restoreOf(image, "/dev/sdb", 0, 1), "does not hold partition 0");
        assertRefused(restoreOf(image, "/dev/sdb", 1, 7), "no partition 7", "1, 2");
        SortedMap<Integer, Integer> both = new TreeMap<>(Map.of(1, 2, 2, 2));
        assertRefused(new Request.Restore(image, "/dev/sdb", both, false), "into one of the target");
        target = bench.disk("/dev/sdb", 4 * MIB).startCounting();
        assertRefused(restoreOf(image, "/dev/sdb", 1, 1), "no partition table");
    }

    @Test
    void aPartitionThatIsTooSmallIsRefusedWithTheExactShortfall() throws Exception {
        target = bench.disk("/dev/sdb", 4 * MIB);
        Layouts.gpt(target.medium(), part(1, 2048, 2040));
        target.startCounting();
        assertRefused(restoreOf(image, "/dev/sdb", 1, 1), "Partition 1 is too small", "4,096 bytes (4.0 KiB)");
    }

    // ---- a world that changes between plan and job

    @Test
    void aTargetThatWasSwappedIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        target = disk("/dev/sdb", 2).serial("ANOTHER").startCounting();
        assertRefusedAtTheStart(
                plan, "/dev/sdb is not the disk that was planned for", "serial was SERIAL-OF-DEV-SDB, is ANOTHER");
    }

    @Test
    void aTargetOfAnotherSizeIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        target = bench.disk("/dev/sdb", 4 * MIB + 512);
        Layouts.gpt(target.medium(), part(1, 2048, 2048));
        target.startCounting();
        assertRefusedAtTheStart(plan, "size was 4194304 bytes, is 4194816 bytes");
    }

    @Test
    void aTargetWhoseTableChangedIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        Layouts.gpt(target.medium(), part(1, 2048, 2048), part(2, 4096, 2047));
        assertRefusedAtTheStart(plan, "partition table was", ", is");
    }

    @Test
    void aTargetThatGotATableIsRefused() throws Exception {
        target = bench.disk("/dev/sdb", 4 * MIB).startCounting();
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        Layouts.mbr(target.medium(), part(1, 2048, 2048));
        assertRefusedAtTheStart(plan, "partition table was");
    }

    @Test
    void aTargetThatWasMountedMeanwhileIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        target.mounted(1, "/mnt/data", false);
        assertRefusedAtTheStart(plan, "/dev/sdb");
    }

    @Test
    void aTargetThatIsGoneIsNoSuccess() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        bench.machine().unplug("/dev/sdb");
        Report report = bench.run(plan);
        assertThat(report.state()).isEqualTo(JobState.FAILED);
        assertThat(report.details()).containsExactly("Nothing was written.");
    }

    @Test
    void aSourceThatChangedIsRefused() throws Exception {
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        source.mounted(1, "/mnt/data", false);
        Report mounted = bench.run(plan);
        assertThat(mounted.state()).isEqualTo(JobState.REFUSED);
        assertThat(mounted.headline()).contains("partition 1 is mounted at /mnt/data");
        source.unmounted();
        Layouts.gpt(source.medium(), part(1, 2048, 2048));
        assertThat(bench.run(plan).headline()).contains("partition table was");
    }

    @Test
    void aSourceThatCanChangeIsRefused() {
        source.mounted(2, "/mnt/data", false);
        assertRefused(captureOf("/dev/sda", bench.images()), "can change", "/mnt/data");
        source.unmounted().mounted(2, "/mnt/data", true);
        assertThat(source.hash()).isNotEmpty();
        assertThatNoRefusal(captureOf("/dev/sda", bench.images()));
        source.unmounted().mounted(2, "/mnt/data", false);
        assertThatNoRefusal(captureOf("/dev/sda", bench.images(), 1));
    }

    private void assertThatNoRefusal(Request request) {
        assertThatCode(() -> bench.plan(request)).doesNotThrowAnyException();
    }

    @Test
    void anImageThatWasReplacedIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        String other = bench.image("/dev/sda");
        Files.copy(Path.of(other), Path.of(image), StandardCopyOption.REPLACE_EXISTING);
        assertRefusedAtTheStart(plan, image + " is no longer the image that was planned for");
    }

    /** What an image lies on can change between plan and job as everything else can. */
    @Test
    void aTargetThatHoldsTheImageByNowIsRefused() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        Plan single = bench.plan(restoreOf(image, "/dev/sdb", 1, 1));
        bench.imagesLieOn("/dev/sdb1", "/dev/sdb");
        assertRefusedAtTheStart(plan, image + " lies on /dev/sdb");
        assertRefusedAtTheStart(single, image + " lies on /dev/sdb");
        String iso = Files.write(Path.of(bench.images()).resolve("a.iso"), new byte[1024])
                .toString();
        bench.imagesLieOn("/dev/sdc");
        bench.disk(iso, MIB);
        Plan stick = bench.plan(new Request.WriteStick(iso, "/dev/sdb"));
        bench.imagesLieOn("/dev/sdb");
        assertRefusedAtTheStart(stick, iso + " lies on /dev/sdb");
    }

    @Test
    void aPlaceThatLiesOnTheSourceByNowIsRefused() throws Exception {
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        bench.imagesLieOn("/dev/sda1", "/dev/sda");
        Report report = bench.run(plan);
        assertThat(report.state()).isEqualTo(JobState.REFUSED);
        assertThat(report.headline()).contains(bench.images() + " lies on /dev/sda");
    }

    @Test
    void aPlaceIsOpenedForWritingByTheJobAlone() throws Exception {
        Plan plan = bench.plan(captureOf("/dev/sda", bench.images()));
        bench.service().images(bench.images());
        bench.service().openPlace(bench.service().places().getFirst());
        assertThat(bench.verify(image).state()).isEqualTo(JobState.COMPLETE);
        assertThat(bench.restore(image, "/dev/sdb").state()).isEqualTo(JobState.COMPLETE);
        int before = bench.machine().placesOpenedForWriting().size();
        assertThat(bench.run(plan).state()).isEqualTo(JobState.COMPLETE);
        assertThat(before).as("by the first image alone").isEqualTo(1);
        assertThat(bench.machine().placesOpenedForWriting()).containsExactly(bench.images(), bench.images());
    }

    // ---- confirmations

    @Test
    void nothingRunsWithoutTheRightConfirmation() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        assertThatThrownBy(() -> ConfirmedPlan.harmless(plan))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("/dev/sdb")
                .hasMessageContaining("--confirm " + plan.digest());
        for (String wrong :
                new String[] {"", " ", "0123456789abcdef", plan.digest().substring(1), plan.digest() + "0"}) {
            assertThatThrownBy(() -> ConfirmedPlan.byDigest(plan, wrong)).isInstanceOf(RefusedException.class);
        }
        for (String wrong : new String[] {"", " ", "yes", "SDB", "/dev/sdb"}) {
            assertThatThrownBy(() -> ConfirmedPlan.byPhrase(plan, wrong)).isInstanceOf(RefusedException.class);
        }
        assertThat(ConfirmedPlan.byPhrase(plan, " -sdb ").plan()).isSameAs(plan);
        assertThat(ConfirmedPlan.byDigest(plan, plan.digest()).plan()).isSameAs(plan);
        assertThat(target.isUntouched()).isTrue();
    }

    @Test
    void anEmptyTargetNeedsNoMoreThanTheEnterKey() throws Exception {
        target = bench.disk("/dev/sdb", 4 * MIB);
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        assertThat(plan.overwrites().holdsData()).isFalse();
        assertThat(ConfirmedPlan.byPhrase(plan, "").plan()).isSameAs(plan);
        assertThatThrownBy(() -> ConfirmedPlan.byPhrase(plan, "no")).isInstanceOf(RefusedException.class);
        Layouts.fill(target.medium(), new Extent(0, 512), 5);
        assertThat(bench.plan(restoreOf(image, "/dev/sdb")).overwrites().holdsData())
                .isTrue();
    }

    @Test
    void theConfirmationOfOneTargetDoesNotFitAnother() throws Exception {
        Plan plan = bench.plan(restoreOf(image, "/dev/sdb"));
        disk("/dev/sdc", 2);
        Plan other = bench.plan(restoreOf(image, "/dev/sdc"));
        assertThatThrownBy(() -> ConfirmedPlan.byDigest(other, plan.digest())).isInstanceOf(RefusedException.class);
    }

    @Test
    void aDigestIsTheSameWhilePlanAndWorldAre() throws Exception {
        assertThat(bench.plan(restoreOf(image, "/dev/sdb")).digest())
                .isEqualTo(bench.plan(restoreOf(image, "/dev/sdb")).digest())
                .matches("[0-9a-f]{16}");
    }
}
