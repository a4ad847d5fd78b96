package org.rescuekey.windows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One tag of an XML text, with its attributes and where they stand: enough to change attributes in place. What is no tag
 * of that sort, such as a comment or a declaration, has no attributes that matter. Immutable.
 *
 * @param begin where in the whole text the tag begins
 * @param text the tag, from its angle bracket to the other
 * @param blanksBegin where the blanks before the tag begin, if they stand between two tags and so mean nothing; else its
 *     begin
 * @param blanksEnd where the blanks behind the tag end, if they stand between two tags; else its end
 * @param name the element's name
 * @param attributes the attributes, in their order
 */
record XmlElement(int begin, String text, int blanksBegin, int blanksEnd, String name, List<Attribute> attributes) {
    /** @param at where in the tag the value begins, behind its quote */
    record Attribute(String name, int at, String value) {}

    /** All tags of a text, in one pass over it. */
    static List<XmlElement> all(String whole) {
        List<XmlElement> elements = new ArrayList<>();
        int at = 0;
        while (at < whole.length()) {
            if (whole.startsWith("<!--", at)) {
                int end = whole.indexOf("-->", at);
                at = end < 0 ? whole.length() : end + 3;
            } else if (whole.charAt(at) == '<') {
                XmlElement element = at(whole, at);
                elements.add(element);
                at = element.end();
            } else {
                at++;
            }
        }
        return elements;
    }

    /** The tag that begins here; without its end it reaches to the end of the text. */
    static XmlElement at(String whole, int begin) {
        int nameEnd = begin + 1;
        while (nameEnd < whole.length() && isName(whole.charAt(nameEnd))) {
            nameEnd++;
        }
        List<Attribute> attributes = new ArrayList<>();
        int at = nameEnd;
        int wordBegin = nameEnd;
        while (at < whole.length() && whole.charAt(at) != '>') {
            char c = whole.charAt(at);
            if (c == '"' || c == '\'') {
                int end = whole.indexOf(c, at + 1);
                if (end < 0) {
                    at = whole.length();
                    break;
                }
                String attribute = whole.substring(wordBegin, at).strip();
                if (attribute.endsWith("=")) {
                    String attributeName =
                            attribute.substring(0, attribute.length() - 1).strip();
                    attributes.add(new Attribute(attributeName, at + 1 - begin, whole.substring(at + 1, end)));
                }
                wordBegin = end + 1;
                at = end;
            }
            at++;
        }
        int end = Math.min(at + 1, whole.length());
        return new XmlElement(
                begin,
                whole.substring(begin, end),
                blanksBegin(whole, begin),
                blanksEnd(whole, end),
                whole.substring(begin + 1, nameEnd),
                List.copyOf(attributes));
    }

    private static int blanksBegin(String whole, int begin) {
        int blanks = begin;
        while (blanks > 0 && isBlank(whole.charAt(blanks - 1))) {
            blanks--;
        }
        return blanks > 0 && whole.charAt(blanks - 1) == '>' ? blanks : begin;
    }

    private static int blanksEnd(String whole, int end) {
        int blanks = end;
        while (blanks < whole.length() && isBlank(whole.charAt(blanks))) {
            blanks++;
        }
        return blanks < whole.length() && whole.charAt(blanks) == '<' ? blanks : end;
    }

    private static boolean isBlank(char c) {
        return " \t\r\n".indexOf(c) >= 0;
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == ':';
    }

    /** Where in the whole text the tag ends. */
    int end() {
        return begin + text.length();
    }

    Optional<Attribute> attribute(String attributeName) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(attributeName))
                .findFirst();
    }

    /** An attribute's value, if it is a number in decimal. */
    OptionalLong number(String attributeName) {
        return attribute(attributeName)
                .filter(attribute -> attribute.value().matches("\\d{1,18}"))
                .map(attribute -> OptionalLong.of(Long.parseLong(attribute.value())))
                .orElseGet(OptionalLong::empty);
    }

    /** The tag with another value of this attribute, which it has to have. */
    String with(String attributeName, String value) {
        Attribute old = attribute(attributeName).orElseThrow();
        return text.substring(0, old.at())
                + value
                + text.substring(old.at() + old.value().length());
    }
}
