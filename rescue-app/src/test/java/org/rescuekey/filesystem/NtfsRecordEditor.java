package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.rescuekey.units.Extent;

/** One record of the $MFT of a volume in a file, to be changed in ways that no tool on Linux offers. */
final class NtfsRecordEditor {
    private static final int RECORD_BYTES = 1024;
    private static final int STRIDE_BYTES = 512;
    private static final int DATA = 0x80;

    private final Path volume;
    private final long offset;
    private ByteBuffer record;

    private NtfsRecordEditor(Path volume, long offset) throws IOException {
        this.volume = volume;
        this.offset = offset;
        this.record = NtfsFixture.read(volume, offset, RECORD_BYTES);
        int array = record.getShort(4);
        for (int i = 1; i <= RECORD_BYTES / STRIDE_BYTES; i++) {
            record.putShort(i * STRIDE_BYTES - 2, record.getShort(array + 2 * i));
        }
    }

    static NtfsRecordEditor open(Path volume, int number) throws IOException {
        return new NtfsRecordEditor(volume, NtfsFixture.recordOffset(volume, number));
    }

    /** Says in $BadClus and in the bitmap that these clusters, in ascending order, are bad. */
    static void markBad(Path volume, long clusterCount, Extent... badClusters) throws IOException {
        ByteArrayOutputStream runs = new ByteArrayOutputStream();
        long position = 0;
        long previous = 0;
        for (Extent bad : badClusters) {
            if (bad.start() > position) {
                putRun(runs, bad.start() - position, -1);
            }
            putRun(runs, bad.length(), bad.start() - previous);
            previous = bad.start();
            position = bad.end();
            NtfsFixture.setBits(volume, bad);
        }
        if (clusterCount > position) {
            putRun(runs, clusterCount - position, -1);
        }
        runs.write(0);
        NtfsRecordEditor editor = open(volume, 8);
        editor.setRuns("$Bad", runs.toByteArray());
        editor.write();
    }

    /** A run with numbers of six bytes; one without a place if the distance is negative. */
    private static void putRun(ByteArrayOutputStream runs, long count, long distance) {
        runs.write(distance < 0 ? 0x06 : 0x66);
        for (int i = 0; i < 6; i++) {
            runs.write((int) (count >>> (8 * i)));
        }
        for (int i = 0; distance >= 0 && i < 6; i++) {
            runs.write((int) (distance >>> (8 * i)));
        }
    }

    /** Replaces the run list of a stream; what follows it in the record moves. */
    void setRuns(String stream, byte[] runs) {
        int position = attribute(stream);
        int length = record.getInt(position + 4);
        int runsOffset = record.getShort(position + 0x20);
        int newLength = (runsOffset + runs.length + 7) & -8;
        int end = record.getInt(0x18);
        assertThat(end + newLength - length).isLessThan(RECORD_BYTES - 2);
        byte[] old = new byte[RECORD_BYTES];
        record.get(0, old);
        byte[] changed = Arrays.copyOf(old, RECORD_BYTES);
        System.arraycopy(old, position + length, changed, position + newLength, end - position - length);
        Arrays.fill(changed, position + runsOffset, position + newLength, (byte) 0);
        System.arraycopy(runs, 0, changed, position + runsOffset, runs.length);
        record = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(position + 4, newLength).putInt(0x18, end + newLength - length);
    }

    /** Sets the flags of a stream: 1 compressed, 0x4000 encrypted, 0x8000 sparse. */
    void setFlags(String stream, int flags) {
        record.putShort(attribute(stream) + 0xC, (short) flags);
    }

    /** Sets how many bytes of a stream were written; those behind them read as zero. */
    void setInitialised(String stream, long bytes) {
        record.putLong(attribute(stream) + 0x38, bytes);
    }

    /** Where the value of a resident attribute stands in the record. */
    int value(int type, String name) {
        int position = attribute(type, name);
        assertThat(record.get(position + 8)).isZero();
        return position + record.getShort(position + 0x14);
    }

    /** Sets the size of a stream that has clusters. */
    void setSize(String stream, long bytes) {
        record.putLong(attribute(stream) + 0x30, bytes);
    }

    ByteBuffer bytes() {
        return record;
    }

    /** Writes it back with new fixups. */
    void write() throws IOException {
        int array = record.getShort(4);
        for (int i = 1; i <= RECORD_BYTES / STRIDE_BYTES; i++) {
            record.putShort(array + 2 * i, record.getShort(i * STRIDE_BYTES - 2));
            record.putShort(i * STRIDE_BYTES - 2, record.getShort(array));
        }
        NtfsFixture.write(volume, offset, record.rewind());
    }

    private int attribute(String stream) {
        return attribute(DATA, stream);
    }

    private int attribute(int type, String wanted) {
        for (int position = record.getShort(0x14);
                record.getInt(position) != -1;
                position += record.getInt(position + 4)) {
            byte[] name = new byte[2 * record.get(position + 9)];
            record.get(position + record.getShort(position + 0xA), name);
            if (record.getInt(position) == type && new String(name, StandardCharsets.UTF_16LE).equals(wanted)) {
                return position;
            }
        }
        throw new AssertionError("no attribute " + type + " " + wanted);
    }
}
