package org.rescuekey.vm.standin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rescuekey.vm.host.Tools;

/**
 * Compiles the stand-in's own boot programs from the sources beside this class, with the host's compiler and
 * assembler. One thread.
 */
final class BootPrograms {
    private static final List<String> SOURCES = List.of(
            "proof.h",
            "proof.c",
            "hive.c",
            "ntfs.c",
            "efi.c",
            "efi.ld",
            "header.S",
            "bios.c",
            "bios.ld",
            "mbr.asm",
            "vbr.asm",
            "print.inc");
    private static final List<String> SHARED = List.of("proof", "hive", "ntfs");
    private static final List<String> COMPILER = List.of(
            "gcc",
            "-c",
            "-Os",
            "-std=gnu11",
            "-ffreestanding",
            "-fno-stack-protector",
            "-fno-builtin",
            "-fno-asynchronous-unwind-tables",
            "-Wall",
            "-Wextra",
            "-Werror");
    private static final List<String> FOR_EFI = List.of(
            "-m64",
            "-fpie",
            "-fshort-wchar",
            "-fvisibility=hidden",
            "-mno-red-zone",
            "-mgeneral-regs-only",
            "-maccumulate-outgoing-args",
            "-I/usr/include/efi",
            "-I/usr/include/efi/x86_64");
    private static final List<String> FOR_BIOS = List.of("-m16", "-march=i386", "-fno-pic");

    private final Path folder;

    /** Works in this folder, which must exist. */
    BootPrograms(Path folder) throws IOException {
        this.folder = folder;
        for (String source : SOURCES) {
            try (InputStream in = BootPrograms.class.getResourceAsStream(source)) {
                if (in == null) {
                    throw new IOException("the boot programs' source " + source + " is missing");
                }
                Files.write(folder.resolve(source), in.readAllBytes());
            }
        }
    }

    /** The boot manager for UEFI. */
    byte[] efi() throws IOException {
        List<Path> objects = new ArrayList<>();
        Path header = folder.resolve("header.o");
        Tools.run("gcc", "-c", folder.resolve("header.S"), "-o", header);
        objects.add(header);
        objects.add(compile("efi", FOR_EFI));
        for (String source : SHARED) {
            objects.add(compile(source, FOR_EFI));
        }
        return link(objects, "efi.ld", "elf_x86_64");
    }

    /** The boot manager for BIOS, the content of the file \bootmgr. */
    byte[] bios() throws IOException {
        List<Path> objects = new ArrayList<>();
        objects.add(compile("bios", FOR_BIOS));
        for (String source : SHARED) {
            objects.add(compile(source, FOR_BIOS));
        }
        return link(objects, "bios.ld", "elf_i386");
    }

    byte[] masterBootCode() throws IOException {
        return assemble("mbr");
    }

    byte[] volumeBootSector() throws IOException {
        return assemble("vbr");
    }

    private Path compile(String source, List<String> options) {
        Path object = folder.resolve(source + ".o");
        List<Object> command = new ArrayList<>(COMPILER);
        command.addAll(options);
        command.addAll(List.of(folder.resolve(source + ".c"), "-o", object));
        Tools.run(command.toArray());
        return object;
    }

    private byte[] link(List<Path> objects, String script, String emulation) throws IOException {
        Path linked = folder.resolve(script + ".elf");
        Path flat = folder.resolve(script + ".bin");
        List<Object> command = new ArrayList<>(List.of(
                "ld",
                "-m",
                emulation,
                "--no-warn-rwx-segments",
                "-nostdlib",
                "-T",
                folder.resolve(script),
                "-o",
                linked));
        command.addAll(objects);
        Tools.run(command.toArray());
        Tools.run("objcopy", "-O", "binary", linked, flat);
        return Files.readAllBytes(flat);
    }

    private byte[] assemble(String source) throws IOException {
        Path flat = folder.resolve(source + ".bin");
        Tools.run("nasm", "-f", "bin", "-I", folder + "/", folder.resolve(source + ".asm"), "-o", flat);
        return Files.readAllBytes(flat);
    }
}
