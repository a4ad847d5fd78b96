; The stand-in's master boot code (440 bytes): exactly one partition must be active; its first sector
; is loaded to 0000:7c00 and run. The table and the disk signature are the recipe's, not this file's.
        bits    16
        org     0x600
        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        sti
        cld
        mov     si, 0x7c00
        mov     di, 0x600
        mov     cx, 256
        rep     movsw
        jmp     0:moved
moved:
        mov     [drive], dl
        mov     bx, 0x600 + 446
        mov     cx, 4
        xor     bp, bp
.scan:  cmp     byte [bx], 0
        je      .next
        cmp     byte [bx], 0x80
        jne     .table
        test    bp, bp
        jnz     .table
        mov     bp, bx
.next:  add     bx, 16
        loop    .scan
        test    bp, bp
        jz      .none
        mov     eax, [bp + 8]
        mov     [packet.sector], eax
        mov     si, packet
        mov     dl, [drive]
        mov     ah, 0x42
        int     0x13
        mov     si, read_text
        jc      fail
        mov     si, missing_text
        cmp     word [0x7c00 + 510], 0xaa55
        jne     fail
        mov     dl, [drive]
        jmp     0:0x7c00
.table: mov     si, table_text
        jmp     fail
.none:  mov     si, none_text
        jmp     fail
%include "print.inc"
drive:  db      0
        align   4
packet: db      16, 0
        dw      1, 0x7c00, 0
.sector: dq     0
table_text:   db "STANDIN BOOT-FAIL Invalid partition table", 13, 10, 0
none_text:    db "STANDIN BOOT-FAIL No active partition", 13, 10, 0
read_text:    db "STANDIN BOOT-FAIL Error loading operating system", 13, 10, 0
missing_text: db "STANDIN BOOT-FAIL Missing operating system", 13, 10, 0
        times   440 - ($ - $$) db 0
