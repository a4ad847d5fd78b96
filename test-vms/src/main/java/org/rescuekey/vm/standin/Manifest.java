package org.rescuekey.vm.standin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SHA-256 of every file a stand-in was built with, by volume and path ("WINDOWS/pagefile.sys"), kept beside
 * the disk. Filled while the files are written, so it does not depend on what can be read back. One thread.
 */
public final class Manifest {
    /** What keeps its place, but not its content, in an image. */
    private static final Pattern PAGE_FILE = Pattern.compile("[A-Z]+/(pagefile|swapfile)\\.sys");

    private final SortedMap<String, String> hashes = new TreeMap<>();
    private final SortedMap<String, String> emptied = new TreeMap<>();

    void add(String path, byte[] content) {
        hashes.put(path, HexFormat.of().formatHex(sha256().digest(content)));
        if (PAGE_FILE.matcher(path).matches()) {
            emptied.put(path, HexFormat.of().formatHex(sha256().digest(new byte[content.length])));
        }
    }

    /** The same files as a restore brings them back: page files of the same size, full of zeros. */
    public Manifest restored() {
        Manifest restored = new Manifest();
        restored.hashes.putAll(hashes);
        restored.hashes.putAll(emptied);
        return restored;
    }

    /** The files of one volume: path in the volume to hash. */
    public SortedMap<String, String> volume(Layout.Role role) {
        String prefix = role + "/";
        return hashes.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .collect(Collectors.toMap(
                        e -> e.getKey().substring(prefix.length()), Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    public int size() {
        return hashes.size();
    }

    void write(Path file) throws IOException {
        Files.write(
                file,
                hashes.entrySet().stream()
                        .map(e -> e.getValue() + "  " + e.getKey())
                        .toList());
    }

    /**
     * Compares a volume's files under this folder with the manifest; returns a line for every difference,
     * so an empty list is equality. Named streams ("file:stream") are opened as the mount offers them.
     */
    public List<String> differences(Layout.Role role, Path folder) throws IOException {
        SortedMap<String, String> expected = volume(role);
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, String> entry : expected.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            if (!Files.isRegularFile(file)) {
                differences.add("missing: " + entry.getKey());
            } else if (!hash(file).equals(entry.getValue())) {
                differences.add("changed: " + entry.getKey());
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(path -> !expected.containsKey(path))
                    .forEach(path -> differences.add("not there before: " + path));
        }
        return differences;
    }

    /** The SHA-256 of a file, in hexadecimal. */
    public static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
