package org.rescuekey.vm.hive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rescuekey.vm.host.Tools;

/** Hives that were written are read by libhivex, which knows nothing of this writer. */
class HiveWriterTest {
    @TempDir
    private Path folder = Path.of("");

    private String exported(HiveKey root) throws IOException {
        Path hive = folder.resolve("hive");
        Files.write(hive, HiveWriter.write(root));
        return Tools.run("hivexregedit", "--export", "--unsafe-printable-strings", hive, "\\");
    }

    @Test
    void keysAndValuesOfEveryTypeAreReadBack() throws IOException {
        HiveKey root = HiveKey.root("ROOT");
        root.at("b\\Second").string("text", "some text").number("number", 0x1234);
        root.at("A\\first").strings("list", "one", "two").binary("long", new byte[40]);
        root.at("a").binary("short", new byte[] {1, 2, 3});
        assertThat(exported(root))
                .contains("[\\b\\Second]", "\"text\"=str(1):\"some text\"", "\"number\"=dword:00001234")
                .contains("[\\A\\first]", "\"list\"=hex(7):6f,00,6e,00,65,00,00,00,74,00,77,00,6f,00,00,00,00,00")
                .contains("\"short\"=hex(3):01,02,03");
    }

    @Test
    void aHiveOfManyBinsIsReadBack() throws IOException {
        HiveKey root = HiveKey.root("ROOT");
        for (int i = 0; i < 300; i++) {
            root.at("key-%03d".formatted(i)).string("value", "x".repeat(i));
        }
        String text = exported(root);
        assertThat(text.lines().filter(line -> line.startsWith("[\\key-"))).hasSize(300);
        assertThat(text).contains("\"value\"=str(1):\"" + "x".repeat(299) + "\"");
    }
}
