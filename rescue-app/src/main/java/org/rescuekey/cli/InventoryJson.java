package org.rescuekey.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.VolumeState;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Machine;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;

/** The machine's snapshot as JSON; field names are part of the command line's promise. */
final class InventoryJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private InventoryJson() {}

    static String of(Machine machine) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("model", machine.model());
        node.put("firmware", machine.firmware());
        node.put("secureBoot", machine.secureBoot());
        node.put("memoryBytes", machine.memoryBytes());
        ArrayNode disks = node.putArray("disks");
        machine.disks().forEach(disk -> disks.add(disk(disk)));
        return node.toPrettyString();
    }

    private static ObjectNode disk(DiskInfo disk) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("path", disk.path());
        node.put("model", disk.model());
        node.put("serial", disk.serial());
        node.put("wwn", disk.wwn());
        node.put("bus", disk.bus());
        node.put("removable", disk.removable());
        node.put("rotational", disk.rotational());
        node.put("readOnly", disk.readOnly());
        node.put("sizeBytes", disk.sizeBytes());
        node.put("logicalSectorBytes", disk.logicalSector().bytes());
        node.put("physicalSectorBytes", disk.physicalSector().bytes());
        node.put("table", disk.tableKind().orElse(""));
        node.put("diskIdentity", disk.diskIdentity());
        node.put("tableSha256", disk.tableSha256());
        node.put("bootMedium", disk.bootMedium());
        node.put("inUse", disk.inUseReason().orElse(""));
        disk.findings().forEach(node.putArray("findings")::add);
        disk.wholeDiskVolume().ifPresent(volume -> node.set("volume", volume(volume)));
        ArrayNode partitions = node.putArray("partitions");
        disk.partitions().forEach(partition -> partitions.add(partition(partition)));
        return node;
    }

    private static ObjectNode partition(PartitionInfo partition) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("number", partition.number());
        node.put("path", partition.path());
        node.put("startBytes", partition.partition().extent().start());
        node.put("sizeBytes", partition.partition().extent().length());
        node.put("typeId", partition.partition().typeId());
        node.put("type", partition.partition().typeName());
        node.put("identity", partition.partition().identity());
        node.put("name", partition.partition().name());
        partition.usedBytes().ifPresent(used -> node.put("usedBytes", used));
        mounts(node.putArray("mounts"), partition.mounts());
        partition.holders().forEach(node.putArray("holders")::add);
        partition.volume().ifPresent(volume -> node.set("volume", volume(volume)));
        return node;
    }

    private static ObjectNode volume(VolumeInfo volume) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("fileSystem", volume.type().label());
        node.put("label", volume.label());
        node.put("identity", volume.identity());
        node.put("clusterBytes", volume.clusterBytes());
        ArrayNode states = node.putArray("states");
        for (VolumeState state : volume.states()) {
            states.addObject()
                    .put(
                            "state",
                            state.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'))
                    .put("words", state.words())
                    .put("remedy", state.remedy());
        }
        volume.notes().forEach(node.putArray("notes")::add);
        return node;
    }

    private static void mounts(ArrayNode array, List<Mount> mounts) {
        mounts.forEach(mount -> array.add(mount.mountPoint()));
    }
}
