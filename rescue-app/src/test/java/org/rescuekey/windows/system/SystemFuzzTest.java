package org.rescuekey.windows.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.rescuekey.Bounded;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.SectorSize;
import org.rescuekey.windows.ByteEdits;
import org.rescuekey.windows.FileEdits;
import org.rescuekey.windows.IdentityChange;
import org.rescuekey.windows.IdentityChanges;
import org.rescuekey.windows.PartitionIdentity;
import org.rescuekey.windows.hive.HiveMaker;

/** SYSTEM hives from a stored corpus: letters and drivers edited, in bounded memory. */
@Tag("fuzz")
final class SystemFuzzTest {
    private static final SectorSize SECTOR = SectorSize.SECTOR_512;

    @FuzzTest
    void system(byte[] file) {
        byte[] summed = file.length < 4096 ? file : HiveMaker.summed(file);
        Bounded.run((64L << 20) + 64L * file.length, () -> look(summed));
    }

    private static void look(byte[] file) throws RescueException {
        SystemHive system = SystemHive.parse(file);
        StorageDrivers drivers = StorageDrivers.of(system, path -> true);
        drivers.drivers().forEach(driver -> assertThat(driver.words()).isNotBlank());
        IdentityChanges changes = IdentityChanges.of(List.of(
                new IdentityChange(
                        new PartitionIdentity.Gpt(MadeSystem.VOLUME, MadeSystem.PARTITION, 2048, 4096, SECTOR),
                        new PartitionIdentity.Gpt(MadeSystem.VOLUME, MadeSystem.VOLUME, 2048, 4096, SECTOR)),
                new IdentityChange(
                        new PartitionIdentity.Mbr(MadeSystem.SIGNATURE, 2048, 4096, SECTOR),
                        new PartitionIdentity.Mbr(1, 4096, 4096, SECTOR))));
        FileEdits edits =
                SystemEditor.of(system).follow(changes).startAtBoot(drivers).result();
        assertThat(ByteEdits.apply(file, edits.edits())).hasSameSizeAs(file);
    }
}
