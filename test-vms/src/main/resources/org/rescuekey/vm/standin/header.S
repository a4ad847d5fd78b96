/* The PE header of the UEFI boot program: one section, no relocations, 4 KiB alignment. */
        .section .header, "a"
        .globl  header
header:
        .ascii  "MZ"
        .org    0x3c
        .long   pe - header
pe:
        .ascii  "PE\0\0"
        .short  0x8664                  /* x86-64 */
        .short  1                       /* sections */
        .long   0, 0, 0
        .short  section - optional
        .short  0x0206                  /* executable, no line numbers, no debug */
optional:
        .short  0x20b                   /* PE32+ */
        .byte   1, 0
        .long   content_size
        .long   0, 0
        .long   entry_offset
        .long   0x1000
        .quad   0
        .long   0x1000, 0x1000          /* section and file alignment */
        .short  0, 0, 0, 0, 0, 0
        .long   0
        .long   image_size
        .long   0x1000                  /* headers */
        .long   0
        .short  10                      /* EFI application */
        .short  0
        .quad   0, 0, 0, 0
        .long   0
        .long   6                       /* data directories, the sixth is for relocations: none */
        .quad   0, 0, 0, 0, 0, 0
section:
        .ascii  ".text\0\0\0"
        .long   content_size
        .long   0x1000
        .long   content_size
        .long   0x1000
        .long   0, 0
        .short  0, 0
        .long   0xe0000020              /* code, readable, writable, executable */
        .section .note.GNU-stack, "", @progbits
