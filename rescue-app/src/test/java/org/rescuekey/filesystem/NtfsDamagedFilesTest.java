package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.FileDevice;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.ntfs.NtfsEntry;
import org.rescuekey.filesystem.ntfs.NtfsFiles;
import org.rescuekey.filesystem.ntfs.NtfsOwners;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What can still be told of the files of a volume of which one thing is damaged. */
class NtfsDamagedFilesTest {
    private static final int SIZE_BYTES = 6 << 20;
    private static final int FILE_NAME = 0x30;
    private static final int INDEX_ROOT = 0x90;
    private static final int BITMAP = 0xB0;
    private static final int ROOT = 5;

    @TempDir
    Path folder;

    private Path volume;
    private int fileNumber;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = NtfsFixture.make(folder.resolve("ntfs.img"), SIZE_BYTES, 512, 512);
        byte[] content = new byte[20_000];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);
        NtfsFixture.copyIn(volume, file, "file.bin");
    }

    @Test
    void aDirectoryThatContainsItselfHasAPathThatEnds() throws IOException {
        setParentOfFile(record("file.bin"));
        assertThat(ownersOfFile().owners()).singleElement().satisfies(owner -> {
            assertThat(owner.path()).startsWith("(lost)/file.bin/file.bin/");
            assertThat(owner.path().length()).isLessThan(5000);
        });
    }

    @Test
    void aFileWhoseDirectoryIsGoneIsLost() throws IOException {
        assertThat(ownersOfFile().owners()).extracting(NtfsOwners.Owner::label).containsExactly("/file.bin");

        // A directory whose record was used anew since.
        setParentOfFile((77L << 48) | 11);
        assertThat(ownersOfFile().owners()).extracting(NtfsOwners.Owner::label).containsExactly("(lost)/file.bin");
    }

    @Test
    void aRecordOnABadSectorIsCountedAndTheOthersAreFound() throws IOException {
        ExtentSet wanted = NtfsFixture.contentExtents(volume, number("file.bin"));
        long bad = NtfsFixture.recordOffset(volume, number("file.bin") - 1);
        try (FileDevice file = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsOwners owners = NtfsFiles.open(new BadSector(file, bad)).owners(wanted);
            assertThat(owners.owners()).extracting(NtfsOwners.Owner::label).containsExactly("/file.bin");
            assertThat(owners.damagedRecords()).isEqualTo(1);
            assertThat(owners.ownerless().isEmpty()).isTrue();
        }
    }

    @Test
    void withoutTheTableOfLettersNamesAreStillFound() throws IOException {
        NtfsFixture.write(volume, NtfsFixture.contentOffset(volume, 10), ByteBuffer.allocate(128 << 10));
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            assertThat(NtfsFiles.open(device).find("/FILE.bin")).isPresent();
            assertThat(NtfsFiles.open(device).find("/FILE.ban")).isEmpty();
        }
    }

    @Test
    void blocksOfADirectoryThatAreNotInUseAreNotListed() throws IOException {
        assertThat(names()).contains("file.bin", "$MFT");
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, ROOT);
        int bits = editor.value(BITMAP, "$I30");
        assertThat(editor.bytes().get(bits)).isEqualTo((byte) 1);
        editor.bytes().put(bits, (byte) 0);
        editor.write();

        assertThat(names()).isEmpty();
    }

    @Test
    void aDamagedBlockOfADirectoryIsToldAndNothingIsSaidToBeAbsent() throws IOException {
        long index = NtfsFixture.indexExtents(volume, ROOT).get(0).start();
        NtfsFixture.write(volume, index + 510, ByteBuffer.wrap(new byte[] {1, 1}));
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsFiles files = NtfsFiles.open(device);
            assertThat(files.list(files.root(), _ -> {})).isEqualTo(1);
            assertThatThrownBy(() -> files.find("/file.bin")).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void anEntryThatIsOutOfDateIsNotFollowed() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsFiles files = NtfsFiles.open(device);
            NtfsEntry now = files.find("file.bin").orElseThrow();
            NtfsEntry then =
                    new NtfsEntry(now.name(), now.reference() + (1L << 48), false, 0, now.created(), now.modified());
            assertThatThrownBy(() -> files.streams(then)).isInstanceOf(MalformedDataException.class);
        }
    }

    /** The entry of $Extend for its first file is turned to a file that has clusters, and these are marked as free. */
    @Test
    void filesInExtendAreUsedWhateverTheBitmapSays() throws IOException {
        ExtentSet before = UsedMapCheck.map(volume, SectorSize.SECTOR_512).used();
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, 11);
        editor.bytes().putLong(editor.value(INDEX_ROOT, "$I30") + 0x20, record("file.bin"));
        editor.write();
        for (Extent extent : NtfsFixture.contentExtents(volume, number("file.bin"))) {
            NtfsFixture.clearBits(volume, new Extent(extent.start() / 512, extent.length() / 512));
        }

        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);

        assertThat(map.used()).isEqualTo(before);
        assertThat(map.notes()).hasSize(1).allMatch(note -> note.contains("40 clusters of $Extend/$ObjId free"));
    }

    private List<String> names() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            NtfsFiles files = NtfsFiles.open(device);
            List<String> names = new ArrayList<>();
            assertThat(files.list(files.root(), entry -> names.add(entry.name())))
                    .isZero();
            return names;
        }
    }

    private NtfsOwners ownersOfFile() throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return NtfsFiles.open(device).owners(NtfsFixture.contentExtents(volume, number("file.bin")));
        }
    }

    private void setParentOfFile(long reference) throws IOException {
        NtfsRecordEditor editor = NtfsRecordEditor.open(volume, number("file.bin"));
        editor.bytes().putLong(editor.value(FILE_NAME, ""), reference);
        editor.write();
    }

    private int number(String name) {
        if (fileNumber == 0) {
            fileNumber = NtfsFixture.record(volume, name);
        }
        return fileNumber;
    }

    /** Number and sequence of a file's record. */
    private long record(String name) throws IOException {
        try (FileDevice device = FileDevice.openReadOnly(volume, SectorSize.SECTOR_512)) {
            return NtfsFiles.open(device).find(name).orElseThrow().reference();
        }
    }

    /** A device of which one sector cannot be read. */
    private static final class BadSector extends ForwardingDevice {
        private final long bad;

        private BadSector(BlockDevice inner, long bad) {
            super(inner);
            this.bad = bad;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            if (offsetBytes <= bad && offsetBytes + buffer.remaining() > bad) {
                throw new DeviceException("sector " + bad / 512, DeviceException.EIO);
            }
            super.read(offsetBytes, buffer);
        }
    }
}
