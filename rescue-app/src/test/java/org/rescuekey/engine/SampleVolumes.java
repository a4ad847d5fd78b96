package org.rescuekey.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.error.RescueException;
import org.rescuekey.filesystem.Tool;

/** Volumes with some files in them, made by the tools of their file systems, once each. Who gets one leaves it as it is. */
final class SampleVolumes {
    private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

    private SampleVolumes() {}

    /** Makes a volume in a file of zeros, from a folder of files. */
    @FunctionalInterface
    private interface Maker {
        void make(Path volume, Path files);
    }

    static byte[] ext4(int sizeMib) {
        return made(
                "ext4", sizeMib, (volume, files) -> Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-d", files, volume));
    }

    static byte[] ntfs(int sizeMib) {
        return made("ntfs", sizeMib, (volume, files) -> {
            Tool.run(
                    "mkntfs", "-q", "-F", "-f", "-s", "512", "-p", "63", "-H", "16", "-S", "63", "-L", "Windows",
                    volume);
            Tool.run("ntfscp", "-q", volume, files.resolve("noise"), "noise");
            Tool.run("ntfscp", "-q", volume, files.resolve("text"), "text");
        });
    }

    static byte[] fat32(int sizeMib) {
        return made("fat32", sizeMib, (volume, files) -> {
            Tool.run("mkfs.vfat", "-F", "32", "-s", "1", "-h", "63", "-n", "FAT", volume);
            Tool.run("mcopy", "-i", volume, files.resolve("noise"), files.resolve("text"), "::");
        });
    }

    /** Puts a volume on a device. */
    static void put(BlockDevice device, long offsetBytes, byte[] volume) throws RescueException {
        device.write(offsetBytes, ByteBuffer.wrap(volume));
    }

    /** A volume of a device as a file, for the tools. */
    static Path file(Path file, byte[] volume) throws IOException {
        return Files.write(file, volume);
    }

    private static byte[] made(String kind, int sizeMib, Maker maker) {
        return MADE.computeIfAbsent(kind + sizeMib, key -> make(sizeMib, maker));
    }

    private static byte[] make(int sizeMib, Maker maker) {
        try {
            Path folder = Files.createTempDirectory("rescuekey-volume");
            try {
                Path files = Files.createDirectory(folder.resolve("files"));
                byte[] noise = new byte[700_001];
                new SplittableRandom(1).nextBytes(noise);
                Files.write(files.resolve("noise"), noise);
                Files.writeString(files.resolve("text"), "A line of text.\n".repeat(40_000));
                Path volume = Files.write(folder.resolve("volume"), new byte[sizeMib << 20]);
                maker.make(volume, files);
                return Files.readAllBytes(volume);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
