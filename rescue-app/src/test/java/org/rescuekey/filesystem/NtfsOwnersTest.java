package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.owners.Owner;
import org.rescuekey.filesystem.owners.Owners;
import org.rescuekey.filesystem.owners.SearchWatch;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What clusters of an NTFS volume, filled by ntfs-3g, belong to in the words of a report. Needs root. */
@Tag("loop")
final class NtfsOwnersTest {
    private static final long SIZE_BYTES = 24 << 20;

    @TempDir
    Path folder;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE_BYTES, 1024, 512);
        NtfsFixture.mounted(volume, "rw,streams_interface=windows", root -> {
            SignedFiles.tree(root, 60, 40_000);
            for (int i = 0; i < 300; i++) {
                Files.createFile(root.resolve("folder 1/an empty file with some name " + i));
            }
            Files.write(root.resolve("folder 2/streams"), new byte[3000]);
            Files.write(root.resolve("folder 2/streams:second"), new byte[30_000]);
        });
    }

    @Test
    void sectorsSayThemselvesWhoseTheyAre() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            ExtentSet records = NtfsFixture.contentExtents(volume, 0);
            // Small contents stand in records.
            assertThat(SignedFiles.sectors(device).keySet()).noneMatch(records::contains);
            SignedFiles.check(device, 0, 900);
        }
    }

    @Test
    void filesDirectoriesAndItsOwnFilesAreToldApart() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            Owners all = Volumes.owners(device, ExtentSet.of(new Extent(0, SIZE_BYTES)), SearchWatch.NONE);
            assertThat(all.named())
                    .extracting(Owner::label)
                    .contains(
                            "$MFT",
                            "$MFT, its $BITMAP",
                            "$MFTMirr",
                            "$LogFile",
                            "$Bitmap",
                            "$Boot",
                            "the copy of the boot sector",
                            "directory \\folder 1",
                            "\\folder 2\\streams:second");
            assertThat(all.named().stream().filter(owner -> owner.kind() == Owner.Kind.STRUCTURE))
                    .extracting(Owner::name)
                    .allMatch(name -> name.startsWith("$") || name.startsWith("the copy"));
            assertThat(all.complete()).isTrue();
        }
    }

    @Test
    void unreadableRecordsOfTheMftLeaveTheOtherFilesNamed() throws IOException {
        ExtentSet records = NtfsFixture.contentExtents(volume, 0);
        Extent lost = new Extent(records.get(0).start() + 80 * 1024, 2048);
        long other = firstSector(volume, "/folder 3/a file with quite a long name 7.data");
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            ForwardingDevice broken = new ForwardingDevice(device) {
                @Override
                public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
                    if (buffer.hasRemaining() && lost.overlaps(new Extent(offsetBytes, buffer.remaining()))) {
                        throw new DeviceException("bad", DeviceException.EIO);
                    }
                    super.read(offsetBytes, buffer);
                }
            };
            Owners owners = Volumes.owners(broken, ExtentSet.of(lost, new Extent(other, 512)), SearchWatch.NONE);
            assertThat(owners.named())
                    .extracting(Owner::label)
                    .contains("$MFT", "\\folder 3\\a file with quite a long name 7.data");
            assertThat(owners.complete()).isFalse();
            assertThat(owners.notes()).singleElement().asString().startsWith("2 records of the $MFT");
        }
    }

    private static long firstSector(Path volume, String path) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return SignedFiles.sectors(device).entrySet().stream()
                    .filter(each -> each.getValue().equals(path))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
