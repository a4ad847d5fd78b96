package org.rescuekey.windows.bcd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.rescuekey.error.MalformedDataException;
import org.rescuekey.error.RefusedException;
import org.rescuekey.windows.hive.Hive;
import org.rescuekey.windows.hive.HiveKey;

/**
 * A boot store (BCD): the objects that the Windows boot manager starts, and from which partitions. On UEFI it is
 * \EFI\Microsoft\Boot\BCD of the EFI system partition, on BIOS \Boot\BCD of the active one. Immutable.
 */
public final class BootStore {
    /** The object of the boot manager itself, in every store. */
    public static final UUID BOOT_MANAGER_ID = UUID.fromString("9dea862c-5cdd-4e70-acc1-f32b344d4795");

    /** No store is larger: real ones have less than 1 MiB. */
    public static final int LIMIT_BYTES = 16 << 20;

    private static final String WHAT = "the boot store (BCD)";

    private final Hive hive;
    private final Map<UUID, BootObject> objects;

    private BootStore(Hive hive, Map<UUID, BootObject> objects) {
        this.hive = hive;
        this.objects = objects;
    }

    /**
     * The store in this file's bytes, which are kept.
     *
     * @throws MalformedDataException if it is no sound hive, or one of something else
     */
    public static BootStore parse(byte[] file) throws MalformedDataException, RefusedException {
        if (file.length > LIMIT_BYTES) {
            throw new MalformedDataException(WHAT, 0, "at most " + LIMIT_BYTES + " bytes", file.length + " bytes");
        }
        Hive hive = Hive.parse(file, WHAT);
        Optional<HiveKey> keys = hive.key("Objects");
        if (keys.isEmpty()) {
            throw new MalformedDataException(WHAT, 0, "a key \"Objects\"", "none");
        }
        Map<UUID, BootObject> objects = new LinkedHashMap<>();
        for (HiveKey key : keys.get().children()) {
            BootObject.parse(key).ifPresent(object -> objects.putIfAbsent(object.id(), object));
        }
        return new BootStore(hive, objects);
    }

    Hive hive() {
        return hive;
    }

    /** Tells whether Windows was interrupted while it wrote; such a store is not edited. */
    public boolean isDirty() {
        return hive.isDirty();
    }

    /** All objects, in the store's order. */
    public List<BootObject> objects() {
        return List.copyOf(objects.values());
    }

    public Optional<BootObject> object(UUID id) {
        return Optional.ofNullable(objects.get(id));
    }

    public Optional<BootObject> bootManager() {
        return object(BOOT_MANAGER_ID);
    }

    /** What is started when nobody chooses. */
    public Optional<UUID> defaultLoader() {
        return bootManager().flatMap(manager -> manager.reference(BootElements.DEFAULT));
    }

    /** What resumes a hibernated Windows. */
    public Optional<UUID> resume() {
        return bootManager().flatMap(manager -> manager.reference(BootElements.RESUME));
    }

    /** What the boot menu offers, in its order. */
    public List<UUID> displayOrder() {
        return bootManager()
                .map(manager -> manager.references(BootElements.DISPLAY_ORDER))
                .orElse(List.of());
    }

    /** The objects that start a Windows, the recovery environment included. */
    public List<BootObject> loaders() {
        return objects.values().stream()
                .filter(object -> object.type() == BootObject.WINDOWS_LOADER)
                .toList();
    }

    /** The elements that name devices. */
    public List<DeviceElement> devices() {
        List<DeviceElement> devices = new ArrayList<>();
        for (BootObject object : objects.values()) {
            object.elements().forEach((code, value) -> {
                if (BootElements.isDevice(code, value)) {
                    devices.add(new DeviceElement(object, code, value));
                }
            });
        }
        return devices;
    }

    /** Every place where such an element names a partition. */
    public List<DeviceReference> references() {
        List<DeviceReference> references = new ArrayList<>();
        for (DeviceElement element : devices()) {
            PartitionLocator.find(element.value().data())
                    .forEach(locator -> references.add(new DeviceReference(element, locator)));
        }
        return references;
    }
}
