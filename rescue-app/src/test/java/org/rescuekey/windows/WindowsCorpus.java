package org.rescuekey.windows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rescuekey.windows.bcd.MadeStore;
import org.rescuekey.windows.hive.HiveMaker;
import org.rescuekey.windows.hive.HiveMutants;
import org.rescuekey.windows.hive.MadeKey;
import org.rescuekey.windows.system.MadeSystem;

/** Makes the corpora of the fuzz tests of hives, boot stores and SYSTEM hives: sound ones, and changed in several ways. */
final class WindowsCorpus {
    private static final int MUTANTS = 6;

    private WindowsCorpus() {}

    /** Writes one corpus for hives, one for boot stores, and one for SYSTEM hives. */
    public static void main(String[] arguments) throws IOException {
        Path hives = Files.createDirectories(Path.of(arguments[0]));
        for (HiveMaker.Lists lists : HiveMaker.Lists.values()) {
            write(hives, lists.name(), HiveMaker.write(tree(), lists));
        }
        Files.write(hives.resolve("root-of-roots"), HiveMutants.rootOfRoots());
        Path stores = Files.createDirectories(Path.of(arguments[1]));
        write(stores, "gpt", MadeStore.gpt());
        write(stores, "mbr", MadeStore.mbr());
        write(Files.createDirectories(Path.of(arguments[2])), "system", MadeSystem.hive());
    }

    private static MadeKey tree() {
        MadeKey root = MadeKey.root();
        for (int i = 0; i < 7; i++) {
            root.at("key-" + i).number("n", i).binary("long", new byte[20 * i]);
        }
        root.at("key-3\\below").strings("list", "one", "two").binary("large", new byte[16_400]);
        return root;
    }

    private static void write(Path folder, String name, byte[] hive) throws IOException {
        Files.write(folder.resolve(name + "-real"), hive);
        for (int i = 0; i < MUTANTS; i++) {
            Files.write(folder.resolve(name + "-mutant-" + i), HiveMutants.mutant(hive, 100L * name.hashCode() + i));
        }
    }
}
