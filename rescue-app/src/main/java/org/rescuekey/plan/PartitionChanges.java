package org.rescuekey.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.partition.Partition;

/**
 * What became of the partitions since an image was made. They are matched by identity; only a stream with the same
 * identity and number can be compared block by block. Pure.
 *
 * @param comparable the streams that can be compared with the image's
 * @param sentences what is new, gone, moved or resized
 */
record PartitionChanges(SortedSet<Integer> comparable, List<String> sentences) {
    PartitionChanges {
        sentences = List.copyOf(sentences);
    }

    static PartitionChanges between(ImageDescription parent, List<SourceSurvey.Stream> chosen) {
        SortedSet<Integer> comparable = new TreeSet<>();
        List<String> sentences = new ArrayList<>();
        for (SourceSurvey.Stream stream : chosen) {
            if (stream.partition().isEmpty()) {
                parent.stream(stream.id()).ifPresent(found -> comparable.add(stream.id()));
                continue;
            }
            Partition now = stream.partition().get();
            Optional<ImageDescription.Stream> before = withIdentity(parent, now.identity());
            if (before.isEmpty()) {
                sentences.add("New since then, so captured whole: " + stream.label() + ".");
            } else if (before.get().id() != stream.id()) {
                sentences.add("Has another number than then, so captured whole: " + stream.label() + ", which was "
                        + before.get().id() + ".");
            } else {
                comparable.add(stream.id());
                sentences.addAll(moves(stream, before.get()));
            }
        }
        for (ImageDescription.Stream before : parent.streams()) {
            before.partition()
                    .filter(partition -> chosen.stream().noneMatch(stream -> has(stream, partition.identity())))
                    .ifPresent(partition -> sentences.add(
                            ("No longer in the image: partition " + partition.number() + " " + partition.name()).strip()
                                    + (partition.volume().label().isEmpty()
                                            ? "."
                                            : " (" + partition.volume().label() + ").")));
        }
        return new PartitionChanges(comparable, sentences);
    }

    private static List<String> moves(SourceSurvey.Stream stream, ImageDescription.Stream before) {
        List<String> sentences = new ArrayList<>();
        if (stream.onDisk().start() != before.onDisk().start()) {
            sentences.add("Moved since then: " + stream.label() + ".");
        }
        if (stream.onDisk().length() != before.onDisk().length()) {
            sentences.add("Resized since then: " + stream.label() + ".");
        }
        return sentences;
    }

    private static Optional<ImageDescription.Stream> withIdentity(ImageDescription image, String identity) {
        return image.streams().stream()
                .filter(stream -> stream.partition()
                        .map(ImageDescription.Partition::identity)
                        .filter(identity::equals)
                        .isPresent())
                .findFirst();
    }

    private static boolean has(SourceSurvey.Stream stream, String identity) {
        return stream.partition()
                .map(Partition::identity)
                .filter(identity::equals)
                .isPresent();
    }
}
