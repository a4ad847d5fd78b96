package org.rescuekey.engine;

import java.nio.ByteBuffer;
import java.util.Collection;
import org.rescuekey.device.BlockDevice;
import org.rescuekey.device.DeviceOpener;
import org.rescuekey.device.ForwardingDevice;
import org.rescuekey.engine.DeviceWatch.Action;
import org.rescuekey.error.RescueException;
import org.rescuekey.units.Extent;

/**
 * Opens devices so that a {@link DeviceWatch} sees every call that waits for one of them. Safe for several threads, as the
 * devices are.
 */
final class WatchedDevices implements DeviceOpener {
    private static final long NOWHERE = -1;

    private final DeviceOpener devices;
    private final DeviceWatch watch;

    WatchedDevices(DeviceOpener devices, DeviceWatch watch) {
        this.devices = devices;
        this.watch = watch;
    }

    @Override
    public BlockDevice openSource(String path) throws RescueException {
        return new Watched(watch.ask(path, Action.OPEN, NOWHERE, () -> devices.openSource(path)), path);
    }

    @Override
    public BlockDevice openTarget(String path) throws RescueException {
        return new Watched(watch.ask(path, Action.OPEN, NOWHERE, () -> devices.openTarget(path)), path);
    }

    @Override
    public BlockDevice openVerify(String path) throws RescueException {
        return new Watched(watch.ask(path, Action.OPEN, NOWHERE, () -> devices.openVerify(path)), path);
    }

    @Override
    public SourceGuard protectSource(String path, Collection<Integer> partitions) throws RescueException {
        SourceGuard guard = watch.ask(path, Action.OPEN, NOWHERE, () -> devices.protectSource(path, partitions));
        return () -> watch.give(path, Action.CLOSE, NOWHERE, guard::close);
    }

    @Override
    public void rereadTable(String path) throws RescueException {
        watch.give(path, Action.OPEN, NOWHERE, () -> devices.rereadTable(path));
    }

    /** A device of which every call is seen. */
    private final class Watched extends ForwardingDevice {
        private final String path;

        Watched(BlockDevice inner, String path) {
            super(inner);
            this.path = path;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer buffer) throws RescueException {
            watch.atDisk(path, offsetBytes);
            watch.give(path, Action.READ, offsetBytes, () -> inner.read(offsetBytes, buffer));
        }

        @Override
        public void write(long offsetBytes, ByteBuffer buffer) throws RescueException {
            watch.atDisk(path, offsetBytes);
            change(offsetBytes, () -> inner.write(offsetBytes, buffer));
        }

        @Override
        public void zero(Extent extent) throws RescueException {
            change(extent.start(), () -> inner.zero(extent));
        }

        @Override
        public void discard(Extent extent) throws RescueException {
            change(extent.start(), () -> inner.discard(extent));
        }

        private void change(long offsetBytes, DeviceWatch.Order order) throws RescueException {
            watch.give(path, Action.WRITE, offsetBytes, () -> {
                watch.touchTarget();
                order.give();
            });
        }

        @Override
        public void flush() throws RescueException {
            watch.give(path, Action.FLUSH, NOWHERE, inner::flush);
        }

        @Override
        public void close() throws RescueException {
            watch.give(path, Action.CLOSE, NOWHERE, inner::close);
        }
    }
}
