package org.rescuekey.filesystem.lvm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.filesystem.lvm.LvmValue.Section;

/** Takes values of a stated kind out of a section; another kind, or none where one is needed, is malformed. */
final class LvmFields {
    private LvmFields() {}

    static Section section(Section parent, String name) throws MalformedDataException {
        if (parent.entries().get(name) instanceof Section section) {
            return section;
        }
        throw malformed("a section " + name, parent.entries().get(name) == null ? "none" : "another kind of value");
    }

    /** The sections in a section, by their names. A section without any may be missing altogether. */
    static Map<String, Section> sections(Section parent, String name) throws MalformedDataException {
        Map<String, Section> sections = new LinkedHashMap<>();
        if (parent.entries().get(name) != null) {
            for (String each : section(parent, name).entries().keySet()) {
                sections.put(each, section(section(parent, name), each));
            }
        }
        return sections;
    }

    static long number(Section section, String name, long least, long most) throws MalformedDataException {
        if (section.entries().get(name) instanceof LvmValue.Whole(long number) && number >= least && number <= most) {
            return number;
        }
        throw malformed("a number " + name + " from " + least + " to " + most, "another value");
    }

    /** The text of that name; empty if there is none. */
    static String text(Section section, String name) throws MalformedDataException {
        LvmValue value = section.entries().get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof LvmValue.Text(String text)) {
            return text;
        }
        throw malformed("a text " + name, "another kind of value");
    }

    static List<LvmValue> array(Section section, String name) throws MalformedDataException {
        if (section.entries().get(name) instanceof LvmValue.Array(List<LvmValue> values)) {
            return values;
        }
        throw malformed("an array " + name, "another kind of value or none");
    }

    /** The words of a list of flags that are not among those that are understood. */
    static List<String> unknownWords(Section section, String name, Set<String> understood)
            throws MalformedDataException {
        List<String> unknown = new ArrayList<>();
        if (section.entries().get(name) == null) {
            return unknown;
        }
        for (LvmValue each : array(section, name)) {
            if (!(each instanceof LvmValue.Text(String word))) {
                throw malformed("words in " + name, "another kind of value");
            }
            if (!understood.contains(word)) {
                unknown.add(word);
            }
        }
        return unknown;
    }

    static MalformedDataException malformed(String expected, String actual) {
        return new MalformedDataException("LVM metadata text", 0, expected, actual);
    }
}
