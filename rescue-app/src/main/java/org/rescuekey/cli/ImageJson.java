package org.rescuekey.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rescuekey.crypto.KeySlots;
import org.rescuekey.engine.ImageKeyService;
import org.rescuekey.engine.RescueService;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageLink;
import org.rescuekey.plan.ImageFacts;
import org.rescuekey.plan.ImageLineage;

/** Images as JSON; field names are part of the command line's promise. */
final class ImageJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ImageJson() {}

    static String line(ImageFacts image) {
        return of(image).toString();
    }

    /** What a recovery would find. */
    static ObjectNode of(String path, RescueService.Recoverable found) {
        return MAPPER.createObjectNode()
                .put("path", path)
                .put("state", found.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("usedBytes", found.usedBytes())
                .put("damagedBytes", found.damagedBytes());
    }

    static ObjectNode of(KeyCommand.Done done) {
        ObjectNode node = MAPPER.createObjectNode().put("slot", done.slot()).put("dryRun", done.dryRun());
        ArrayNode images = node.putArray("images");
        done.images().forEach(images::add);
        return node;
    }

    static ObjectNode of(ImageKeyService.Listing listing) {
        ObjectNode node = MAPPER.createObjectNode();
        ArrayNode slots = node.putArray("slots");
        for (KeySlots.Info slot : listing.slots()) {
            ObjectNode one = slots.addObject()
                    .put("slot", slot.number())
                    .put("state", slot.state().name().toLowerCase(Locale.ROOT));
            slot.added().ifPresent(added -> one.put("added", added.toString()));
        }
        ArrayNode images = node.putArray("images");
        listing.images().forEach(images::add);
        ArrayNode behind = node.putArray("behind");
        listing.behind().forEach(behind::add);
        return node;
    }

    static ObjectNode of(ImageFacts image) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("path", image.path());
        node.put("imageId", image.imageId());
        node.put("rootHash", image.rootHash());
        node.put("state", image.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        node.put("problem", image.problem());
        node.put("storedBytes", image.storedBytes());
        node.put("usedBytes", image.usedBytes());
        if (image.lineage() != null) {
            node.put(
                    "protection",
                    image.lineage().protection().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        ImageLineage lineage = image.lineage();
        if (lineage != null) {
            node.put("kind", lineage.kind().name().toLowerCase(Locale.ROOT));
            node.put("setId", lineage.setId());
            lineage.parent().ifPresent(parent -> node.set("parent", link(parent)));
            ArrayNode absorbed = node.putArray("absorbed");
            lineage.absorbed().links().forEach(each -> absorbed.add(link(each)));
        }
        ImageDescription description = image.description();
        if (description != null) {
            node.put("created", description.created().toString());
            node.put("tool", description.tool());
            node.put("machine", description.machine());
            node.set("disk", disk(description));
            ArrayNode partitions = node.putArray("partitions");
            description
                    .streams()
                    .forEach(stream ->
                            stream.partition().ifPresent(found -> put(partitions.addObject(), stream, found)));
            description.stream(0).ifPresent(stream -> leftOut(node, stream));
            description.notes().forEach(node.putArray("notes")::add);
        }
        return node;
    }

    private static void put(ObjectNode node, ImageDescription.Stream stream, ImageDescription.Partition found) {
        node.put("number", found.number())
                .put("identity", found.identity())
                .put("startBytes", found.extent().start())
                .put("sizeBytes", found.extent().length())
                .put("type", found.typeName())
                .put("fileSystem", found.volume().fileSystem())
                .put("label", found.volume().label())
                .put("rawReason", found.volume().rawReason())
                .put("usedBytes", stream.usedBytes());
        found.volume().states().forEach(node.putArray("states")::add);
        leftOut(node, stream);
    }

    private static void leftOut(ObjectNode node, ImageDescription.Stream stream) {
        ArrayNode leftOut = node.putArray("leftOut");
        stream.leftOut()
                .forEach(each -> leftOut.addObject().put("name", each.name()).put("bytes", each.bytes()));
    }

    private static ObjectNode link(ImageLink link) {
        return MAPPER.createObjectNode()
                .put("imageId", link.imageId().toString())
                .put("rootHash", link.rootHash().toString())
                .put("name", link.name());
    }

    private static ObjectNode disk(ImageDescription description) {
        ImageDescription.Disk disk = description.disk();
        return MAPPER.createObjectNode()
                .put("model", disk.model())
                .put("serial", disk.serial())
                .put("wwn", disk.wwn())
                .put("sizeBytes", disk.sizeBytes())
                .put("logicalSectorBytes", disk.logicalSectorBytes())
                .put("table", description.table().kind())
                .put("diskIdentity", description.table().diskId());
    }
}
