package org.rescuekey.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AlignedBuffersTest {
    @Test
    void buffersStartOnAPageAndAreReused() {
        AlignedBuffers pool = new AlignedBuffers(1 << 16, 1);
        ByteBuffer first = pool.take();
        ByteBuffer second = pool.take();
        assertThat(first).isNotSameAs(second);
        for (ByteBuffer buffer : new ByteBuffer[] {first, second, AlignedBuffers.allocate(512)}) {
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.alignmentOffset(0, AlignedBuffers.ALIGNMENT_BYTES))
                    .isZero();
        }
        assertThat(first.capacity()).isEqualTo(1 << 16);
        first.position(10).limit(20);
        pool.give(first);
        pool.give(second);
        ByteBuffer again = pool.take();
        assertThat(again).isSameAs(first);
        assertThat(again.remaining()).isEqualTo(1 << 16);
        assertThat(pool.take()).isNotSameAs(second);
    }

    @Test
    void aForeignBufferIsNotTakenBack() {
        AlignedBuffers pool = new AlignedBuffers(4096, 1);
        assertThatThrownBy(() -> pool.give(AlignedBuffers.allocate(512))).isInstanceOf(IllegalArgumentException.class);
    }
}
