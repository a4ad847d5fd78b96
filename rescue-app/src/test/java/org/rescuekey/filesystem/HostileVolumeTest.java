package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.device.MemoryDevice;
import org.rescuekey.device.Reads;
import org.rescuekey.device.SliceDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/**
 * Real volumes with bytes changed by chance, always the same ones, and real volumes cut short. Whatever comes of it is
 * a map of the right form or a raw one with its reason, after reading a bounded number of bytes; nothing is thrown.
 */
class HostileVolumeTest {
    private static final int MUTATIONS = 700;
    private static final int LENGTHS = 100;
    private static final long[] NASTY = {
        0,
        1,
        2,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFF_FFFF,
        0x8000_0000L,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1L
    };

    @TempDir
    Path folder;

    /** Volumes to start from, and where their structures are: most changes hit these. */
    enum Kind {
        NTFS(4 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                NtfsFixture.make(volume, sizeBytes, 512, 512);
                // Closed, or nothing but its state would be looked at.
                NtfsFixture.writeRestartPages(volume, 1, true, true);
                Path file = Files.write(volume.resolveSibling("file"), new byte[8192]);
                NtfsFixture.copyIn(volume, file, "hiberfil.sys");
                long mft = NtfsFixture.contentOffset(volume, 0);
                return List.of(
                        new Extent(0, 84),
                        new Extent(mft, 1024),
                        new Extent(mft, 16 * 1024),
                        new Extent(mft + 5 * 1024, 2048),
                        new Extent(NtfsFixture.contentOffset(volume, 2), 256),
                        new Extent(NtfsFixture.contentOffset(volume, 6), 1024));
            }
        },
        FAT12(1440 << 10) {
            @Override
            List<Extent> make(Path volume) {
                return makeFat(volume, 12);
            }
        },
        FAT16(8 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeFat(volume, 16);
            }
        },
        FAT32(34 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeFat(volume, 32);
            }
        },
        EXT2(4 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeExt(volume, "ext2", "none");
            }
        },
        EXT4(8 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeExt(volume, "ext4", "^metadata_csum,^uninit_bg");
            }
        },
        EXT4_META_BG(8 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeExt(volume, "ext4", "^metadata_csum,^resize_inode,meta_bg,bigalloc");
            }
        },
        EXT4_CHECKSUMS(8 << 20) {
            @Override
            List<Extent> make(Path volume) {
                return makeExt(volume, "ext4", "metadata_csum");
            }
        },
        EXFAT(8 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                ExfatFixture.make(volume, sizeBytes, 512);
                ExfatFixture.Geometry exfat = ExfatFixture.Geometry.of(volume);
                // With a bad cluster all directories are walked.
                ExfatFixture.mark(volume, 50, true);
                ExfatFixture.writeInt(volume, exfat.entryOffset(50), 0xFFFF_FFF7);
                long entry = ExfatFixture.rootEntry(volume, 0x82) + 32;
                ExfatFixture.write(volume, entry, (byte) 0x85, (byte) 1, (byte) 0, (byte) 0, (byte) 0x10);
                ExfatFixture.write(volume, entry + 32, (byte) 0xC0, (byte) 3);
                ExfatFixture.writeInt(volume, entry + 32 + 20, 60);
                ExfatFixture.writeInt(volume, entry + 32 + 24, 2048);
                return List.of(
                        new Extent(64, 64),
                        new Extent(106, 2),
                        new Extent(11 * 512, 512),
                        new Extent(exfat.fatOffset(), 256),
                        new Extent(exfat.clusterOffset(exfat.root()), 5 * 32),
                        new Extent(ExfatFixture.bitmapOffset(volume), 1024));
            }
        },
        SWAP(1 << 20) {
            @Override
            List<Extent> make(Path volume) {
                Tool.run("mkswap", "-q", "-p", 4096, "-L", "hostile", volume);
                return List.of(new Extent(1024, 64), new Extent(1536, 64), new Extent(4080, 16));
            }
        },
        FAT16_BAD(8 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                Path bad = Files.writeString(volume.resolveSibling("bad"), "200\n201\n3000\n");
                Tool.run("mkfs.vfat", "-F", 16, "-s", 1, "-l", bad, volume);
                return List.of(new Extent(0, 64), new Extent(512, 1024), new Extent(65 * 512, 1024));
            }
        },
        EXT2_BAD(8 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                String list =
                        IntStream.range(3000, 3400).mapToObj(i -> i + "\n").collect(Collectors.joining());
                Path bad = Files.writeString(volume.resolveSibling("bad"), list);
                makeExt(volume, "ext2", "none", "-l", bad);
                long table = ExtFixture.number(Tool.run("dumpe2fs", volume), "Inode table at (\\d+)") * 1024;
                String blocks = Tool.run("debugfs", "-R", "stat <1>", volume);
                long lists = ExtFixture.number(blocks, "\\(IND\\):(\\d+)") * 1024;
                return List.of(new Extent(1024, 128), new Extent(table, 128), new Extent(lists, 1024));
            }
        },
        EXT4_MMP(8 << 20) {
            @Override
            List<Extent> make(Path volume) {
                makeExt(volume, "ext4", "^metadata_csum,^uninit_bg,mmp");
                long block = ExtFixture.number(Tool.run("dumpe2fs", volume), "MMP block number: +(\\d+)");
                return List.of(new Extent(1024 + 0x160, 16), new Extent(block * 1024, 16));
            }
        },
        XFS4(16 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                return makeXfs(volume, "16384 -m crc=0 -b size=512");
            }
        },
        XFS5(17 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                return makeXfs(volume, "17408 -b size=1024");
            }
        },
        LVM(5 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                try (LvmFixture lvm = new LvmFixture(volume)) {
                    lvm.group("hostile");
                    lvm.volume("hostile", "root", 2);
                    lvm.volume("hostile", "swap", 1);
                }
                Path root = volume.resolveSibling("root");
                Tool.run("mke2fs", "-q", "-F", "-t", "ext4", root, "2M");
                Tool.run("dd", "if=" + root, "of=" + volume, "bs=1M", "seek=1", "conv=notrunc");
                long text = LvmFixture.textOffset(volume);
                return List.of(
                        new Extent(512, 160),
                        new Extent(4096, 64),
                        new Extent(text, 1500),
                        new Extent((1 << 20) + 1024, 256));
            }
        },
        BTRFS(24 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                return makeBtrfs(volume, "free-space-tree");
            }
        },
        BTRFS_EXTENTS(24 << 20) {
            @Override
            List<Extent> make(Path volume) throws IOException {
                return makeBtrfs(volume, "^free-space-tree");
            }
        };

        final long sizeBytes;

        Kind(long sizeBytes) {
            this.sizeBytes = sizeBytes;
        }

        abstract List<Extent> make(Path volume) throws IOException;

        private static List<Extent> makeFat(Path volume, int width) {
            Tool.run("mkfs.vfat", "-F", width, "-s", 1, "-n", "HOSTILE", volume);
            return List.of(new Extent(0, 96), new Extent(0, 512), new Extent(512, 32 * 512));
        }

        private static List<Extent> makeExt(Path volume, String type, String features, Object... options) {
            List<Object> command =
                    new ArrayList<>(List.of("mke2fs", "-q", "-F", "-t", type, "-b", 1024, "-O", features));
            command.addAll(List.of(options));
            command.add(volume);
            Tool.run(command.toArray());
            return List.of(new Extent(1024, 128), new Extent(1024, 1024), new Extent(2048, 1024));
        }

        private static List<Extent> makeBtrfs(Path volume, String features) throws IOException {
            Path folder = volume.resolveSibling(volume.getFileName() + ".files");
            XfsFixture.files(folder, 40, 5000);
            Tool.run("mkfs.btrfs", "-q", "-f", "-M", "-n", 4096, "-R", features, "--rootdir", folder, volume);
            return List.of(
                    new Extent(65_536, 0x12B),
                    new Extent(65_536, 1200),
                    new Extent(BtrfsFixture.placesOfRoot(volume, "chunk").getFirst(), 4096));
        }

        private static List<Extent> makeXfs(Path volume, String recipe) throws IOException {
            List<Path> files = new ArrayList<>();
            Path folder = XfsFixture.files(volume.resolveSibling("files"), 330, 2000);
            for (int i = 0; i < 330; i++) {
                files.add(folder.resolve("f" + i));
            }
            XfsFixture.make(volume, recipe, files);
            XfsFixture.takeAway(
                    volume, IntStream.range(0, 165).mapToObj(i -> "f" + 2 * i).toList());
            long block = XfsFixture.number(volume, "sb 0", "blocksize");
            long log = XfsFixture.number(volume, "sb 0", "logstart") * block;
            return List.of(
                    new Extent(0, 264),
                    new Extent(512, 100),
                    new Extent(XfsFixture.rootOffset(volume, 0), block),
                    new Extent(log, 1024));
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedBytes(Kind kind) throws IOException {
        Path volume = file(kind);
        List<Extent> structures = kind.make(volume);
        MemoryDevice device = load(volume);
        Random random = new Random(20_261_122);
        int raw = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Extent place = structures.get(random.nextInt(structures.size()));
            int count = 1 + random.nextInt(3);
            long[] offsets = new long[count];
            ByteBuffer[] before = new ByteBuffer[count];
            for (int j = 0; j < count; j++) {
                ByteBuffer change = change(random);
                long last = Math.min(place.end(), device.sizeBytes()) - change.limit();
                offsets[j] = Math.min(last, place.start() + random.nextLong(place.length()));
                before[j] = ByteBuffer.allocate(change.limit());
                device.read(offsets[j], before[j]);
                device.write(offsets[j], change);
            }
            raw += examine(device, "change " + i) ? 1 : 0;
            for (int j = count - 1; j >= 0; j--) {
                device.write(offsets[j], before[j].flip());
            }
        }
        assertThat(examine(device, "the volume as it was")).isFalse();
        assertThat(raw).as("volumes found damaged").isBetween(MUTATIONS / 100, MUTATIONS - 1);
    }

    @ParameterizedTest
    @EnumSource
    void cutShort(Kind kind) throws IOException {
        Path volume = file(kind);
        kind.make(volume);
        MemoryDevice device = load(volume);
        Random random = new Random(1);
        for (int i = 0; i < LENGTHS; i++) {
            long sectors = i < 40 ? i + 1 : 1 + random.nextLong(kind.sizeBytes / 512);
            BlockDevice cut = new SliceDevice(device, new Extent(0, sectors * 512), "cut to " + sectors);
            boolean raw = examine(cut, cut.name());
            assertThat(raw || sectors >= kind.sizeBytes / 512 - 1)
                    .as(cut.name())
                    .isTrue();
        }
    }

    /** Tells whether the map is raw. */
    private static boolean examine(BlockDevice device, String what) throws RescueException {
        CountingDevice counting = new CountingDevice(device);
        UsedMap map;
        try {
            Volumes.recognise(counting);
            map = Volumes.usedMap(counting, PageFiles.LEFT_OUT);
            assertThat(Volumes.minimumSize(counting).bytes()).isBetween(0L, device.sizeBytes());
            Volumes.owners(counting, ExtentSet.of(Reads.whole(device)), SearchWatch.NONE);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(what, e);
        }
        UsedMapCheck.checkForm(map, device);
        assertThat(counting.bytes).as(what).isLessThan(16 * device.sizeBytes() + (16 << 20));
        return map.raw();
    }

    private Path file(Kind kind) {
        Path volume = folder.resolve("volume.img");
        Tool.run("truncate", "-s", kind.sizeBytes, volume);
        return volume;
    }

    private static MemoryDevice load(Path volume) throws IOException {
        byte[] content = Files.readAllBytes(volume);
        MemoryDevice device = new MemoryDevice(content.length, SectorSize.SECTOR_512);
        device.write(0, ByteBuffer.wrap(content));
        return device;
    }

    private static ByteBuffer change(Random random) {
        int bytes = 1 << random.nextInt(4);
        long value = random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextLong();
        ByteBuffer all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        return all.limit(bytes);
    }

    private static final class CountingDevice extends ForwardingDevice {
        private long bytes;

        private CountingDevice(BlockDevice inner) {
            super(inner);
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            bytes += buffer.remaining();
            super.read(offsetBytes, buffer);
        }
    }
}
