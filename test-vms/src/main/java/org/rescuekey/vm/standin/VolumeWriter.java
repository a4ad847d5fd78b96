package org.rescuekey.vm.standin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes generated files into the folder where a volume is mounted and notes each in the manifest. The same
 * seed gives the same bytes. One thread.
 */
final class VolumeWriter {
    private static final String[] WORDS = {
        "system", "driver", "service", "policy", "update", "registry", "component", "package", "session", "cache",
        "volume", "network", "profile", "setting", "version", "language", "device", "signature", "catalog", "event",
    };

    private final Layout.Role role;
    private final Path folder;
    private final Manifest manifest;
    private final SplittableRandom random;

    VolumeWriter(Layout.Role role, Path folder, Manifest manifest, long seed) {
        this.role = role;
        this.folder = folder;
        this.manifest = manifest;
        this.random = new SplittableRandom(seed ^ role.name().hashCode());
    }

    /** Writes a file with this content; the path's parts are separated by slashes. */
    void put(String path, byte[] content) throws IOException {
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content);
        manifest.add(role + "/" + path, content);
    }

    void put(String path, String text) throws IOException {
        put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A second name for a file that was put before. */
    void link(String path, String existing, byte[] content) throws IOException {
        Files.createLink(folder.resolve(path), folder.resolve(existing));
        manifest.add(role + "/" + path, content);
    }

    /** Bytes that no codec makes smaller. */
    byte[] incompressible(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Lines of words, as in settings and logs. */
    byte[] text(int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(8) == 0 ? "\r\n" : " ");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Parts of text, random bytes and zeros, as in programs. */
    byte[] mixed(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += 4096) {
            int part = Math.min(4096, length - at);
            switch (random.nextInt(3)) {
                case 0 -> System.arraycopy(text(part), 0, bytes, at, part);
                case 1 -> System.arraycopy(incompressible(part), 0, bytes, at, part);
                default -> {
                    /* stays zero */
                }
            }
        }
        return bytes;
    }

    int between(int low, int high) {
        return random.nextInt(low, high);
    }

    /** Leaves old content in free clusters: a file of random bytes that is deleted again. */
    void leaveGarbage(int mebibytes) throws IOException {
        Path garbage = folder.resolve("deleted.tmp");
        byte[] part = incompressible(1 << 20);
        try (OutputStream out = Files.newOutputStream(garbage)) {
            for (int i = 0; i < mebibytes; i++) {
                part[i] = (byte) ~part[i];
                out.write(part);
            }
        }
        Files.delete(garbage);
    }
}
