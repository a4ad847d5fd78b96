package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.units.Extent;
import org.rescuekey.units.ExtentSet;
import org.rescuekey.units.SectorSize;

/** ext volumes with a journal that is to be replayed: copied whole, they are as good as before, and replay what they held. */
class ExtJournalTest {
    @TempDir
    static Path files;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeFiles() throws IOException {
        FileTree.make(files, 5, 12, 40_000);
    }

    /** A block of a file is changed in the journal alone; e2fsck carries it out on the copy. */
    @Test
    void changeThatIsOnlyInTheJournalSurvives() throws IOException {
        Path volume = ExtFixture.make(folder.resolve("ext.img"), "16384 -t ext4 -b 1024", files);
        String name = "/folder1/file number 1.bin";
        Matcher block = Pattern.compile("(\\d+)")
                .matcher(Tool.run("debugfs", "-R", "blocks \"" + name + "\"", volume)
                        .lines()
                        .filter(line -> line.matches("[\\d ]+"))
                        .findFirst()
                        .orElseThrow());
        assertThat(block.find()).isTrue();
        byte[] content = new byte[1024];
        new Random(6).nextBytes(content);
        Path change = Files.write(folder.resolve("change"), content);
        ExtFixture.debugfs(volume, "jo", "jw -b " + block.group() + " " + change, "jc");

        Path restored = restoreByteExact(volume);

        assertThat(Tool.start("e2fsck", "-fy", restored).output()).contains("recovering journal");
        Tool.run("e2fsck", "-fn", restored);
        Path file = files.resolve(name.substring(1));
        byte[] bytes = Files.readAllBytes(file);
        System.arraycopy(content, 0, bytes, 0, content.length);
        Path changed = Files.createDirectory(folder.resolve("changed"));
        Path changedFile = Files.write(changed.resolve("file"), bytes);
        Map<String, Long> expected = FileTree.checksums(files);
        expected.put(
                name.substring(1),
                FileTree.checksums(changed).get(changedFile.getFileName().toString()));
        assertThat(ExtFixture.checksums(restored, folder)).isEqualTo(expected);
    }

    /**
     * The device is copied while it is mounted, as if the power had been cut: what was written is in the journal, and the
     * bitmaps do not yet show where.
     */
    @Test
    @Tag("loop")
    void volumeThatWasCutOffSurvives() throws IOException {
        Path volume = ExtFixture.make(folder.resolve("ext.img"), "32768 -t ext4 -b 1024", files);
        Path cut = folder.resolve("cut.img");
        Path root = Files.createDirectory(folder.resolve("root"));
        Map<String, Long> written = new TreeMap<>();
        Tool.run("mount", "-o", "loop,commit=300", volume, root);
        try {
            FileTree.make(root.resolve("new"), 7, 40, 60_000);
            Tool.run("sync", "-f", root);
            Files.copy(volume, cut);
            Tool.run("rm", "-rf", root.resolve("lost+found"));
            written.putAll(FileTree.checksums(root));
        } finally {
            Tool.unmount(root);
        }
        assertThat(written).hasSize(52);

        Path restored = restoreByteExact(cut);

        assertThat(Tool.start("e2fsck", "-fy", restored).output()).contains("recovering journal");
        assertThat(ExtFixture.checksums(restored, folder)).isEqualTo(written);
    }

    private Path restoreByteExact(Path volume) throws IOException {
        UsedMap map = UsedMapCheck.map(volume, SectorSize.SECTOR_512);
        assertThat(map.reason()).isEqualTo("Its journal was not replayed, so what it says is free may be in use.");
        assertThat(map.used()).isEqualTo(ExtentSet.of(new Extent(0, Files.size(volume))));
        assertThat(UsedMapCheck.recognise(volume, SectorSize.SECTOR_512).states())
                .contains(VolumeState.NEEDS_JOURNAL_REPLAY);
        Path restored = folder.resolve("restored.img");
        UsedMapCheck.copyUsed(volume, map.used(), restored);
        assertThat(Files.mismatch(volume, restored)).isEqualTo(-1);
        return restored;
    }
}
