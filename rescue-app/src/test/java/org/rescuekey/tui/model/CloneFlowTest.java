package org.rescuekey.tui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.plan.Coverage;
import org.rescuekey.plan.JobKind;
import org.rescuekey.plan.Request;
import org.rescuekey.tui.Invented;
import org.rescuekey.tui.Walk;
import org.rescuekey.tui.keys.Key.Kind;

/** A clone as a user walks through it: source, target, pictures, plan, confirmation. */
class CloneFlowTest {
    private final Walk walk = new Walk(Size.STANDARD);

    @Test
    void aCloneIsConfirmedAfterFiveKeys() {
        walk.type("c");
        assertThat(screen(DiskScreen.class).role()).isEqualTo(new DiskRole.CloneSource());
        walk.press(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);

        assertThat(screen(ConfirmScreen.class).plan().kind()).isEqualTo(JobKind.CLONE);
        assertThat(screen(ConfirmScreen.class).plan().commandLine())
                .isEqualTo("rescuekey clone /dev/nvme0n1 --to /dev/sda");
        assertThat(walk.commands()).isEmpty();
        walk.press(Kind.ENTER);
        assertThat(walk.commands()).singleElement().isInstanceOf(Cmd.RunJob.class);
        assertThat(walk.model().screen()).isEqualTo(new RunScreen(false));
    }

    @Test
    void aTargetThatHoldsDataNeedsTheRightPhrase() {
        walk.type("c").press(Kind.ENTER, Kind.DOWN, Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER);
        assertThat(screen(ConfirmScreen.class).error()).startsWith("Type the last four characters");

        walk.type("456A").press(Kind.ENTER);
        assertThat(screen(ConfirmScreen.class).error()).as("the source's").contains("\"456A\" is not");
        assertThat(walk.commands()).isEmpty();

        walk.type("J1C9").press(Kind.ENTER);
        assertThat(walk.commands())
                .singleElement()
                .isInstanceOfSatisfying(
                        Cmd.RunJob.class,
                        run -> assertThat(run.plan().plan().overwrites().path()).isEqualTo("/dev/sdb"));
    }

    @Test
    void thePicturesShowTheSourceAboveTheTarget() {
        walk.type("c").press(Kind.ENTER, Kind.DOWN, Kind.ENTER);

        assertThat(screen(PictureScreen.class).pictures())
                .isEqualTo(new Pictures.Cloned(Invented.windows(), Invented.backup()));
        assertThat(screen(PictureScreen.class).notes())
                .anyMatch(note -> note.startsWith("Only what differs"))
                .anyMatch(note -> note.contains("both disks have the same identities"));
    }

    @Test
    void coverageAndDiscardAreChosenWithTheTarget() {
        walk.type("c").press(Kind.ENTER).type("x");
        assertThat(cloning()).isEqualTo(new Cloning(Invented.windows(), Coverage.USED, false));
        walk.type("xd");
        assertThat(cloning()).isEqualTo(new Cloning(Invented.windows(), Coverage.ALL, true));
        walk.press(Kind.ENTER, Kind.ENTER);
        assertThat(screen(PlanScreen.class).plan().commandLine())
                .isEqualTo("rescuekey clone /dev/nvme0n1 --to /dev/sda --exact --discard");

        walk.press(Kind.ESCAPE, Kind.ESCAPE).type("xd");
        assertThat(cloning()).isEqualTo(Cloning.of(Invented.windows()));
    }

    @Test
    void aTargetIsComparedUnlessTheCommandLineIsUsed() {
        Request.Clone request = Cloning.of(Invented.windows()).request(Invented.empty());

        assertThat(request.compare()).isTrue();
        assertThat(request.partitions()).isEmpty();
    }

    @Test
    void neitherTheSourceNorTheStickIsATarget() {
        walk.type("c").press(Kind.ENTER);
        assertThat(screen(DiskScreen.class).selectedPath())
                .as("the first that can be")
                .isEqualTo("/dev/sda");

        walk.press(Kind.HOME, Kind.ENTER);
        assertThat(screen(DiskScreen.class).role()).isInstanceOf(DiskRole.CloneTarget.class);
        assertThat(walk.model().notice()).isEqualTo("This disk cannot be the target (the source).");

        walk.press(Kind.END, Kind.ENTER);
        assertThat(screen(DiskScreen.class).role()).isInstanceOf(DiskRole.CloneTarget.class);
        assertThat(walk.model().notice()).isEqualTo("This disk cannot be the target (this stick).");
        assertThat(walk.commands()).isEmpty();
    }

    @Test
    void aDiskThatIsInUseIsNeitherSourceNorTarget() {
        Walk busy = new Walk(Size.STANDARD, withMounted(Invented.backup()));

        busy.type("c").press(Kind.DOWN, Kind.DOWN, Kind.ENTER);
        assertThat(busy.model().notice()).isEqualTo("This disk cannot be the source (in use).");
        assertThat(((DiskScreen) busy.model().screen())
                        .role()
                        .refusal(busyDisk())
                        .orElseThrow()
                        .reason())
                .contains("mounted at /data");

        busy.press(Kind.HOME, Kind.ENTER, Kind.DOWN, Kind.ENTER);
        assertThat(busy.model().screen()).isInstanceOf(DiskScreen.class);
        assertThat(busy.model().notice()).isEqualTo("This disk cannot be the target (in use).");
        assertThat(busy.commands()).isEmpty();
    }

    @Test
    void theStickCanBeClonedSinceNothingWritesToIt() {
        assertThat(new DiskRole.CloneSource().refusal(Invented.stick())).isEmpty();
    }

    @Test
    void aDiskWithoutPartitionsIsBackedUpAsItIsAskedFor() {
        walk.type("b").press(Kind.DOWN, Kind.ENTER);
        assertThat(screen(PartitionScreen.class).choice().source()).isEqualTo(Invented.empty());

        walk.press(Kind.DOWN).type(" a").type("xx").press(Kind.ENTER);

        assertThat(screen(PlaceScreen.class).purpose())
                .isInstanceOfSatisfying(
                        Purpose.BackUp.class,
                        backUp -> assertThat(backUp.coverage()).isEqualTo(Coverage.ALL));
    }

    @Test
    void noCloneBeginsBesideAnotherJob() {
        walk.type("b").press(Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ENTER, Kind.ESCAPE);
        walk.type("c");

        assertThat(walk.model().screen()).isInstanceOf(HomeScreen.class);
        assertThat(walk.model().notice()).startsWith("One job at a time");
    }

    private Cloning cloning() {
        return ((DiskRole.CloneTarget) screen(DiskScreen.class).role()).cloning();
    }

    private <S extends Screen> S screen(Class<S> type) {
        assertThat(walk.model().screen()).isInstanceOf(type);
        return type.cast(walk.model().screen());
    }

    private static DiskInfo busyDisk() {
        return withMounted(Invented.backup()).disk("/dev/sdb").orElseThrow();
    }

    private static Machine withMounted(DiskInfo disk) {
        Machine machine = Invented.machine();
        List<DiskInfo> disks = new ArrayList<>(machine.disks());
        disks.replaceAll(each -> each.equals(disk) ? mounted(disk) : each);
        return new Machine(machine.model(), machine.firmware(), machine.secureBoot(), machine.memoryBytes(), disks);
    }

    private static DiskInfo mounted(DiskInfo disk) {
        return new DiskInfo(
                disk.path(),
                disk.kernelName(),
                disk.model(),
                disk.serial(),
                disk.wwn(),
                disk.bus(),
                disk.removable(),
                disk.rotational(),
                disk.readOnly(),
                disk.sizeBytes(),
                disk.logicalSector(),
                disk.physicalSector(),
                disk.tableKind(),
                disk.diskIdentity(),
                disk.tableSha256(),
                disk.partitions(),
                Optional.empty(),
                List.of(),
                List.of(new Mount(disk.path(), "/data", "ext4", false)),
                false,
                List.of());
    }
}
