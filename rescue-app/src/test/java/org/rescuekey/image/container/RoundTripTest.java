package org.rescuekey.image.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.rescuekey.image.BlockSize;
import org.rescuekey.image.EndState;
import org.rescuekey.image.FileImageStore;
import org.rescuekey.image.HashAlgorithm;
import org.rescuekey.image.ImageDescription;
import org.rescuekey.image.ImageHeader;
import org.rescuekey.image.index.BlockEntry;
import org.rescuekey.units.Extent;

final class RoundTripTest {
    @Test
    void whatWasWrittenIsRead() throws Exception {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path place = Files.createDirectory(files.getPath("/images"));
            FileImageStore store = new FileImageStore(place);
            BlockSize size = new BlockSize(64 << 10);
            ImageHeader header = ImageHeader.full(
                    new UUID(1, 2), new UUID(3, 4), size, HashAlgorithm.XXH3_128, 42, Instant.ofEpochSecond(1));
            ImageDescription description = new ImageDescription(
                    "test",
                    "m",
                    Instant.ofEpochSecond(1),
                    new ImageDescription.Disk("model", "serial", "wwn", "sata", 1 << 20, 512, 512),
                    new ImageDescription.Table("none", "", ""),
                    List.of(new ImageDescription.Stream(0, new Extent(0, 1 << 20), 1 << 20, Optional.empty())),
                    List.of(),
                    List.of("note"));
            byte[] data = new byte[64 << 10];
            new Random(1).nextBytes(data);
            ByteBuffer plain = ByteBuffer.allocateDirect(64 << 10).put(data).flip();
            try (ImageWriter writer = ImageWriter.create(store, "a.rkimg", header, description);
                    BlockEncoder encoder = new BlockEncoder(header, 1)) {
                writer.append(encoder.encode(0, 1, plain, -1, 0));
                writer.append(encoder.encode(0, 2, ByteBuffer.allocateDirect(64 << 10), -1, 0));
                writer.append(encoder.encode(0, 3, ByteBuffer.allocateDirect(64 << 10), -1, 0));
                assertThat(writer.finish().state()).isEqualTo(EndState.COMPLETE);
            }
            try (ImageReader reader = ImageReader.open(store, "a.rkimg");
                    BlockDecoder decoder = new BlockDecoder(reader)) {
                assertThat(reader.header()).isEqualTo(header);
                assertThat(reader.description()).isEqualTo(description);
                BlockCursor cursor = reader.blocks(0);
                BlockEntry first = Objects.requireNonNull(cursor.next());
                ByteBuffer stored = ByteBuffer.allocateDirect(EncodedBlock.bufferBytes(size));
                ByteBuffer back = ByteBuffer.allocateDirect(64 << 10);
                reader.readStored(first, stored);
                decoder.decode(first, stored, back);
                assertThat(back).isEqualTo(plain);
                assertThat(cursor.next()).isNotNull();
                assertThat(cursor.next()).isNotNull();
                assertThat(cursor.next()).isNull();
            }
        }
    }
}
