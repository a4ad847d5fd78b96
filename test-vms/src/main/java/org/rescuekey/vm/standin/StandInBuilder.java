package org.rescuekey.vm.standin;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.rescuekey.vm.host.NtfsMount;
import org.rescuekey.vm.host.Tools;

/**
 * Builds a stand-in PC's disk as a sparse file: the table by sfdisk, each volume in a file of its own by
 * mkntfs or mkfs.vfat, filled through ntfs-3g or mtools, and copied to its place. Needs no loop device and no
 * file system driver of the host's kernel, but /dev/fuse. One thread.
 */
public final class StandInBuilder {
    private static final int BOOT_SECTOR = 512;
    private static final int CODE_START = 0x54;
    private static final int BOOTMGR_SECTOR = 0x1F4;
    private static final int BOOTMGR_COUNT = 0x1F8;
    private static final int CLUSTER_BYTES = 4096;

    private final Path folder;

    /** Builds in this folder, which is made when it is missing. */
    public StandInBuilder(Path folder) {
        this.folder = folder;
    }

    /** Builds the disk NAME.img and its manifest NAME.sha256; what was there is replaced. */
    public StandInPc build(StandInSpec spec) throws IOException {
        Path work = Files.createDirectories(folder.resolve(spec.name() + ".work"));
        Layout layout = Layout.of(spec);
        Manifest manifest = new Manifest();
        Path disk = folder.resolve(spec.name() + ".img");
        Files.deleteIfExists(disk);
        Tools.run("truncate", "-s", spec.diskBytes(), disk);
        Tools.runWithInput(layout.sfdiskScript(), "sfdisk", "--quiet", "--no-reread", disk);
        BootPrograms programs = new BootPrograms(work);
        WindowsFiles files = new WindowsFiles(spec, layout);
        switch (spec.style()) {
            case UEFI_GPT -> buildEfiPartition(work, layout, manifest, spec, files, programs.efi());
            case BIOS_MBR -> {
                buildActivePartition(work, layout, manifest, spec, files, programs);
                writeAt(disk, 0, programs.masterBootCode());
            }
        }
        ntfs(work, layout, Layout.Role.WINDOWS, "Windows", manifest, spec, files::writeWindows);
        ntfs(work, layout, Layout.Role.RECOVERY, "Recovery", manifest, spec, files::writeRecovery);
        for (Layout.Partition partition : layout.partitions()) {
            place(volume(work, partition.role()), disk, partition);
        }
        manifest.write(folder.resolve(spec.name() + ".sha256"));
        Tools.run("rm", "-rf", work);
        return new StandInPc(spec, disk, layout, manifest);
    }

    @FunctionalInterface
    private interface Content {
        void write(VolumeWriter writer) throws IOException;
    }

    private static Path volume(Path work, Layout.Role role) {
        return work.resolve(role + ".volume");
    }

    private static Path ntfs(
            Path work,
            Layout layout,
            Layout.Role role,
            String label,
            Manifest manifest,
            StandInSpec spec,
            Content content)
            throws IOException {
        Path volume = volume(work, role);
        Layout.Partition partition = layout.partition(role);
        Tools.run("truncate", "-s", partition.lengthBytes(), volume);
        Tools.run(
                "mkntfs",
                "--force",
                "--fast",
                "--quiet",
                "--sector-size",
                BOOT_SECTOR,
                "--cluster-size",
                CLUSTER_BYTES,
                "--partition-start",
                partition.startSector(),
                "--heads",
                255,
                "--sectors-per-track",
                63,
                "--label",
                label,
                volume);
        try (NtfsMount mount = NtfsMount.of(volume, "big_writes")) {
            content.write(new VolumeWriter(role, mount.folder(), manifest, spec.seed()));
        }
        return volume;
    }

    private static void buildEfiPartition(
            Path work, Layout layout, Manifest manifest, StandInSpec spec, WindowsFiles files, byte[] bootManager)
            throws IOException {
        Layout.Partition partition = layout.partition(Layout.Role.BOOT);
        Path volume = volume(work, Layout.Role.BOOT);
        Tools.run("truncate", "-s", partition.lengthBytes(), volume);
        Tools.run("mkfs.vfat", "-F", 32, "-h", partition.startSector(), "-n", "SYSTEM", volume);
        Path tree = Files.createDirectories(work.resolve("efi-tree"));
        files.writeBoot(new VolumeWriter(Layout.Role.BOOT, tree, manifest, spec.seed()), bootManager);
        Tools.run("mcopy", "-i", volume, "-s", tree.resolve("EFI"), "::/");
        Tools.run(
                "truncate",
                "-s",
                layout.partition(Layout.Role.RESERVED).lengthBytes(),
                volume(work, Layout.Role.RESERVED));
    }

    private static void buildActivePartition(
            Path work, Layout layout, Manifest manifest, StandInSpec spec, WindowsFiles files, BootPrograms programs)
            throws IOException {
        byte[] bootManager = programs.bios();
        Path volume = ntfs(
                work,
                layout,
                Layout.Role.BOOT,
                "System Reserved",
                manifest,
                spec,
                writer -> files.writeBoot(writer, bootManager));
        installBootSector(volume, programs.volumeBootSector(), bootManager);
    }

    /** Puts the boot code around mkntfs's parameter block, in the first sector and in its copy, the last. */
    private static void installBootSector(Path volume, byte[] code, byte[] bootManager) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(volume.toFile(), "rw")) {
            byte[] sector = new byte[BOOT_SECTOR];
            file.readFully(sector);
            System.arraycopy(code, 0, sector, 0, 3);
            System.arraycopy(code, CODE_START, sector, CODE_START, BOOT_SECTOR - CODE_START);
            putInt(sector, BOOTMGR_SECTOR, (int) (find(file, bootManager) / BOOT_SECTOR));
            putShort(sector, BOOTMGR_COUNT, bootManager.length / BOOT_SECTOR);
            file.seek(0);
            file.write(sector);
            file.seek(file.length() - BOOT_SECTOR);
            file.write(sector);
        }
    }

    /** Where this file's clusters lie, which must be one run. */
    private static long find(RandomAccessFile volume, byte[] content) throws IOException {
        byte[] start = Arrays.copyOf(content, CLUSTER_BYTES);
        byte[] cluster = new byte[CLUSTER_BYTES];
        for (long offset = 0; offset + content.length <= volume.length(); offset += CLUSTER_BYTES) {
            volume.seek(offset);
            volume.readFully(cluster);
            if (Arrays.equals(cluster, start)) {
                byte[] whole = new byte[content.length];
                volume.seek(offset);
                volume.readFully(whole);
                if (Arrays.equals(whole, content)) {
                    return offset;
                }
            }
        }
        throw new IOException("bootmgr does not lie in one run");
    }

    private static void putInt(byte[] bytes, int at, int value) {
        putShort(bytes, at, value);
        putShort(bytes, at + 2, value >>> 16);
    }

    private static void putShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
    }

    private static void place(Path volume, Path disk, Layout.Partition partition) {
        Tools.run(
                "dd",
                "if=" + volume,
                "of=" + disk,
                "bs=1M",
                "seek=" + partition.startBytes(),
                "oflag=seek_bytes",
                "conv=sparse,notrunc",
                "status=none");
    }

    private static void writeAt(Path disk, long offsetBytes, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek(offsetBytes);
            file.write(bytes);
        }
    }
}
