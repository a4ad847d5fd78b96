package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.ReadOnlyDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.engine.JobControl;
import org.rescuekey.engine.VolumeResizer;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.platform.linux.Programs;
import org.rescuekey.units.ByteCount;
import org.rescuekey.units.Extent;

/**
 * FAT: no program changes its size reliably, so the file system is made anew by mkfs.fat in another view and all files are
 * copied there by mtools, with their attributes and times. Label, serial number and hidden sectors stay. Then every file is
 * compared, and only then the new volume takes the place of the old one in the view. Meant for EFI system partitions, which
 * are small: what is copied lies in memory for that time.
 *
 * <p>Thread rule as of {@link VolumeResizer}.
 */
final class FatRebuilder implements VolumeResizer {
    private static final VolumeTool.Needed MAKER = new VolumeTool.Needed("mkfs.fat", "--help", "dosfstools", 4, 1);
    private static final VolumeTool.Needed COPIER = new VolumeTool.Needed("mcopy", "--version", "mtools", 4, 0);

    /** From here on a volume of FAT32 has more clusters than one of FAT16 can have, with a margin for its tables. */
    private static final long FAT32_CLUSTERS = 66_600;

    private static final long SPARE_BYTES = 2 << 20;
    private static final int COPY_BYTES = 1 << 20;
    private static final int HIDDEN_SECTORS = 0x1C;
    private static final int SECTORS_PER_CLUSTER = 0x0D;

    private final Attachments attachments;
    private final VolumeTool tool;
    private final Path memory;

    /** @param memory a folder that the system keeps in memory */
    FatRebuilder(Attachments attachments, VolumeTool tool, Path memory) {
        this.attachments = attachments;
        this.tool = tool;
        this.memory = memory;
    }

    @Override
    public boolean canShrink() {
        return true;
    }

    @Override
    public Minimum minimum(BlockDevice view, JobControl control) throws RescueException {
        long used = Volumes.usedBytes(view).orElse(view.sizeBytes());
        // Tables of another kind, and larger clusters, of which each file leaves a part free.
        long bytes = view.logicalSector().roundUp(Math.addExact(used, used / 16 + SPARE_BYTES));
        return new Minimum(
                Math.min(bytes, view.sizeBytes()), ByteCount.text(used) + " are in use, and its tables need some.");
    }

    @Override
    public Resized resize(BlockDevice view, long sizeBytes, JobControl control) throws RescueException {
        if (sizeBytes > view.sizeBytes() || !view.logicalSector().divides(sizeBytes)) {
            throw new IllegalArgumentException("a size of " + sizeBytes + " bytes for " + view.name());
        }
        tool.require(MAKER);
        tool.require(COPIER);
        VolumeInfo before = Volumes.recognise(view);
        BlockDevice empty = new MemoryDevice("an empty volume", sizeBytes, view.logicalSector());
        long room = Math.addExact(sizeBytes, OverlayDevice.FINE_PIECE_BYTES - 1L) & -OverlayDevice.FINE_PIECE_BYTES;
        try (OverlayDevice made =
                new OverlayDevice("the new " + view.name(), empty, sizeBytes, OverlayFile.create(memory, room))) {
            make(view, made, before, control);
            copy(view, made, control);
            VolumeInfo after = Volumes.recognise(made);
            SameFiles.check(view, made);
            takeOver(made, view, sizeBytes);
            List<String> notes = new ArrayList<>();
            notes.add("The file system of " + view.name() + " was made anew, and its files copied and compared.");
            if (before.type() != after.type()) {
                notes.add("It is " + after.type().label() + " now: its size allows no "
                        + before.type().label() + ".");
            }
            return new Resized(after.sizeBytes(), notes);
        }
    }

    private void make(BlockDevice view, BlockDevice made, VolumeInfo before, JobControl control)
            throws RescueException {
        ByteBuffer boot = Reads.at(view, 0, 512, "FAT boot sector");
        int sectorBytes = view.logicalSector().bytes();
        List<String> command = new ArrayList<>(List.of("mkfs.fat", "-S", String.valueOf(sectorBytes)));
        command.addAll(List.of("-h", Integer.toUnsignedString(boot.getInt(HIDDEN_SECTORS))));
        if (!before.label().isEmpty()) {
            command.addAll(List.of("-n", before.label()));
        }
        String serial = before.identity().replace("-", "");
        if (serial.matches("[0-9A-Fa-f]{8}")) {
            command.addAll(List.of("-i", serial));
        }
        long sectors = made.sizeBytes() / sectorBytes;
        if (before.type() == FileSystemType.FAT32 && sectors >= FAT32_CLUSTERS) {
            int perCluster = Math.max(1, Byte.toUnsignedInt(boot.get(SECTORS_PER_CLUSTER)));
            while (perCluster > 1 && sectors / perCluster < FAT32_CLUSTERS) {
                perCluster /= 2;
            }
            command.addAll(List.of("-F", "32", "-s", String.valueOf(perCluster)));
        }
        tool.change(made, control, session -> succeeded(session, "mkfs.fat", session.run(command)));
    }

    /** The volumes are drives of mtools, since only between two of these attributes are kept. */
    private void copy(BlockDevice view, BlockDevice made, JobControl control) throws RescueException {
        if (SameFiles.isEmpty(view)) {
            return;
        }
        try (AttachedView from = attachments.attach(new ReadOnlyDevice(view));
                Settings settings = Settings.create(memory)) {
            tool.change(made, control, session -> {
                settings.write("drive o: file=\"" + from.file() + "\"\ndrive n: file=\"" + session.file() + "\"\n");
                Programs.Result result = session.runAsIs(
                        List.of("mcopy", "-s", "-p", "-m", "-Q", "-n", "o:/*", "n:/"),
                        Map.of("MTOOLSRC", settings.file().toString(), "MTOOLS_SKIP_CHECK", "1"));
                if (from.failure().isPresent()) {
                    throw from.failure().get();
                }
                succeeded(session, "mcopy", result);
                return succeeded(session, "fsck.fat", session.run(List.of("fsck.fat", "-n")));
            });
        }
    }

    private static Programs.Result succeeded(VolumeTool.Session session, String program, Programs.Result result)
            throws DeviceException {
        if (!result.isSuccess()) {
            throw session.failed(program, result);
        }
        return result;
    }

    /** Puts the new volume in the place of the old one, of which nothing stays. */
    private static void takeOver(OverlayDevice made, BlockDevice view, long sizeBytes) throws RescueException {
        view.zero(new Extent(0, sizeBytes));
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        for (Extent extent : made.changed()) {
            for (long at = extent.start(); at < extent.end(); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, extent.end() - at));
                made.read(at, buffer);
                view.write(at, buffer.flip());
            }
        }
    }

    /** A file in which mtools reads what its drives are. */
    private record Settings(Path file) implements AutoCloseable {
        static Settings create(Path folder) throws DeviceException {
            try {
                return new Settings(Files.createTempFile(folder, ".rescuekey-drives", ""));
            } catch (IOException e) {
                throw failed(folder, e);
            }
        }

        void write(String text) throws DeviceException {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw failed(file, e);
            }
        }

        private static DeviceException failed(Path path, IOException e) {
            return new DeviceException("cannot write to " + path + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }

        @Override
        public void close() throws DeviceException {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw failed(file, e);
            }
        }
    }
}
