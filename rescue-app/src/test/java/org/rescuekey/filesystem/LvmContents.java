package org.rescuekey.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.units.Extent;

/** A physical volume in a file, what is put into its logical volumes, and whether it is still whole. */
abstract class LvmContents {
    static final int MIB = 1 << 20;
    static final int SIZE_MIB = 100;

    @TempDir
    Path folder;

    Path image;
    Path files;

    @BeforeEach
    void makeFiles() throws IOException {
        image = folder.resolve("lvm.img");
        Tool.run("truncate", "-s", SIZE_MIB + "M", image);
        files = FileTree.make(folder.resolve("files"), 3, 30, 60_000);
    }

    List<Extent> oneRoot(int extents) throws IOException {
        List<Extent> root;
        try (LvmFixture lvm = new LvmFixture(image)) {
            lvm.group("machine");
            lvm.volume("machine", "root", extents);
            root = lvm.pieces("machine/root", 0);
        }
        put(ext4(17), root);
        return root;
    }

    Path ext4(int sizeMib) {
        Path content = folder.resolve("ext4.img");
        Tool.run("rm", "-f", content);
        Tool.run("truncate", "-s", sizeMib + "M", content);
        Tool.run(
                "env",
                "E2FSPROGS_FAKE_TIME=1700000000",
                "mke2fs",
                "-q",
                "-F",
                "-t",
                "ext4",
                "-L",
                "the root",
                "-U",
                XfsFixture.UUID_TEXT,
                "-d",
                files,
                content);
        return content;
    }

    Path xfs(int sizeMib) throws IOException {
        Path all = XfsFixture.files(folder.resolve("flat"), 20, 50_000);
        List<Path> each = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            each.add(all.resolve("f" + i));
        }
        return XfsFixture.make(folder.resolve("xfs.img"), (sizeMib << 10) + " -b size=1024", each);
    }

    Path swap(int sizeMib) {
        Path content = folder.resolve("swap.img");
        Tool.run("truncate", "-s", sizeMib + "M", content);
        Tool.run("mkswap", "-q", content);
        return content;
    }

    void checkExt4(Path content) throws IOException {
        Tool.run("e2fsck", "-fn", content);
        Path copy = Files.createTempDirectory(folder, "copy");
        Tool.run("debugfs", "-R", "rdump / " + copy, content);
        Map<String, Long> expected = FileTree.checksums(files);
        assertThat(expected).hasSize(30);
        assertThat(FileTree.checksums(copy)).isEqualTo(expected);
    }

    void checkXfs(Path content) throws IOException {
        XfsFixture.check(content);
        XfsFixture.mounted(
                content,
                "ro,norecovery",
                root -> assertThat(FileTree.checksums(root)).isEqualTo(FileTree.checksums(folder.resolve("flat"))));
    }

    /** Writes what a logical volume holds to where it lies. */
    void put(Path content, List<Extent> pieces) throws IOException {
        copy(content, image, pieces, true);
    }

    /** Reads what a logical volume holds from where it lies. */
    Path get(Path volume, List<Extent> pieces) throws IOException {
        Path content = folder.resolve("content.img");
        Files.deleteIfExists(content);
        copy(volume, content, pieces, false);
        return content;
    }

    static void copy(Path from, Path to, List<Extent> pieces, boolean in) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            long logical = 0;
            for (Extent piece : pieces) {
                ByteBuffer bytes = ByteBuffer.allocate((int) piece.length());
                source.read(bytes, in ? logical : piece.start());
                target.write(bytes.flip(), in ? piece.start() : logical);
                logical += piece.length();
            }
        }
    }
}
