package org.rescuekey.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rescuekey.inventory.DiskFingerprint;
import org.rescuekey.partition.TableWrite;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;

/** What a plan says to people, and that its digest covers all of it. */
final class PlanTest {
    private static final DiskFingerprint FINGERPRINT =
            new DiskFingerprint("S1", "W1", 1 << 20, 512, "0123456789abcdef0123456789abcdef");
    private static final Plan.Overwrite OVERWRITE = new Plan.Overwrite(
            "/dev/sdb", "Disk (/dev/sdb)", "1234", "last four characters of the serial number", true);

    private static Plan plan() {
        return plan(List.of(
                new Step.Erase("the target's old partition table", ExtentSet.of(new Extent(0, 1024))),
                new Step.WriteStream(1, "partition 1 (NTFS)", new Extent(1 << 20, 1 << 20), ExtentSet.empty(), false),
                new Step.ReadBack(),
                new Step.WriteTable("gpt", List.of(new TableWrite(0, new byte[512], "protective MBR")))));
    }

    private static Plan plan(List<Step> steps) {
        return new Plan(
                JobKind.RESTORE,
                "Restore Old disk to Disk (/dev/sdb)",
                List.of(
                        new Precondition.ImageIs("/mnt/a.rkimg", "11111111-2222", "abcd"),
                        new Precondition.DiskIs(Precondition.Role.TARGET, "/dev/sdb", FINGERPRINT),
                        new Precondition.NotInUse("/dev/sdb")),
                steps,
                List.of(
                        Effect.result("The target becomes the old disk."),
                        Effect.warning("Take the old disk out."),
                        Effect.loss("Everything on Disk.")),
                3 << 20,
                2 << 20,
                "rescuekey restore /mnt/a.rkimg --to /dev/sdb",
                OVERWRITE);
    }

    @Test
    void theTextSaysAllInAFixedOrder() {
        assertThat(plan().toText()).isEqualTo("""
                        Restore Old disk to Disk (/dev/sdb)

                          1. Erase the target's old partition table
                          2. Write partition 1 (NTFS) to the target at 1.0 MiB
                          3. Read everything back from the target and compare it
                          4. Write the partition table (gpt) for the target's size

                        What will be lost:
                          - Everything on Disk.

                        Please note:
                          - Take the old disk out.

                        What will be there:
                          - The target becomes the old disk.

                        Reads 3.0 MiB, writes at most 2.0 MiB
                        Checked again before the first write:
                          - image /mnt/a.rkimg is 11111111-2222 with root hash abcd
                          - target /dev/sdb is serial S1, WWN W1, 1,048,576 bytes, sectors of 512, table 0123456789ab
                          - /dev/sdb is not in use
                        Command line: rescuekey restore /mnt/a.rkimg --to /dev/sdb
                        plan %s
                        """.formatted(plan().digest()));
    }

    @Test
    void theDigestOfThisPlanStaysWhatItIs() {
        assertThat(plan().digest()).isEqualTo(plan().digest()).matches("[0-9a-f]{16}");
    }

    @Test
    void theDigestChangesWithEverything() {
        Plan plan = plan();
        List<Plan> plans = new ArrayList<>(List.of(plan));
        plans.add(with(plan, JobKind.CAPTURE, plan.title(), plan.preconditions(), plan.effects(), plan.commandLine()));
        plans.add(with(plan, plan.kind(), "Another title", plan.preconditions(), plan.effects(), plan.commandLine()));
        plans.add(with(plan, plan.kind(), plan.title(), plan.preconditions(), plan.effects(), "rescuekey"));
        plans.add(with(plan, plan.kind(), plan.title(), plan.preconditions(), List.of(), plan.commandLine()));
        plans.add(with(plan, plan.kind(), plan.title(), List.of(), plan.effects(), plan.commandLine()));
        // The text shows twelve digits of the table's hash; all of them count.
        DiskFingerprint other = new DiskFingerprint("S1", "W1", 1 << 20, 512, "0123456789abcdef0123456789abcdee");
        plans.add(with(
                plan,
                plan.kind(),
                plan.title(),
                List.of(
                        plan.preconditions().get(0),
                        new Precondition.DiskIs(Precondition.Role.TARGET, "/dev/sdb", other),
                        plan.preconditions().get(2)),
                plan.effects(),
                plan.commandLine()));
        for (int i = 0; i < plan.steps().size(); i++) {
            List<Step> fewer = new ArrayList<>(plan.steps());
            fewer.remove(i);
            plans.add(plan(fewer));
        }
        byte[] otherTable = new byte[512];
        otherTable[511] = 1;
        plans.add(withStep(3, new Step.WriteTable("gpt", List.of(new TableWrite(0, otherTable, "protective MBR")))));
        plans.add(withStep(0, new Step.Erase("the target's old partition table", manyExtents(40, 512))));
        plans.add(withStep(
                0,
                new Step.Erase(
                        "the target's old partition table", manyExtents(40, 1024)))); // as many, as large, elsewhere
        plans.add(withStep(
                1,
                new Step.WriteStream(
                        1, "partition 1 (NTFS)", new Extent(1 << 20, 1 << 20), manyExtents(40, 512), true)));
        plans.add(withStep(
                1,
                new Step.WriteStream(
                        1, "partition 1 (NTFS)", new Extent(1 << 20, 1 << 20), manyExtents(40, 1024), true)));
        plans.add(withStep(
                1,
                new Step.WriteStream(1, "partition 1 (NTFS)", new Extent(1 << 20, 1 << 20), ExtentSet.empty(), true)));
        Set<String> digests = new HashSet<>();
        plans.forEach(
                each -> assertThat(digests.add(each.digest())).as(each.toText()).isTrue());
    }

    private static ExtentSet manyExtents(int count, long shiftBytes) {
        ExtentSet.Builder extents = ExtentSet.builder();
        for (int i = 0; i < count; i++) {
            extents.add(new Extent(shiftBytes + i * 4096L, 512));
        }
        return extents.build();
    }

    private static Plan withStep(int index, Step step) {
        List<Step> steps = new ArrayList<>(plan().steps());
        steps.set(index, step);
        return plan(steps);
    }

    private static Plan with(
            Plan plan,
            JobKind kind,
            String title,
            List<Precondition> preconditions,
            List<Effect> effects,
            String commandLine) {
        return new Plan(
                kind,
                title,
                preconditions,
                plan.steps(),
                effects,
                plan.bytesToRead(),
                plan.bytesToWrite(),
                commandLine,
                plan.overwrites());
    }

    @Test
    void commandLinesAreQuotedForAShell() {
        assertThat(Shell.quote("/dev/sda")).isEqualTo("/dev/sda");
        assertThat(Shell.quote("/mnt/my disk")).isEqualTo("'/mnt/my disk'");
        assertThat(Shell.quote("it's")).isEqualTo("'it'\\''s'");
        assertThat(Shell.quote("$(rm)")).isEqualTo("'$(rm)'");
        assertThat(Shell.quote("")).isEqualTo("''");
    }
}
