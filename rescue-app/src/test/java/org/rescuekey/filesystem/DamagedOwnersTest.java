package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.CountingDevice;
import org.rescuekey.device.Fault;
import org.rescuekey.device.FaultyDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Owners of the bytes of volumes whose structures cannot be read, or were changed by chance: the answer names no file that is
 * not there, says where it is not complete, and comes after a bounded number of reads. No error comes of it.
 */
final class DamagedOwnersTest {
    private static final int MUTATIONS = 250;
    private static final int SECTOR = 512;
    private static final long[] NASTY = {
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL, Long.MAX_VALUE, -1L
    };

    @TempDir
    Path folder;

    /** Small volumes with some files. */
    enum Kind {
        EXT2 {
            @Override
            void make(Path volume, Path files) throws IOException {
                ExtFixture.make(volume, "3072 -t ext2 -b 1024 -N 128", files);
            }
        },
        EXT4 {
            @Override
            void make(Path volume, Path files) throws IOException {
                ExtFixture.make(volume, "3072 -t ext4 -b 1024 -N 128 -g 1024 -O ^has_journal", files);
            }
        },
        EXT4_INLINE {
            @Override
            void make(Path volume, Path files) throws IOException {
                ExtFixture.make(volume, "4096 -t ext4 -b 1024 -N 128 -I 256 -O inline_data,^metadata_csum", files);
            }
        },
        FAT12 {
            @Override
            void make(Path volume, Path files) {
                makeFat(volume, 12, 1440 << 10, files);
            }
        },
        FAT32 {
            @Override
            void make(Path volume, Path files) {
                makeFat(volume, 32, 36 << 20, files);
            }
        },
        EXFAT {
            @Override
            void make(Path volume, Path files) throws IOException {
                ExfatFixture.make(volume, 4 << 20, 512);
                ExfatMaker.directory(volume);
            }
        },
        NTFS {
            @Override
            void make(Path volume, Path files) throws IOException {
                NtfsFixture.make(volume, 4 << 20, 512, 512);
                NtfsFixture.copyIn(volume, files.resolve("large"), "large");
                NtfsFixture.copyIn(volume, files.resolve("small"), "small");
            }
        };

        abstract void make(Path volume, Path files) throws IOException;

        private static void makeFat(Path volume, int width, long sizeBytes, Path files) {
            Tool.run("truncate", "-s", sizeBytes, volume);
            FatGeometry.mkfs(volume, width, 512, 1);
            Tool.run("mcopy", "-s", "-i", volume, files.resolve("large"), files.resolve("folder"), "::/");
        }
    }

    private MemoryDevice make(Kind kind) throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        SignedFiles.write(files, "/large", 300_000);
        SignedFiles.writeWithHoles(files, "/with holes", 100, 1024);
        SignedFiles.write(files, "/small", 600);
        for (int i = 0; i < 20; i++) {
            SignedFiles.write(files, "/folder/in it/a file with a long name " + i, 100 + 150 * i);
        }
        Path volume = folder.resolve("volume.img");
        kind.make(volume, files);
        byte[] content = Files.readAllBytes(volume);
        MemoryDevice device = new MemoryDevice(content.length, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(content));
        return device;
    }

    @ParameterizedTest
    @EnumSource
    void anySectorThatCannotBeReadLeavesTheRestNamed(Kind kind) throws IOException {
        MemoryDevice device = make(kind);
        ExtentSet all = ExtentSet.of(new Extent(0, device.sizeBytes()));
        TouchedSectors touched = new TouchedSectors(device);
        Owners whole = Volumes.owners(touched, all, SearchWatch.NONE);
        Set<String> names = names(whole);
        assertThat(whole.complete()).isTrue();
        assertThat(names.size()).isGreaterThan(4);
        int partial = 0;
        for (long sector : touched.sample(150)) {
            Extent bad = new Extent(sector * SECTOR, SECTOR);
            FaultyDevice faulty = new FaultyDevice(device, 1, new Fault.BadSectors(bad));
            Owners owners = Volumes.owners(faulty, all, SearchWatch.NONE);
            String what = kind + ", sector " + sector;
            Set<String> others = names(owners);
            others.removeAll(names);
            assertThat(others).as(what).allMatch(name -> name.matches("/?\\((inode|record|lost).*|.*/[A-Z]+~\\d+"));
            assertThat(!owners.complete() || names(owners).equals(names))
                    .as(what)
                    .isTrue();
            assertThat(owners.complete()).as(what).isEqualTo(owners.notes().isEmpty());
            // Once for what is probed, once for the structure as a whole and once alone, in each of two passes.
            assertThat(faulty.struck()).as(what).isLessThan(12);
            partial += owners.complete() ? 0 : 1;
        }
        assertThat(partial).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatHasGoneIsAnError(Kind kind) throws IOException {
        MemoryDevice device = make(kind);
        ExtentSet all = ExtentSet.of(new Extent(0, device.sizeBytes()));
        CountingDevice counting = new CountingDevice(device);
        Volumes.owners(counting, all, SearchWatch.NONE);
        for (int n = 1; n <= counting.reads(); n += 1 + (int) counting.reads() / 20) {
            FaultyDevice gone =
                    new FaultyDevice(device, 1, new Fault.ReadError(Fault.Calls.from(n), DeviceException.ENODEV));
            assertThatThrownBy(() -> Volumes.owners(gone, all, SearchWatch.NONE))
                    .isInstanceOf(DeviceException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSearchThatIsEndedSaysSo(Kind kind) throws IOException {
        MemoryDevice device = make(kind);
        Owners owners = Volumes.owners(device, ExtentSet.of(new Extent(0, device.sizeBytes())), () -> false);
        assertThat(owners.complete()).isFalse();
        assertThat(owners.notes()).anyMatch(note -> note.contains("was ended before it was through"));
    }

    @ParameterizedTest
    @EnumSource
    void changedBytes(Kind kind) throws IOException {
        MemoryDevice device = make(kind);
        ExtentSet all = ExtentSet.of(new Extent(0, device.sizeBytes()));
        TouchedSectors touched = new TouchedSectors(device);
        Volumes.owners(touched, all, SearchWatch.NONE);
        List<Long> sectors = new ArrayList<>(touched.sectors);
        Random random = new Random(20_261_122);
        for (int i = 0; i < MUTATIONS; i++) {
            long[] offsets = new long[3];
            ByteBuffer[] before = new ByteBuffer[3];
            for (int j = 0; j < offsets.length; j++) {
                // Half of the changes hit the beginnings, where the headers are.
                int inSector = random.nextInt(random.nextBoolean() ? SECTOR - 8 : 64) & -2;
                offsets[j] = sectors.get(random.nextInt(sectors.size())) * SECTOR + inSector;
                before[j] = ByteBuffer.allocate(1 << random.nextInt(4));
                device.read(offsets[j], before[j]);
                device.write(offsets[j], change(random, before[j].limit()));
            }
            CountingDevice counting = new CountingDevice(device);
            try {
                Volumes.owners(counting, all, SearchWatch.NONE);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(kind + ", change " + i, e);
            }
            assertThat(counting.bytesRead()).as("change " + i).isLessThan(16 * device.sizeBytes() + (16 << 20));
            for (int j = offsets.length - 1; j >= 0; j--) {
                device.write(offsets[j], before[j].flip());
            }
        }
    }

    private static ByteBuffer change(Random random, int bytes) {
        long value = random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextLong();
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, value)
                .limit(bytes);
    }

    private static Set<String> names(Owners owners) {
        return owners.named().stream().map(Owner::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Remembers the sectors that are read, without the places that are probed alone. */
    private static final class TouchedSectors extends ForwardingDevice {
        private final Set<Long> sectors = new TreeSet<>();
        private int reads;

        TouchedSectors(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            reads++;
            long end = offsetBytes + buffer.remaining();
            for (long sector = offsetBytes / SECTOR; reads > Probe.READS && sector * SECTOR < end; sector++) {
                sectors.add(sector);
            }
            super.read(offsetBytes, buffer);
        }

        List<Long> sample(int count) {
            List<Long> all = new ArrayList<>(sectors);
            List<Long> chosen = new ArrayList<>();
            for (int i = 0; i < Math.min(count, all.size()); i++) {
                chosen.add(all.get((int) ((long) i * all.size() / Math.min(count, all.size()))));
            }
            return chosen;
        }
    }
}
