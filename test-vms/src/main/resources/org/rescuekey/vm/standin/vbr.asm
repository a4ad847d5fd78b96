; The stand-in's NTFS boot sector. The recipe keeps mkntfs's parameter block (bytes 3 to 83), and fills
; in where the file \bootmgr lies in the partition. The sector on the disk is computed from the
; parameter block's hidden sectors, as Windows does it: a wrong value ends in a disk read error.
        bits    16
        org     0x7c00
        jmp     short start
        nop
        times   0x54 - ($ - $$) db 0
start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 0x7c00
        sti
        cld
        mov     [drive], dl
        mov     eax, [0x7c1c]           ; hidden sectors
        add     eax, [bootmgr_sector]
        mov     [packet.sector], eax
        mov     ax, [bootmgr_count]
        mov     [packet.count], ax
        mov     si, packet
        mov     ah, 0x42
        int     0x13
        mov     si, read_text
        jc      fail
        mov     ax, 0x1000
        mov     es, ax
        mov     si, read_text
        cmp     dword [es:2], 'RKBM'
        jne     fail
        mov     dl, [drive]
        jmp     0x1000:0
%include "print.inc"
drive:  db      0
        align   4
packet: db      16, 0
.count: dw      0
        dw      0, 0x1000
.sector: dq     0
read_text: db "STANDIN BOOT-FAIL A disk read error occurred", 13, 10, 0
        times   0x1f4 - ($ - $$) db 0
bootmgr_sector: dd 0
bootmgr_count:  dw 0
        times   510 - ($ - $$) db 0
        dw      0xaa55
