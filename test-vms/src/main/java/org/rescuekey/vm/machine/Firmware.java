package org.rescuekey.vm.machine;

/** What starts the machine before any program of the disk does. */
public enum Firmware {
    BIOS,
    UEFI,
    /** UEFI that starts only what is signed with Microsoft's keys. */
    SECURE_BOOT
}
