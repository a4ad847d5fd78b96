package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** What is believed of the metadata of LVM: all of it that is whole, agrees and is known; else the physical volume is raw. */
class LvmMetadataTest extends LvmContents {
    @Test
    void textThatGoesOverTheEndOfItsRing() throws IOException {
        oneRoot(17);
        UsedMap before = UsedMapCheck.map(image, SectorSize.SECTOR_512);
        LvmFixture.write(image, 4096, LvmFixture.text(image), MIB - 4096 - 512);
        assertThat(Tool.run("env", "LVM_SUPPRESS_FD_WARNINGS=1", "pvck", "--dump", "metadata", image))
                .contains("vgname machine seqno", "root {");

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512)).isEqualTo(before);
    }

    @Test
    void secondMetadataAreaIsUsedAndHasToAgree() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine", "--pvmetadatacopies", "2");
            lvm.volume("machine", "root", 3);
        }
        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, 4 * MIB), Extent.between(99 * MIB, 100 * MIB)));

        LvmFixture.change(image, text -> text.replace("root {", "boot {"));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("Its metadata areas describe its volume group in different ways.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "ignored", "alone"})
    void volumeGroupThatIsDescribedElsewhere(String kind) throws IOException {
        Path other = folder.resolve("other.img");
        Tool.run("truncate", "-s", "60M", other);
        try (LvmFixture lvm = new LvmFixture(image, other)) {
            switch (kind) {
                case "none" -> {
                    lvm.lvm(List.of("pvcreate", "--pvmetadatacopies", "0", lvm.loop(0)));
                    lvm.lvm(List.of("vgcreate", "-s", "1M", "machine", lvm.loop(0), lvm.loop(1)));
                }
                case "ignored" -> {
                    lvm.group("machine");
                    lvm.lvm(List.of("pvchange", "--metadataignore", "y", lvm.loop(0)));
                }
                default -> lvm.lvm(List.of("pvcreate", lvm.loop(0)));
            }
        }

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("What its volume group holds is not described on this device.");
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).identity())
                .isNotEmpty();
    }

    @Test
    void exportedVolumeGroupIsRaw() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", 3);
            lvm.lvm(List.of("vgexport", "machine"));
        }

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .startsWith("Its volume group is marked EXPORTED");
    }

    @ParameterizedTest
    @CsvSource({
        "'status = [\"RESIZEABLE\"', 'status = [\"CLUSTERED\"', 'volume group is marked CLUSTERED'",
        "'flags = []', 'flags = [\"FUTURE\"]', 'marked FUTURE'",
        "'max_lv = 0', 'max_lv = 0 lock_type = \"sanlock\"', 'marked lock_type sanlock'",
        "'status = [\"ALLOCATABLE\"]', 'status = [\"ALLOCATABLE\"] flags = [\"MISSING\"]', 'another name than flags'",
        "'[\"ALLOCATABLE\"]', '[\"ALLOCATABLE\", \"MISSING\"]', 'A physical volume of its volume group is marked MISSING'",
        "'pe_start = 2048', 'pe_start = 1024', 'extents from 1048576 on'",
        "'pe_count = 99', 'pe_count = 99999', 'a number pe_count from 1 to 99'",
        "'\"pv0\", 0', '\"pv0\", 90', 'one of 99 extents'",
        "'stripe_count = 1', 'stripe_count = 2', '2 stripes'",
        "'type = \"striped\"', 'type = \"mirror\"', 'the type mirror'",
        "'start_extent = 0', 'start_extent = 1', 'a segment from extent 0 on'",
        "'extent_size = 2048', 'extent_size = 0', 'a number extent_size'",
        "'Text Format Volume Group', 'Another', 'the text of a volume group'",
        "'segment_count = 1', 'segment_count = 2', 'a section segment2'",
        "'segment_count = 1', 'segment_count = 99999999', 'a number segment_count'",
    })
    void textThatIsNotUnderstoodOrContradictsItself(String old, String changed, String reason) throws IOException {
        oneRoot(17);
        LvmFixture.change(image, text -> {
            assertThat(text).contains(old);
            return text.replace(old, changed);
        });

        UsedMap map = UsedMapCheck.map(image, SectorSize.SECTOR_512);

        assertThat(map.raw()).isTrue();
        assertThat(map.reason()).contains(reason);
        assertThat(UsedMapCheck.recognise(image, SectorSize.SECTOR_512).identity())
                .isNotEmpty();
    }

    @Test
    void extentsOfTwoLogicalVolumesAreWrong() throws IOException {
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", 3);
            lvm.volume("machine", "home", 3);
        }
        LvmFixture.change(image, text -> text.replace("\"pv0\", 3", "\"pv0\", 2"));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .contains("extents of one logical volume each");
    }

    /** A bit in the label, in the header of a metadata area and in the text. */
    @ParameterizedTest
    @CsvSource({"600, LVM label", "4110, LVM metadata area", "4500, LVM metadata area", "text, LVM metadata area"})
    void checksumThatFails(String place, String what) throws IOException {
        oneRoot(17);
        ByteBuffer header = ByteBuffer.wrap(XfsFixture.read(image, 4096, 512)).order(ByteOrder.LITTLE_ENDIAN);
        long offset = place.equals("text") ? 4096 + header.getLong(40) + 300 : Long.parseLong(place);
        XfsFixture.write(image, offset, (byte) (XfsFixture.read(image, offset, 1)[0] ^ 0x10));

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .contains("is damaged", what, "expected the checksum");
    }

    @Test
    void changeThatWasNotFinishedIsRaw() throws IOException {
        oneRoot(17);
        byte[] header = XfsFixture.read(image, 4096, 512);
        header[65] = 2;
        LvmFixture.seal(image, 4096, header);

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason())
                .isEqualTo("A change of its volume group was begun and not finished.");
    }

    @Test
    void physicalVolumeThatExceedsItsDeviceIsRaw() throws IOException {
        oneRoot(17);
        Tool.run("truncate", "-s", "99M", image);

        assertThat(UsedMapCheck.map(image, SectorSize.SECTOR_512).reason()).contains("a size inside the device");
    }
}
