package org.rescuekey.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskFingerprintTest {
    private static final DiskFingerprint DISK =
            new DiskFingerprint("S5Y1", "0x5002", 500_107_862_016L, 512, "0123456789abcdef");

    @Test
    void saysWhatIdentifiesADisk() {
        assertThat(DISK.text())
                .isEqualTo("serial S5Y1, WWN 0x5002, 500,107,862,016 bytes, sectors of 512, table 0123456789ab");
        assertThat(new DiskFingerprint("", "", 512, 512, "").text())
                .isEqualTo("512 bytes, sectors of 512, table unreadable");
    }

    @Test
    void theSameDiskHasNoDifferences() {
        assertThat(DISK.differencesTo(new DiskFingerprint("S5Y1", "0x5002", 500_107_862_016L, 512, "0123456789abcdef")))
                .isEmpty();
    }

    @Test
    void eachPointThatDiffersIsNamed() {
        DiskFingerprint other = new DiskFingerprint("", "0x5003", 512, 4096, "");
        assertThat(DISK.differencesTo(other))
                .containsExactly(
                        "serial was S5Y1, is none",
                        "WWN was 0x5002, is 0x5003",
                        "size was 500107862016 bytes, is 512 bytes",
                        "sector size was 512 bytes, is 4096 bytes",
                        "partition table was 0123456789ab, is none");
    }

    @Test
    void tablesThatDifferOnlyAtTheirHashesEndsDiffer() {
        DiskFingerprint other = new DiskFingerprint("S5Y1", "0x5002", 500_107_862_016L, 512, "0123456789abcdee");
        assertThat(DISK.differencesTo(other)).hasSize(1);
    }
}
