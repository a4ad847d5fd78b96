package org.rescuekey.filesystem.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.ntfs.RunList.Run;

/** Packed run lists, on a volume of 256 clusters. */
class RunListTest {
    private static final long CLUSTERS = 256;

    @Test
    void runsForwardBackwardAndSparse() throws MalformedDataException {
        // 16 clusters from 32, 4 that are sparse, 8 from 32 - 16, and 1 from 255
        List<Run> runs = decode("111020 0104 1108f0 2101ef00 00");

        assertThat(runs)
                .containsExactly(
                        new Run(5, 32, 16), new Run(21, Run.SPARSE, 4), new Run(25, 16, 8), new Run(33, 255, 1));
    }

    // beyond the end, starting at the end, before the start, of no length, of negative length, without an end mark,
    // cut off, with too many bytes, longer than any file
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2102ff00 00",
                "21010001 00",
                "1101ff 00",
                "110020 00",
                "11ff20 00",
                "111020",
                "2110",
                "19010101010101010101 00",
                "08ffffffffffffff7f 00"
            })
    void whatIsNotOnTheVolumeIsMalformed(String packed) {
        assertThatThrownBy(() -> decode(packed)).isInstanceOf(MalformedDataException.class);
    }

    private static List<Run> decode(String packed) throws MalformedDataException {
        byte[] bytes = HexFormat.of().parseHex(packed.replace(" ", ""));
        return RunList.decode(ByteBuffer.wrap(bytes), 5, CLUSTERS, 0);
    }
}
