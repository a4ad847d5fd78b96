package org.rescuekey.windows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.units.SectorSize;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** ReAgent.xml follows the recovery partition without changing its length, or a note says why not. */
final class ReAgentTest {
    private static final UUID DISK = UUID.fromString("addc0d43-17a9-4e26-a16c-dc71e67393f7");
    private static final UUID NEW = UUID.fromString("99999999-aaaa-4bbb-8ccc-dddddddddddd");
    private static final UUID PARTITION = UUID.fromString("1581cea0-12ee-4d7d-8967-a2b73024aae2");
    private static final String NONE = "{00000000-0000-0000-0000-000000000000}";

    private static String file(String id, String offset, String guid) {
        return """
                <?xml version='1.0' encoding='utf-8'?>
                <!-- <WinreLocation id="0" offset="1048576" guid="{addc0d43-17a9-4e26-a16c-dc71e67393f7}"/> -->
                <WindowsRE version="2.0">
                  <WinreBCD id="{44444444-2222-11ed-8c7c-de4e190a0ee1}"/>
                  <WinreLocation path="\\Recovery\\WindowsRE > here" id="%s" offset="%s" guid="%s"/>
                  <ImageLocation path="" id="0" offset="0" guid="{00000000-0000-0000-0000-000000000000}"/>
                  <InstallState state="1"/>
                </WindowsRE>
                """.formatted(id, offset, guid);
    }

    private static PartitionIdentity gpt(UUID disk, long start) {
        return new PartitionIdentity.Gpt(disk, PARTITION, start, 4096, SectorSize.SECTOR_512);
    }

    private static PartitionIdentity mbr(int signature, long start) {
        return new PartitionIdentity.Mbr(signature, start, 4096, SectorSize.SECTOR_512);
    }

    private static FileEdits follow(String text, PartitionIdentity before, PartitionIdentity after) {
        try {
            return ReAgent.follow(
                    text.getBytes(StandardCharsets.UTF_8),
                    IdentityChanges.of(List.of(new IdentityChange(before, after))));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static String edited(String text, FileEdits edits) throws MalformedDataException {
        byte[] file = text.getBytes(StandardCharsets.UTF_8);
        byte[] result = ByteEdits.apply(file, edits.edits());
        assertThat(result).hasSameSizeAs(file);
        return new String(result, StandardCharsets.UTF_8);
    }

    /** What a parser of XML, which knows nothing of ours, reads in an element: path, id, offset, guid. */
    private static List<String> location(String text, String name) throws Exception {
        Element element = (Element) DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)))
                .getElementsByTagName(name)
                .item(0);
        return List.of(
                element.getAttribute("path"),
                element.getAttribute("id"),
                element.getAttribute("offset"),
                element.getAttribute("guid"));
    }

    @Test
    void theSameLengthIsOneEditOfTheElement() throws Exception {
        String text = file("0", "1048576", "{" + DISK + "}");
        FileEdits edits = follow(text, gpt(DISK, 2048), gpt(NEW, 4096));
        assertThat(edited(text, edits))
                .isEqualTo(text.replaceFirst(
                        "(?s)(.*) id=\"0\" offset=\"1048576\" guid=\"\\{" + DISK,
                        "$1 id=\"0\" offset=\"2097152\" guid=\"{" + NEW));
        assertThat(edits.notes()).isEmpty();
        assertThat(edits.edits())
                .singleElement()
                .satisfies(edit -> assertThat(edit.words())
                        .isEqualTo(
                                "ReAgent.xml, WinreLocation: disk ADDC0D43-17A9-4E26-A16C-DC71E67393F7, byte 1048576 (start"
                                        + " sector 2048) -> disk 99999999-AAAA-4BBB-8CCC-DDDDDDDDDDDD, byte 2097152 (start sector"
                                        + " 4096)"));
    }

    @Test
    void aLongerNumberTakesFromTheBlanksAround() throws Exception {
        String text = file("0", "1048576", "{" + DISK + "}");
        for (long start : new long[] {204_800, 2_048_000, 20_480_000}) {
            String after = edited(text, follow(text, gpt(DISK, 2048), gpt(NEW, start)));
            assertThat(location(after, "WinreLocation"))
                    .containsExactly("\\Recovery\\WindowsRE > here", "0", "" + start * 512, "{" + NEW + "}");
            assertThat(location(after, "ImageLocation")).isEqualTo(location(text, "ImageLocation"));
        }
    }

    @Test
    void aNumberThatIsTooLongIsANote() {
        String text = file("0", "1048576", "{" + DISK + "}");
        FileEdits edits = follow(text, gpt(DISK, 2048), gpt(NEW, 2_048_000_000_000L));
        assertThat(edits.edits()).isEmpty();
        assertThat(edits.notes())
                .singleElement()
                .asString()
                .contains("byte 1048576000000000 (start sector 2048000000000): does not fit in its place, left alone")
                .contains("reagentc /enable");
    }

    @Test
    void blanksBesideWordsAreWords() {
        String text = "<W>words   <WinreLocation id='0' offset='1048576' guid='{" + DISK + "}'/>   words</W>";
        FileEdits edits = follow(text, gpt(DISK, 2048), gpt(DISK, 204_800));
        assertThat(edits.edits()).isEmpty();
        assertThat(edits.notes()).hasSize(1);
    }

    @Test
    void aShorterNumberLeavesBlanks() throws Exception {
        String text = file("0", "104857600", "{" + DISK + "}");
        String after = edited(text, follow(text, gpt(DISK, 204_800), gpt(DISK, 2048)));
        assertThat(location(after, "WinreLocation"))
                .containsExactly("\\Recovery\\WindowsRE > here", "0", "1048576", "{" + DISK + "}");
    }

    @Test
    void onMbrTheSignatureIsADecimalNumber() throws Exception {
        String text = file("2712847316", "1048576", NONE);
        String after = edited(text, follow(text, mbr(0xA1B2_C3D4, 2048), mbr(0x1122_3344, 4096)));
        assertThat(location(after, "WinreLocation"))
                .containsExactly("\\Recovery\\WindowsRE > here", "287454020", "2097152", NONE);
    }

    @Test
    void whatRefersToNothingThatChangesIsLeftAlone() {
        assertThat(follow(file("0", "1048576", "{" + NEW + "}"), gpt(DISK, 2048), gpt(DISK, 4096))
                        .isEmpty())
                .isTrue();
        assertThat(follow(file("0", "1048576", "{" + DISK + "}"), gpt(DISK, 2048), gpt(DISK, 2048))
                        .isEmpty())
                .isTrue();
        FileEdits elsewhere = follow(file("0", "5242880", "{" + DISK + "}"), gpt(DISK, 2048), gpt(NEW, 2048));
        assertThat(elsewhere.edits()).isEmpty();
        assertThat(elsewhere.notes()).singleElement().asString().contains("no partition begins at byte 5242880");
    }

    @Test
    void wideTextIsANote() {
        byte[] wide = ("\uFEFF" + file("0", "1", NONE)).getBytes(StandardCharsets.UTF_16LE);
        assertThat(ReAgent.follow(wide, changes()).notes()).hasSize(1);
    }

    private static IdentityChanges changes() {
        try {
            return IdentityChanges.of(List.of(new IdentityChange(gpt(DISK, 2048), gpt(NEW, 20_480))));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void noTextDoesHarm(@ForAll String text, @ForAll String between) throws Exception {
        String element = "<W id='0' offset='1048576' guid='{" + DISK + "}'" + between + "/>";
        byte[] file = (text + element + between + element).getBytes(StandardCharsets.UTF_8);
        FileEdits edits = ReAgent.follow(file, changes());
        byte[] after = ByteEdits.apply(file, edits.edits());
        assertThat(after).hasSameSizeAs(file);
        assertThat(ReAgent.follow(after, changes()).edits()).isEmpty();
    }
}
