package org.rescuekey.platform.linux.views;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rescuekey.platform.linux.Programs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what programs of ours left that were ended so that they could not: views whose socket nobody serves any more.
 * Stateless; any thread.
 */
final class StaleViews {
    private static final Logger LOG = LoggerFactory.getLogger(StaleViews.class);

    private final Programs programs;

    StaleViews(Programs programs) {
        this.programs = programs;
    }

    /** Looks through a folder of views. What cannot be taken away stays: it is in nobody's way. */
    void sweep(Path folder) {
        try (var views = Files.newDirectoryStream(folder, AttachedView.PREFIX + "*")) {
            for (Path view : views) {
                if (isStale(view.resolve(AttachedView.SOCKET))) {
                    LOG.info("{} was left behind and is taken away", view);
                    for (String mount : List.of(AttachedView.MOUNTED, AttachedView.MOUNT)) {
                        programs.run(List.of(
                                "umount", "--lazy", "--", view.resolve(mount).toString()));
                    }
                    AttachedView.delete(view);
                }
            }
        } catch (IOException e) {
            LOG.info("{} is not looked through: {}", folder, e.getMessage());
        }
    }

    /** A view in the making has no socket yet, and one that lives answers. */
    private static boolean isStale(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return !channel.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
