package org.rescuekey.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.Mount;
import org.rescuekey.inventory.PartitionInfo;

/** The inventory of the machine that runs the test, with loop devices that the test made. */
@Tag("loop")
class LinuxInventoryOnLoopDevicesTest {
    private static final long DISK_BYTES = 16 << 20;

    private final LinuxInventory inventory = new LinuxInventory(new LinuxDevices(new AtExit()));

    @TempDir
    Path folder;

    @Test
    void aPartitionedLoopDeviceIsInTheSnapshot() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 4096)) {
            String partition = loop.addPartition();
            Shell.run("mkfs.ext4", "-q", "-L", "data", partition);
            Path mountPoint = Files.createDirectory(folder.resolve("mounted here"));
            Shell.run("mount", partition, mountPoint.toString());
            try {
                DiskInfo disk = inventory.snapshot().disk(loop.path()).orElseThrow();
                assertThat(disk.sizeBytes()).isEqualTo(DISK_BYTES);
                assertThat(disk.logicalSector().bytes()).isEqualTo(4096);
                assertThat(disk.model()).isEqualTo("loop device of " + loop.file());
                assertThat(disk.tableKind()).contains("gpt");
                assertThat(disk.diskIdentity()).isEqualToIgnoringCase(Shell.run("sfdisk", "--disk-id", loop.path()));
                assertThat(disk.partitions()).hasSize(1);
                PartitionInfo found = disk.partitions().getFirst();
                assertThat(found.path()).isEqualTo(partition);
                assertThat(found.mounts()).containsExactly(new Mount(partition, mountPoint.toString(), "ext4", false));
                assertThat(disk.inUseReason()).contains("partition 1 is mounted at " + mountPoint);
                assertThat(inventory.below(mountPoint))
                        .contains(partition, loop.path(), loop.file().toString());
                assertThat(inventory.describe(loop.path()).fingerprint()).isEqualTo(disk.fingerprint());
                assertThat(inventory.describe(loop.file().toString()).holders()).containsExactly(loop.kernelName());
                assertThat(inventory.describe(partition).sizeBytes()).isEqualTo(LoopDisk.PARTITION_BYTES);
            } finally {
                Shell.run("umount", mountPoint.toString());
            }
        }
    }

    @Test
    void aChangedTableChangesTheFingerprint() throws IOException {
        try (LoopDisk loop = LoopDisk.create(folder, DISK_BYTES, 512)) {
            DiskInfo before = inventory.describe(loop.path());
            loop.addPartition();
            DiskInfo after = inventory.describe(loop.path());
            assertThat(after.fingerprint().differencesTo(before.fingerprint()))
                    .singleElement()
                    .asString()
                    .startsWith("partition table was ");
        }
    }

    @Test
    void theMachineHasMemoryAndAFirmware() {
        assertThat(inventory.snapshot().memoryBytes()).isPositive();
        assertThat(inventory.snapshot().firmware()).isIn("UEFI", "BIOS");
    }
}
