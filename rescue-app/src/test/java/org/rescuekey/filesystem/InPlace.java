package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rescuekey.filesystem.files.FileOnVolume;
import org.rescuekey.filesystem.files.InPlaceEdit;

/** Edits of files in place, carried out on a volume in a file after a look at what stands there. */
final class InPlace {
    private InPlace() {}

    /** Changes some bytes of a file at places by chance; what becomes of the content is written to it too. */
    static List<InPlaceEdit> byChance(Random random, byte[] content, int count) {
        InPlaceEdit[] edits = new InPlaceEdit[count];
        int piece = content.length / count;
        for (int i = 0; i < count; i++) {
            int length = 1 + random.nextInt(piece);
            int at = i * piece + random.nextInt(piece - length + 1);
            byte[] before = Arrays.copyOfRange(content, at, at + length);
            byte[] after = new byte[length];
            random.nextBytes(after);
            System.arraycopy(after, 0, content, at, length);
            edits[count - 1 - i] = new InPlaceEdit(at, before, after);
        }
        return Arrays.asList(edits);
    }

    /** Carries edits of a file out. */
    static void apply(Path volume, FileOnVolume file, List<InPlaceEdit> edits) throws IOException {
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (InPlaceEdit edit : file.onVolume(edits)) {
                ByteBuffer there = ByteBuffer.allocate(edit.lengthBytes());
                assertThat(channel.read(there, edit.offsetBytes())).isEqualTo(edit.lengthBytes());
                assertThat(there.array())
                        .as("what stands at " + edit.offsetBytes())
                        .isEqualTo(edit.before());
                channel.write(ByteBuffer.wrap(edit.after()), edit.offsetBytes());
            }
        }
    }
}
