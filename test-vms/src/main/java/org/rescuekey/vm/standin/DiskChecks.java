package org.rescuekey.vm.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.vm.host.NtfsMount;
import org.rescuekey.vm.host.Tools;

/**
 * What the host's own checkers say of a disk that should be a stand-in: the table, each volume, every file.
 * They read a copy of each volume and never write to the disk. One thread.
 */
public final class DiskChecks {
    private final Path folder;

    /** Copies volumes into this folder while it checks. */
    public DiskChecks(Path folder) {
        this.folder = folder;
    }

    /** The same for a disk that was restored from an image: of page files their place alone came back. */
    public List<String> problemsOfRestored(Path disk, StandInPc expected) throws IOException {
        return problems(
                disk,
                new StandInPc(
                        expected.spec(),
                        disk,
                        expected.layout(),
                        expected.manifest().restored()));
    }

    /** A line for everything that is wrong; an empty list means that the disk is whole. */
    public List<String> problems(Path disk, StandInPc expected) throws IOException {
        List<String> problems = new ArrayList<>();
        table(disk, expected.layout(), problems);
        for (Layout.Partition partition : expected.layout().partitions()) {
            if (partition.role() == Layout.Role.RESERVED) {
                continue;
            }
            Path volume = extract(disk, partition);
            boolean fat = expected.spec().style() == StandInSpec.Style.UEFI_GPT && partition.role() == Layout.Role.BOOT;
            try {
                if (fat) {
                    fat(volume, expected.manifest(), problems);
                } else {
                    ntfs(volume, partition, expected.manifest(), problems);
                }
            } finally {
                Files.delete(volume);
            }
        }
        return problems;
    }

    private static void table(Path disk, Layout layout, List<String> problems) {
        switch (layout.style()) {
            case UEFI_GPT -> {
                String verdict = Tools.run("sgdisk", "-v", disk);
                if (!verdict.contains("No problems found")) {
                    problems.add("sgdisk -v: " + verdict);
                }
            }
            case BIOS_MBR -> check("sfdisk -V", Tools.attempt("sfdisk", "-V", disk), problems);
        }
        String dump = Tools.run("sfdisk", "-d", disk);
        for (Layout.Partition partition : layout.partitions()) {
            if (!dump.matches(
                    "(?s).*start= *" + partition.startSector() + ", size= *" + partition.sectorCount() + ",.*")) {
                problems.add("the table has no partition " + partition.role() + " at its place:\n" + dump);
            }
        }
    }

    private Path extract(Path disk, Layout.Partition partition) {
        Path volume = folder.resolve("check-" + partition.role() + ".volume");
        Tools.run(
                "dd",
                "if=" + disk,
                "of=" + volume,
                "bs=1M",
                "skip=" + partition.startBytes(),
                "count=" + partition.lengthBytes(),
                "iflag=skip_bytes,count_bytes",
                "conv=sparse",
                "status=none");
        Tools.run("truncate", "-s", partition.lengthBytes(), volume);
        return volume;
    }

    private static void ntfs(Path volume, Layout.Partition partition, Manifest manifest, List<String> problems)
            throws IOException {
        check("ntfsfix -n " + partition.role(), Tools.attempt("ntfsfix", "-n", volume), problems);
        check("ntfsresize -i " + partition.role(), Tools.attempt("ntfsresize", "-i", "-f", volume), problems);
        try (NtfsMount mount = NtfsMount.of(volume, "ro")) {
            manifest.differences(partition.role(), mount.folder())
                    .forEach(line -> problems.add(partition.role() + ": " + line));
        }
    }

    private void fat(Path volume, Manifest manifest, List<String> problems) throws IOException {
        check("fsck.vfat -n", Tools.attempt("fsck.vfat", "-n", volume), problems);
        Path tree = Files.createTempDirectory(folder, "check-efi");
        Tools.run("mcopy", "-i", volume, "-s", "-n", "::/EFI", tree);
        manifest.differences(Layout.Role.BOOT, tree).forEach(line -> problems.add("BOOT: " + line));
        Tools.run("rm", "-rf", tree);
    }

    private static void check(String what, Tools.Result result, List<String> problems) {
        if (result.status() != 0) {
            problems.add(what + ": " + result.output());
        }
    }
}
