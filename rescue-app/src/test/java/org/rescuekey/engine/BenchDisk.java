package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.FileSystemType;
import org.rescuekey.filesystem.VolumeInfo;
import org.rescuekey.filesystem.Volumes;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;
import org.rescuekey.inventory.TableHash;
import org.rescuekey.partition.Partition;
import org.rescuekey.partition.PartitionKind;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.partition.TableReading;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** A disk of the {@link TestBench}: a medium in memory, what the inventory says of it, and how it goes wrong. */
public final class BenchDisk {
    private static final int HASHED_AT_ONCE_BYTES = 1 << 20;

    final String path;
    final MemoryDevice medium;
    private final Map<Integer, List<Mount>> partitionMounts = new TreeMap<>();
    private final List<String> holders = new ArrayList<>();
    private UnaryOperator<BlockDevice> asSource = device -> device;
    private UnaryOperator<BlockDevice> asTarget = device -> device;
    private UnaryOperator<BlockDevice> asWritten = device -> device;
    private CountingDevice counted;
    private String serial;
    private boolean readOnly;
    private boolean bootMedium;
    private boolean tableUnreadable;

    BenchDisk(String path, long sizeBytes, SectorSize sector) {
        this.path = path;
        this.medium = new MemoryDevice(path, sizeBytes, sector);
        this.counted = new CountingDevice(medium);
        this.serial = "SERIAL-OF" + path.replace('/', '-').toUpperCase(java.util.Locale.ROOT);
    }

    public BenchDisk serial(String now) {
        serial = now;
        return this;
    }

    public BenchDisk readOnly() {
        readOnly = true;
        return this;
    }

    public BenchDisk bootMedium() {
        bootMedium = true;
        return this;
    }

    /** The inventory could not read the whole table. */
    BenchDisk tableUnreadable() {
        tableUnreadable = true;
        return this;
    }

    /** Something of the running system that uses the whole disk, such as "swap" or "dm-0". */
    public BenchDisk heldBy(String holder) {
        holders.add(holder);
        return this;
    }

    public BenchDisk mounted(int partition, String mountPoint, boolean mountedReadOnly) {
        partitionMounts
                .computeIfAbsent(partition, number -> new ArrayList<>())
                .add(new Mount(path + partition, mountPoint, "ext4", mountedReadOnly));
        return this;
    }

    public BenchDisk unmounted() {
        partitionMounts.clear();
        holders.clear();
        return this;
    }

    /** What jobs get when they open this disk as a source. */
    public BenchDisk asSource(UnaryOperator<BlockDevice> decorator) {
        asSource = decorator;
        return this;
    }

    /** What jobs get when they open this disk as a target; whatever reaches the medium is counted. */
    public BenchDisk asTarget(UnaryOperator<BlockDevice> decorator) {
        asTarget = decorator;
        return this;
    }

    /** What jobs get when they open this disk to read back what was written. */
    public BenchDisk asWritten(UnaryOperator<BlockDevice> decorator) {
        asWritten = decorator;
        return this;
    }

    /** The medium itself, past all counting and all faults. */
    public MemoryDevice medium() {
        return medium;
    }

    public String path() {
        return path;
    }

    /** Counts anew what reaches the medium. */
    public BenchDisk startCounting() {
        counted = new CountingDevice(medium);
        return this;
    }

    /** Whether nothing was written since {@link #startCounting()}. */
    public boolean isUntouched() {
        return counted.isUntouched();
    }

    BlockDevice source() {
        return asSource.apply(medium);
    }

    BlockDevice target() {
        return asTarget.apply(counted);
    }

    BlockDevice written() {
        return asWritten.apply(medium);
    }

    /** SHA-256 over all bytes. */
    public String hash() {
        return hash(ExtentSet.of(new Extent(0, medium.sizeBytes())));
    }

    /** SHA-256 over the bytes of some extents. */
    String hash(ExtentSet extents) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(HASHED_AT_ONCE_BYTES);
            for (Extent extent : extents) {
                for (long at = extent.start(); at < extent.end(); at += HASHED_AT_ONCE_BYTES) {
                    medium.read(at, buffer.clear().limit((int) Math.min(HASHED_AT_ONCE_BYTES, extent.end() - at)));
                    sha256.update(buffer.flip());
                }
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException | RescueException e) {
            throw new AssertionError(e);
        }
    }

    /** So many bytes from an offset. */
    public byte[] bytes(long offsetBytes, int lengthBytes) throws RescueException {
        ByteBuffer buffer = ByteBuffer.allocate(lengthBytes);
        medium.read(offsetBytes, buffer);
        return buffer.array();
    }

    /** The table on the medium. */
    public TableReading table() throws RescueException {
        return PartitionTables.read(medium);
    }

    Optional<Integer> partitionAt(String partitionPath) throws RescueException {
        return info().partitions().stream()
                .filter(partition -> partition.path().equals(partitionPath))
                .map(PartitionInfo::number)
                .findFirst();
    }

    /** What an inventory that looks now says, as the one of a real machine does. */
    DiskInfo info() throws RescueException {
        TableReading reading = PartitionTables.read(medium);
        Optional<PartitionTable> table = reading.table();
        String hash = tableUnreadable ? "" : hash(table);
        Optional<VolumeInfo> wholeDisk = Optional.empty();
        if (table.isEmpty() || table.get().partitions().isEmpty()) {
            wholeDisk = Optional.of(Volumes.recognise(medium));
        }
        boolean understood = wholeDisk
                .filter(volume -> volume.type() != FileSystemType.EMPTY && volume.type() != FileSystemType.UNKNOWN)
                .isPresent();
        if (understood && table.filter(found -> found.kind().equals("mbr")).isPresent()) {
            table = Optional.empty();
        } else if (table.isPresent()) {
            wholeDisk = Optional.empty();
        }
        List<PartitionInfo> partitions = new ArrayList<>();
        for (Partition partition : table.map(PartitionTable::partitions).orElse(List.of())) {
            partitions.add(info(partition));
        }
        return new DiskInfo(
                path,
                path.substring(path.lastIndexOf('/') + 1),
                "Bench disk",
                serial,
                "",
                "sata",
                false,
                false,
                readOnly,
                medium.sizeBytes(),
                medium.logicalSector(),
                medium.physicalSector(),
                table.map(PartitionTable::kind),
                table.map(PartitionTable::diskIdentity).orElse(""),
                hash,
                partitions,
                wholeDisk,
                holders,
                List.of(),
                bootMedium,
                reading.findings());
    }

    private String hash(Optional<PartitionTable> table) throws RescueException {
        return table.isPresent() ? TableHash.of(medium, table.get().tableExtents()) : TableHash.ofNoTable(medium);
    }

    private PartitionInfo info(Partition partition) throws RescueException {
        Optional<VolumeInfo> volume = partition.kind() == PartitionKind.EXTENDED
                ? Optional.empty()
                : Optional.of(Volumes.recognise(new SliceDevice(medium, partition.extent(), path)));
        return new PartitionInfo(
                partition.number(),
                path + partition.number(),
                partition,
                volume,
                OptionalLong.empty(),
                partitionMounts.getOrDefault(partition.number(), List.of()),
                List.of());
    }
}
