package org.rescuekey.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.DeviceException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.error.RescueException;
import org.rescuekey.image.container.ImageReader;
import org.rescuekey.inventory.DiskFingerprint;
import org.rescuekey.inventory.DiskInfo;
import org.rescuekey.inventory.TableHash;
import org.rescuekey.partition.PartitionTable;
import org.rescuekey.partition.PartitionTables;
import org.rescuekey.plan.Plan;
import org.rescuekey.plan.Precondition;
import org.rescuekey.plan.SourceRules;

/** Checks a plan's preconditions against the world of now: once the devices are open, before the first write. */
final class Preconditions {
    private final MachinePort machine;

    Preconditions(MachinePort machine) {
        this.machine = machine;
    }

    /**
     * Checks that a disk is the one that was planned for, by its identity and by the bytes of its table.
     *
     * @param device the disk, opened
     */
    void check(Plan plan, Precondition.Role role, BlockDevice device) throws RescueException {
        for (Precondition condition : plan.preconditions()) {
            switch (condition) {
                case Precondition.DiskIs disk when disk.role() == role -> checkIdentity(disk, device);
                case Precondition.NotInUse free when role == Precondition.Role.TARGET -> checkFree(free.path());
                case Precondition.SourceAtRest rest when role == Precondition.Role.SOURCE -> checkAtRest(rest);
                case Precondition.PlaceIs place when role == Precondition.Role.SOURCE -> checkPlace(place);
                case Precondition.Apart apart -> checkApart(apart);
                case Precondition.PlaceIs ignored -> {}
                case Precondition.DiskIs ignored -> {}
                case Precondition.NotInUse ignored -> {}
                case Precondition.SourceAtRest ignored -> {}
                case Precondition.SetIs ignored -> {}
                case Precondition.ImageIs ignored -> {}
            }
        }
    }

    /** Checks that an image is the one that was planned for. */
    void check(Plan plan, ImageReader image) throws RefusedException {
        for (Precondition condition : plan.preconditions()) {
            if (condition instanceof Precondition.ImageIs expected) {
                boolean same = image.header().imageId().toString().equals(expected.imageId())
                        && image.summary().rootHash().toString().equals(expected.rootHash());
                if (!same) {
                    throw new RefusedException(
                            expected.path() + " is no longer the image that was planned for.",
                            "Nothing was written. Plan again.");
                }
            }
        }
    }

    private void checkIdentity(Precondition.DiskIs expected, BlockDevice device) throws RescueException {
        DiskInfo now = machine.find(expected.path()).disk();
        DiskFingerprint opened = new DiskFingerprint(
                now.serial(),
                now.wwn(),
                device.sizeBytes(),
                device.logicalSector().bytes(),
                tableHash(device));
        List<String> differences = expected.fingerprint().differencesTo(opened);
        if (!differences.isEmpty()) {
            throw new RefusedException(
                    expected.path() + " is not the disk that was planned for: " + String.join("; ", differences) + ".",
                    "Nothing was written. Check which disk is which, and plan again.");
        }
    }

    /** The hash of the table, empty where a bad sector is in it, as the inventory has it. */
    private static String tableHash(BlockDevice device) throws RescueException {
        Optional<PartitionTable> table = PartitionTables.read(device).table();
        try {
            return table.isPresent() ? TableHash.of(device, table.get().tableExtents()) : TableHash.ofNoTable(device);
        } catch (DeviceException e) {
            if (!e.isUnreadableSector()) {
                throw e;
            }
            return "";
        }
    }

    private void checkFree(String path) throws RescueException {
        Optional<String> reason = machine.find(path).disk().inUseReason();
        if (reason.isPresent()) {
            throw new RefusedException(
                    path + " is in use: " + reason.get() + ".", "Nothing was written. Unmount it, then plan again.");
        }
    }

    private void checkApart(Precondition.Apart apart) throws RescueException {
        if (liesOn(machine, apart.file(), apart.diskPath())) {
            throw new RefusedException(
                    apart.file() + " lies on " + apart.diskPath() + ".",
                    "Nothing was written. Use another disk for the one or the other, and plan again.");
        }
    }

    /** Whether a file lies on a disk, through whatever layers, or is what the disk is made of. */
    static boolean liesOn(MachinePort machine, String file, String diskPath) throws RescueException {
        return machine.devicesBelow(file).contains(diskPath) || isSameFile(file, diskPath);
    }

    /** What cannot be told is an error and not a no: a target must never be taken for another file by mistake. */
    private static boolean isSameFile(String one, String other) throws DeviceException {
        try {
            return Files.isSameFile(Path.of(one), Path.of(other));
        } catch (NoSuchFileException e) {
            return false; // one of them is not there, so it is not the other
        } catch (IOException e) {
            throw new DeviceException(
                    "Whether " + one + " and " + other + " are the same cannot be told: " + e.getMessage() + ".",
                    DeviceException.UNKNOWN,
                    e);
        }
    }

    private void checkPlace(Precondition.PlaceIs expected) throws RescueException {
        String now = machine.openForWriting(expected.path()).diskPath();
        if (!now.equals(expected.diskPath())) {
            throw new RefusedException(
                    expected.path() + " no longer lies on " + expected.diskPath() + ".",
                    "Nothing was written. Open the place again, then plan again.");
        }
    }

    private void checkAtRest(Precondition.SourceAtRest rest) throws RescueException {
        String uses = SourceRules.whatCouldChange(machine.find(rest.path()).disk(), rest.streams());
        if (!uses.isEmpty()) {
            throw new RefusedException(
                    "The source " + rest.path() + " can change while it is read: " + uses + ".",
                    "Unmount it, then plan again.");
        }
    }
}
