package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.OverlayDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.engine.OverlayRoom;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/** Where a Linux system has room for the changes of views. Stateless; any thread. */
public final class LinuxRooms implements OverlayRoom.Rooms {
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d+) kB");

    private final Path memory;
    private final Path meminfo;

    public LinuxRooms() {
        this(LinuxResizers.MEMORY, Path.of("/proc/meminfo"));
    }

    /**
     * @param memory a folder that the system keeps in memory
     * @param meminfo where the kernel says how much memory there is
     */
    LinuxRooms(Path memory, Path meminfo) {
        this.memory = memory;
        this.meminfo = meminfo;
    }

    @Override
    public OverlayRoom.Offers offers(Optional<String> folder, Optional<Extent> tail) throws RescueException {
        Optional<OverlayRoom.Folder> room = Optional.empty();
        if (folder.isPresent()) {
            room = Optional.of(new OverlayRoom.Folder(folder.get(), free(Path.of(folder.get()))));
        }
        return new OverlayRoom.Offers(Math.min(available(), free(memory)), room, tail.map(LinuxRooms::wholePieces));
    }

    private static Extent wholePieces(Extent tail) {
        long piece = OverlayDevice.COARSE_PIECE_BYTES;
        long start = Math.min(tail.end() - 1, Math.addExact(tail.start(), piece - 1) & -piece);
        return Extent.between(start, Math.max(start + 1, tail.end() & -piece));
    }

    private long available() throws DeviceException {
        try {
            Matcher available = AVAILABLE.matcher(Files.readString(meminfo));
            return available.find() ? Long.parseLong(available.group(1)) * 1024 : 0;
        } catch (IOException e) {
            throw new DeviceException("cannot read " + meminfo + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    private static long free(Path folder) throws DeviceException {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new DeviceException("cannot use " + folder + ": " + e.getMessage(), DeviceException.UNKNOWN, e);
        }
    }

    @Override
    public BlockDevice open(OverlayRoom room, BlockDevice target) throws RescueException {
        return switch (room) {
            case OverlayRoom.Memory in -> OverlayFile.create(memory, in.bytes());
            case OverlayRoom.Folder in -> OverlayFile.create(Path.of(in.path()), in.bytes());
            case OverlayRoom.TargetTail tail ->
                new SliceDevice(target, tail.onTarget(), "the free end of " + target.name());
        };
    }
}
