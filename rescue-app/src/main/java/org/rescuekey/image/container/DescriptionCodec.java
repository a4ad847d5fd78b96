package org.rescuekey.image.container;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.units.Extent;

/**
 * The description as JSON. Members that are not known are passed over, so that a later version may add some; a member
 * that is missing or of another type makes the description malformed. Times are ISO-8601 in UTC, extents are
 * {@code {"start", "length"}} in bytes. Thread rule: immutable.
 */
final class DescriptionCodec {
    /** No description is longer. */
    static final int MAX_BYTES = 16 << 20;

    private static final int MAX_NESTING = 16;

    /** Each takes memory: enough for {@link ImageDescription#MAX_STREAMS} streams with all that is said of one. */
    private static final long MAX_TOKENS = 500_000;

    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(32)
                    .maxDocumentLength(MAX_BYTES)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build());

    byte[] encode(ImageDescription description) {
        ObjectNode root = json.createObjectNode();
        root.put("tool", description.tool());
        root.put("machine", description.machine());
        root.put("created", description.created().toString());
        ImageDescription.Disk disk = description.disk();
        root.putObject("disk")
                .put("model", disk.model())
                .put("serial", disk.serial())
                .put("wwn", disk.wwn())
                .put("bus", disk.bus())
                .put("sizeBytes", disk.sizeBytes())
                .put("logicalSectorBytes", disk.logicalSectorBytes())
                .put("physicalSectorBytes", disk.physicalSectorBytes());
        root.putObject("table")
                .put("kind", description.table().kind())
                .put("diskId", description.table().diskId())
                .put("text", description.table().text());
        ArrayNode streams = root.putArray("streams");
        for (ImageDescription.Stream stream : description.streams()) {
            ObjectNode node = streams.addObject().put("id", stream.id()).put("usedBytes", stream.usedBytes());
            put(node.putObject("onDisk"), stream.onDisk());
            stream.partition().ifPresent(partition -> put(node.putObject("partition"), partition));
            if (!stream.leftOut().isEmpty()) {
                ArrayNode leftOut = node.putArray("leftOut");
                stream.leftOut()
                        .forEach(each ->
                                leftOut.addObject().put("name", each.name()).put("bytes", each.bytes()));
            }
        }
        ArrayNode omitted = root.putArray("omitted");
        description.omitted().forEach(partition -> put(omitted.addObject(), partition));
        ArrayNode notes = root.putArray("notes");
        description.notes().forEach(notes::add);
        byte[] bytes;
        try {
            bytes = json.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a description of " + bytes.length + " bytes");
        }
        return bytes;
    }

    private static void put(ObjectNode node, Extent extent) {
        node.put("start", extent.start()).put("length", extent.length());
    }

    private static void put(ObjectNode node, ImageDescription.Partition partition) {
        node.put("identity", partition.identity()).put("number", partition.number());
        put(node.putObject("extent"), partition.extent());
        node.put("typeId", partition.typeId())
                .put("typeName", partition.typeName())
                .put("name", partition.name());
        ImageDescription.Volume volume = partition.volume();
        ObjectNode inside = node.putObject("volume")
                .put("fileSystem", volume.fileSystem())
                .put("label", volume.label())
                .put("id", volume.id())
                .put("rawReason", volume.rawReason());
        ArrayNode states = inside.putArray("states");
        volume.states().forEach(states::add);
    }

    /**
     * Decodes a description.
     *
     * @param name the image, for errors
     * @param offsetBytes where its record stands in the file, for errors
     */
    ImageDescription decode(String name, long offsetBytes, byte[] bytes) throws MalformedDataException {
        Node root;
        try {
            root = new Node("description of " + name, offsetBytes, json.readTree(bytes));
        } catch (IOException e) {
            throw new MalformedDataException(
                    "description of " + name, offsetBytes, "JSON", String.valueOf(e.getMessage()));
        }
        try {
            return new ImageDescription(
                    root.text("tool"),
                    root.text("machine"),
                    Instant.parse(root.text("created")),
                    disk(root.object("disk")),
                    table(root.object("table")),
                    streams(root),
                    partitions(root.array("omitted")),
                    root.texts("notes"));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw root.malformed("a description that can be", String.valueOf(e.getMessage()));
        }
    }

    private static ImageDescription.Disk disk(Node node) throws MalformedDataException {
        return new ImageDescription.Disk(
                node.text("model"),
                node.text("serial"),
                node.text("wwn"),
                node.text("bus"),
                node.number("sizeBytes"),
                node.integer("logicalSectorBytes"),
                node.integer("physicalSectorBytes"));
    }

    private static ImageDescription.Table table(Node node) throws MalformedDataException {
        return new ImageDescription.Table(node.text("kind"), node.text("diskId"), node.text("text"));
    }

    private static List<ImageDescription.Stream> streams(Node root) throws MalformedDataException {
        List<ImageDescription.Stream> streams = new ArrayList<>();
        for (Node node : root.array("streams")) {
            Optional<ImageDescription.Partition> partition =
                    node.has("partition") ? Optional.of(partition(node.object("partition"))) : Optional.empty();
            streams.add(new ImageDescription.Stream(
                    node.integer("id"),
                    extent(node.object("onDisk")),
                    node.number("usedBytes"),
                    partition,
                    leftOut(node)));
        }
        return streams;
    }

    /** Images of before there was such a thing have no such member. */
    private static List<ImageDescription.LeftOut> leftOut(Node stream) throws MalformedDataException {
        List<ImageDescription.LeftOut> leftOut = new ArrayList<>();
        for (Node node : stream.has("leftOut") ? stream.array("leftOut") : List.<Node>of()) {
            leftOut.add(new ImageDescription.LeftOut(node.text("name"), node.number("bytes")));
        }
        return leftOut;
    }

    private static List<ImageDescription.Partition> partitions(List<Node> nodes) throws MalformedDataException {
        List<ImageDescription.Partition> partitions = new ArrayList<>();
        for (Node node : nodes) {
            partitions.add(partition(node));
        }
        return partitions;
    }

    private static ImageDescription.Partition partition(Node node) throws MalformedDataException {
        Node volume = node.object("volume");
        return new ImageDescription.Partition(
                node.text("identity"),
                node.integer("number"),
                extent(node.object("extent")),
                node.text("typeId"),
                node.text("typeName"),
                node.text("name"),
                new ImageDescription.Volume(
                        volume.text("fileSystem"),
                        volume.text("label"),
                        volume.text("id"),
                        volume.texts("states"),
                        volume.text("rawReason")));
    }

    private static Extent extent(Node node) throws MalformedDataException {
        return new Extent(node.number("start"), node.number("length"));
    }

    /** A JSON value whose members must be there and of the type that is asked for. */
    private record Node(String what, long offsetBytes, JsonNode json) {
        boolean has(String member) {
            return json.has(member);
        }

        String text(String member) throws MalformedDataException {
            JsonNode value = json.path(member);
            if (!value.isTextual()) {
                throw malformed(
                        "text in \"" + member + "\"", value.getNodeType().toString());
            }
            return value.textValue();
        }

        long number(String member) throws MalformedDataException {
            JsonNode value = json.path(member);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw malformed(
                        "a number in \"" + member + "\"", value.getNodeType().toString());
            }
            return value.longValue();
        }

        int integer(String member) throws MalformedDataException {
            long value = number(member);
            if (value != (int) value) {
                throw malformed("a number of 32 bits in \"" + member + "\"", Long.toString(value));
            }
            return (int) value;
        }

        Node object(String member) throws MalformedDataException {
            JsonNode value = json.path(member);
            if (!value.isObject()) {
                throw malformed(
                        "an object in \"" + member + "\"", value.getNodeType().toString());
            }
            return new Node(what, offsetBytes, value);
        }

        List<Node> array(String member) throws MalformedDataException {
            JsonNode value = json.path(member);
            if (!value.isArray()) {
                throw malformed(
                        "an array in \"" + member + "\"", value.getNodeType().toString());
            }
            List<Node> nodes = new ArrayList<>();
            value.forEach(each -> nodes.add(new Node(what, offsetBytes, each)));
            return nodes;
        }

        List<String> texts(String member) throws MalformedDataException {
            List<String> texts = new ArrayList<>();
            for (Node node : array(member)) {
                if (!node.json.isTextual()) {
                    throw malformed(
                            "texts in \"" + member + "\"",
                            node.json.getNodeType().toString());
                }
                texts.add(node.json.textValue());
            }
            return texts;
        }

        MalformedDataException malformed(String expected, String actual) {
            return new MalformedDataException(what, offsetBytes, expected, actual);
        }
    }
}
