package org.rescuekey.vm.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An NTFS volume in a file, mounted through ntfs-3g (no loop device, no kernel driver). Closing waits until
 * the driver has written everything and ended. One thread.
 */
public final class NtfsMount implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Process driver;

    private NtfsMount(Path folder, Process driver) {
        this.folder = folder;
        this.driver = driver;
    }

    /** Mounts the volume; the options are ntfs-3g's, such as {@code ro}. */
    public static NtfsMount of(Path volume, String options) {
        try {
            Path folder = Files.createTempDirectory("standin-volume");
            Process driver = new ProcessBuilder(List.of(
                            Tools.find("ntfs-3g").toString(),
                            volume.toString(),
                            folder.toString(),
                            "-o",
                            "no_detach,streams_interface=windows," + options))
                    .redirectErrorStream(true)
                    .start();
            driver.getOutputStream().close();
            NtfsMount mount = new NtfsMount(folder, driver);
            mount.awaitMounted();
            return mount;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder where the volume's files are. */
    public Path folder() {
        return folder;
    }

    private void awaitMounted() throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!mounted()) {
            if (!driver.isAlive()) {
                throw new IOException("ntfs-3g did not mount: "
                        + new String(driver.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            if (System.nanoTime() > end) {
                driver.destroy();
                throw new IOException("ntfs-3g did not mount within " + LIMIT);
            }
            waitFor(Duration.ofMillis(10));
        }
    }

    private boolean mounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mounts")).contains(" " + folder + " ");
    }

    private boolean waitFor(Duration limit) {
        try {
            return driver.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Tools.run("umount", folder);
        if (!waitFor(LIMIT)) {
            driver.destroy();
            throw new IllegalStateException("ntfs-3g did not end within " + LIMIT);
        }
        if (driver.exitValue() != 0) {
            throw new IllegalStateException("ntfs-3g ended with status " + driver.exitValue());
        }
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
