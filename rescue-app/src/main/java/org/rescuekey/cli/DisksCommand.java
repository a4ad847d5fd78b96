package org.rescuekey.cli;

import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.tui.model.Text;
import org.rescuekey.units.ByteCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescuekey disks}: what disks there are and what is on them. */
@Command(
        name = "disks",
        description = "Lists the disks with their identities, partitions, volumes and states.",
        footer = {"", "Example: rescuekey disks --json"})
final class DisksCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DisksCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws RescueException {
        Machine machine = context.service().inventory();
        if (json) {
            context.out().println(InventoryJson.of(machine));
        } else {
            context.out().print(text(machine));
        }
        context.out().flush();
        return 0;
    }

    private static String text(Machine machine) {
        StringBuilder text = new StringBuilder();
        for (DiskInfo disk : machine.disks()) {
            text.append(disk.path())
                    .append("  ")
                    .append(disk.label())
                    .append(", ")
                    .append(disk.bus());
            text.append(disk.tableKind().map(kind -> ", " + kind).orElse(", no partition table"));
            text.append('\n');
            line(text, "identity", disk.identityText());
            disk.inUseReason().ifPresent(reason -> line(text, "in use", reason));
            disk.findings().forEach(finding -> line(text, "note", finding));
            disk.wholeDiskVolume().ifPresent(volume -> {
                line(text, "volume", name(volume));
                states(text, volume);
            });
            disk.partitions().forEach(partition -> partition(text, partition));
        }
        return text.isEmpty() ? "No disks were found.\n" : text.toString();
    }

    private static void partition(StringBuilder text, PartitionInfo partition) {
        String volume = partition.volume().map(DisksCommand::name).orElse("-");
        text.append(String.format(
                java.util.Locale.ROOT,
                "  %2d  %-10s  %-24s %s%n",
                partition.number(),
                ByteCount.text(partition.partition().extent().length()),
                partition.partition().typeName(),
                Text.clean(volume)));
        partition.volume().ifPresent(found -> states(text, found));
    }

    private static String name(VolumeInfo volume) {
        return volume.type().label() + (volume.label().isEmpty() ? "" : " \"" + volume.label() + "\"");
    }

    private static void states(StringBuilder text, VolumeInfo volume) {
        for (VolumeState state : new TreeSet<>(volume.states())) {
            line(text, "state", "the volume " + state.words() + ". " + state.remedy());
        }
        volume.notes().forEach(note -> line(text, "note", note));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(java.util.Locale.ROOT, "      %s: %s%n", name, Text.clean(value)));
    }
}
