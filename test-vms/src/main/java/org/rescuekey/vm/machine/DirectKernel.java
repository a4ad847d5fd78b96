package org.rescuekey.vm.machine;

import java.nio.file.Path;

/** A kernel that QEMU loads itself, where firmware and boot loader are not what is tested. */
public record DirectKernel(Path kernel, Path initialRamDisk, String commandLine) {}
