package org.rescuekey.platform.linux.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.engine.JobControl;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;
import org.rescuekey.platform.linux.AtExit;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.units.SectorSize;

/** What tests of views need: a folder for what is attached, views of files, and a look at what is left of them. */
final class Views {
    private final Path folder;
    final Attachments attachments;
    final VolumeTool tool;

    Views(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder.resolve("views"));
        this.attachments = new Attachments(this.folder, new Programs(), new AtExit());
        this.tool = new VolumeTool(attachments, new Programs());
    }

    static JobControl control() {
        return new JobControl(_ -> {});
    }

    /** A view of a file that may not be written. */
    static OverlayDevice over(Path file, long sizeBytes) throws IOException {
        return over(new ReadOnly(FileDevice.openReadOnly(file, SectorSize.SECTOR_512)), sizeBytes);
    }

    static OverlayDevice over(BlockDevice base, long sizeBytes) {
        return new OverlayDevice("view of " + base.name(), base, sizeBytes, memory(128 << 20));
    }

    static BlockDevice memory(long sizeBytes) {
        return new MemoryDevice("memory", sizeBytes, SectorSize.SECTOR_512);
    }

    static String hash(Path file) {
        return Tool.run("sha256sum", file).split(" ", -1)[0];
    }

    /** Writes the first bytes of a view to a plain file: what a partition of that size will hold. */
    static Path write(BlockDevice view, long sizeBytes, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            for (long position = 0; position < sizeBytes; position += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), sizeBytes - position));
                view.read(position, buffer);
                channel.write(buffer.flip(), position);
            }
        }
        return file;
    }

    /** No mount, no helper program, no socket and no folder of a view is there any more. */
    void nothingIsLeft() throws IOException {
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(folder.toString());
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(folder.toString()))
                        .toList())
                .isEmpty();
    }

    /** A device whose writes fail the test rather than the job. */
    private static final class ReadOnly extends ForwardingDevice {
        ReadOnly(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
            throw new AssertionError("the base was written");
        }
    }
}
