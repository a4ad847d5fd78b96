package org.rescuekey.windows.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.Extent;
import org.rescuekey.windows.ByteEdit;
import org.rescuekey.windows.ByteEdits;

/** Hives of every shape, read as libhivex reads them, and edited in place. */
final class HiveTest {
    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static MadeKey tree() {
        MadeKey root = MadeKey.root();
        root.number("number", 0x1234_5678).string("text", "words").binary("", noise(9));
        for (int i = 0; i < 40; i++) {
            root.at("Some\\key-%02d".formatted(i))
                    .binary("inline", noise(i % 5))
                    .string("text", "x".repeat(i));
        }
        root.at("Some\\KEY-07\\deep\\er").strings("list", "one", "two", "three");
        root.at("Caf\u00e9").number("\u00fcber", 1);
        root.at("\u0416\u0443\u043a").string("\u6f22\u5b57", "\u65e5\u672c");
        return root;
    }

    /** With values on both sides of every border: inline, one cell, several pieces. */
    private static MadeKey large() {
        MadeKey root = tree();
        for (int length : new int[] {0, 1, 4, 5, 4060, 4061, 16_343, 16_344, 16_345, 32_688, 32_689, 100_000}) {
            root.at("Large").binary("of " + length, noise(length));
        }
        return root;
    }

    @ParameterizedTest
    @EnumSource(HiveMaker.Lists.class)
    void everyShapeIsReadAsLibhivexReadsIt(HiveMaker.Lists lists) throws Exception {
        HiveOracle.agrees(HiveMaker.write(large(), lists));
    }

    @Test
    void aHiveThatLibhivexWroteIsReadAsItReadsIt() throws Exception {
        byte[] hive = Regedit.merge(HiveMaker.write(MadeKey.root()), """
                Windows Registry Editor Version 5.00

                [\\Select]
                "Current"=dword:00000002

                [\\Some key]

                [\\Some key\\below]

                [\\Some key\\below\\and below]
                "list"=hex(7):61,00,00,00,62,00,00,00,00,00
                "empty"=hex(3):

                [\\Some key\\beside]
                @=hex(3):01,02,03,04,05,06
                """);
        HiveOracle.agrees(hive);
        assertThat(Hive.parse(hive)
                        .key("select")
                        .orElseThrow()
                        .value("CURRENT")
                        .orElseThrow()
                        .number())
                .hasValue(2);
    }

    @Test
    void keysAndValuesAreFoundInWhateverCase() throws Exception {
        Hive hive = Hive.parse(HiveMaker.write(large()));
        assertThat(hive.key("some\\Key-07\\DEEP\\er")
                        .orElseThrow()
                        .value("LIST")
                        .orElseThrow()
                        .texts())
                .containsExactly("one", "two", "three");
        assertThat(hive.key("some\\Key-40")).isEmpty();
        assertThat(hive.key("some\\\\Key-07")).isEmpty();
        assertThat(hive.root().value("text").orElseThrow().text()).hasValue("words");
        assertThat(hive.root().value("number").orElseThrow().text()).isEmpty();
        assertThat(hive.root().value("").orElseThrow().data()).isEqualTo(noise(9));
        assertThat(hive.root().value("none")).isEmpty();
        assertThat(hive.key("Large").orElseThrow().value("of 0").orElseThrow().data())
                .isEmpty();
    }

    @Test
    void everyValueKnowsWhereItsDataLie() throws Exception {
        byte[] file = HiveMaker.write(large());
        for (HiveValue value : Hive.parse(file).key("Large").orElseThrow().values()) {
            byte[] joined = new byte[value.lengthBytes()];
            int at = 0;
            for (Extent piece : value.pieces()) {
                System.arraycopy(file, (int) piece.start(), joined, at, (int) piece.length());
                at += (int) piece.length();
            }
            assertThat(joined).as(value.name()).isEqualTo(value.data());
            assertThat(joined).isEqualTo(noise(value.lengthBytes()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 4061, 16_345, 100_000})
    void anEditChangesItsValueAndTheBaseBlockAlone(int length) throws Exception {
        byte[] file = HiveMaker.write(large());
        Hive hive = Hive.parse(file);
        HiveValue value = hive.key("Large").orElseThrow().value("of " + length).orElseThrow();
        HiveEditor editor = HiveEditor.of(hive);
        byte[] inverted = value.data();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~inverted[i];
        }
        editor.replace(value, 0, inverted, "inverted");
        List<ByteEdit> edits = editor.edits();
        byte[] edited = ByteEdits.apply(file, edits);

        HiveOracle.agrees(edited);
        var changed = HiveOracle.tree(edited);
        var before = HiveOracle.tree(file);
        assertThat(changed.remove("\\Large")).isNotEqualTo(before.remove("\\Large"));
        assertThat(changed).isEqualTo(before);
        assertThat(Hive.parse(edited)
                        .key("Large")
                        .orElseThrow()
                        .value("of " + length)
                        .orElseThrow()
                        .data())
                .isEqualTo(inverted);
        byte[] rest = edited.clone();
        for (ByteEdit edit : edits) {
            System.arraycopy(file, (int) edit.offsetBytes(), rest, (int) edit.offsetBytes(), edit.lengthBytes());
        }
        assertThat(rest).as("bytes that no edit names").isEqualTo(file);
        assertThat(undone(edited, edits)).isEqualTo(file);
    }

    private static byte[] undone(byte[] edited, List<ByteEdit> edits) throws MalformedDataException {
        return ByteEdits.apply(edited, edits.stream().map(ByteEdit::inverse).toList());
    }

    @Test
    void theBaseBlockSaysThatTheHiveIsAnotherAndClean() throws Exception {
        byte[] file = HiveMaker.write(tree());
        Hive hive = Hive.parse(file);
        HiveEditor editor = HiveEditor.of(hive);
        editor.setNumber(hive.root().value("number").orElseThrow(), 9, "number: 305419896 -> 9");
        assertThat(editor.edits().getFirst().words()).isEqualTo("number: 305419896 -> 9");
        ByteBuffer edited =
                ByteBuffer.wrap(ByteEdits.apply(file, editor.edits())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(edited.getInt(4)).isEqualTo(8);
        assertThat(edited.getInt(8)).isEqualTo(8);
        assertThat(edited.array()).isEqualTo(HiveMaker.summed(edited.array().clone()));
    }

    @Test
    void whatIsThereAlreadyIsNoEdit() throws Exception {
        Hive hive = Hive.parse(HiveMaker.write(tree()));
        HiveEditor editor = HiveEditor.of(hive);
        editor.setNumber(hive.root().value("number").orElseThrow(), 0x1234_5678, "nothing");
        assertThat(editor.edits()).isEmpty();
    }

    @Test
    void aChecksumIsNeverOneOfTheTwoThatMeanNone() {
        ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(BaseBlock.checksum(block)).isEqualTo(1);
        block.putInt(40, -1);
        assertThat(BaseBlock.checksum(block)).isEqualTo(-2);
        block.putInt(44, 5);
        assertThat(BaseBlock.checksum(block)).isEqualTo(-6);
    }

    @Test
    void aDirtyHiveIsReadAndNeverEdited() throws Exception {
        Hive hive = Hive.parse(HiveMaker.dirty(HiveMaker.write(tree())), "the registry hive SYSTEM");
        assertThat(hive.isDirty()).isTrue();
        assertThat(hive.key("Some\\key-01")).isPresent();
        assertThatThrownBy(() -> HiveEditor.of(hive))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("The registry hive SYSTEM was not closed cleanly")
                .hasMessageContaining("shut it down completely");
    }

    @Test
    void aDirtyHiveThatIsBrokenToldAsDirty() throws Exception {
        byte[] file = HiveMaker.dirty(HiveMaker.write(tree()));
        file[4096] = 'x';
        assertThatThrownBy(() -> Hive.parse(file)).isInstanceOf(RefusedException.class);
    }

    @Test
    void whatIsNoHiveIsMalformed() {
        assertThatThrownBy(() -> Hive.parse(new byte[0])).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> Hive.parse(new byte[8192]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("regf");
        byte[] log = HiveMaker.write(tree());
        log[28] = 1;
        assertThatThrownBy(() -> Hive.parse(HiveMaker.summed(log))).hasMessageContaining("primary file");
        byte[] flipped = HiveMaker.write(tree());
        flipped[100] ^= 1;
        assertThatThrownBy(() -> Hive.parse(flipped)).hasMessageContaining("checksum");
        byte[] whole = HiveMaker.write(large());
        assertThatThrownBy(() -> Hive.parse(Arrays.copyOf(whole, whole.length - 4096)))
                .isInstanceOf(MalformedDataException.class);
        byte[] longer = Arrays.copyOf(whole, whole.length + 4096);
        assertThat(HiveReads.outcome(longer))
                .as("what follows the bins is not looked at")
                .isEqualTo("read");
    }

    @Test
    void aKeyInsideItselfIsMalformed() throws Exception {
        byte[] file = HiveMaker.write(tree());
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int root = view.getInt(36);
        int list = view.getInt(4096 + root + 4 + 28);
        view.putInt(4096 + list + 4 + 4, root);
        assertThatThrownBy(() -> Hive.parse(file))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("second reference");
    }

    @Test
    void valuesThatShareTheirDataAreMalformed() throws Exception {
        MadeKey root = MadeKey.root();
        root.binary("a", "first value".getBytes(StandardCharsets.US_ASCII));
        root.binary("b", "other value".getBytes(StandardCharsets.US_ASCII));
        byte[] file = HiveMaker.write(root);
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int list = view.getInt(4096 + view.getInt(36) + 4 + 40);
        int first = view.getInt(4096 + list + 4);
        int second = view.getInt(4096 + list + 8);
        view.putInt(4096 + second + 12, view.getInt(4096 + first + 12));
        assertThatThrownBy(() -> Hive.parse(file)).hasMessageContaining("second reference");
    }

    @Test
    void whatPointsIntoACellOrAtAFreeOneIsMalformed() throws Exception {
        MadeKey root = MadeKey.root();
        root.binary("a", new byte[64]);
        byte[] file = HiveMaker.write(root);
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int value = view.getInt(4096 + view.getInt(4096 + view.getInt(36) + 4 + 40) + 4);
        int data = view.getInt(4096 + value + 12);
        // Inside the data there may stand what looks like a cell of its own.
        view.putInt(4096 + data + 8, -56);
        view.putInt(4096 + value + 12, data + 8);
        view.putInt(4096 + value + 8, 8);
        assertThatThrownBy(() -> Hive.parse(file)).hasMessageContaining("the begin of an allocated cell");
        view.putInt(4096 + value + 12, data);
        assertThat(HiveReads.outcome(file)).isEqualTo("read");
        view.putInt(4096 + data, 72);
        assertThatThrownBy(() -> Hive.parse(file)).hasMessageContaining("the begin of an allocated cell");
    }

    @Test
    void keysDeeperThanWindowsAllowsAreMalformed() throws Exception {
        assertThat(HiveReads.outcome(HiveMaker.write(chain(512)))).isEqualTo("read");
        assertThatThrownBy(() -> Hive.parse(HiveMaker.write(chain(513)))).hasMessageContaining("levels");
    }

    private static MadeKey chain(int levels) {
        MadeKey root = MadeKey.root();
        MadeKey key = root;
        for (int i = 0; i < levels; i++) {
            key = key.at("k");
        }
        return root;
    }
}
