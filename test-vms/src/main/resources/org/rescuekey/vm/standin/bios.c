/*
 * The stand-in's boot manager for BIOS, the file \bootmgr of the active partition. Real mode, one
 * segment of 64 KiB for code, data and stack: loaded by vbr.asm to 1000:0000.
 */
#include "proof.h"

#define BCD_PATH "Boot\\BCD"

enum { SECTOR = 512, COM1 = 0x3F8, TABLE = 446, SIGNATURE = 440 };

/* The loader checks the magic at offset 2; execution starts at offset 0 with the drive in dl. */
__asm__(".section .start, \"ax\"\n"
        ".code16gcc\n"
        "        .byte 0xeb, 0x04\n"
        "        .ascii \"RKBM\"\n"
        "        cli\n"
        "        movw %cs, %ax\n"
        "        movw %ax, %ds\n"
        "        movw %ax, %es\n"
        "        movw %ax, %ss\n"
        "        movl $0xfff0, %esp\n"
        "        sti\n"
        "        cld\n"
        "        movzbl %dl, %eax\n"
        "        pushl %eax\n"
        "        calll bios_start\n"
        "1:      hlt\n"
        "        jmp 1b\n"
        ".text\n");

struct packet {
    u8 size, zero;
    u16 count, offset, segment;
    u64 sector;
} __attribute__((packed));

static u32 drive;
static u8 table[SECTOR];
static struct ntfs active;
static struct file bcd;

static u8 in8(u16 port)
{
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void out8(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void platform_print(const char *text)
{
    for (; *text; text++) {
        while (!(in8(COM1 + 5) & 0x20))
            ;
        out8(COM1, (u8)*text);
        __asm__ volatile("int $0x10" : : "a"(0x0E00 | (u8)*text), "b"(7) : "cc", "memory");
    }
}

static int read_sectors(u64 sector, void *buffer, u32 count)
{
    static struct packet packet;
    u16 segment;
    u8 failed;
    __asm__("movw %%ds, %0" : "=r"(segment));
    packet = (struct packet){16, 0, (u16)count, (u16)(u32)buffer, segment, sector};
    u32 command = 0x4200;
    __asm__ volatile("int $0x13; setc %0"
                     : "=&b"(failed), "+a"(command)
                     : "d"(drive), "S"(&packet)
                     : "cc", "memory", "ecx", "edi");
    return failed ? -1 : 0;
}

int platform_read(const struct volume *volume, u64 offset_bytes, void *buffer, u32 length)
{
    return read_sectors(volume->start_sector + (offset_bytes >> 9), buffer, length >> 9);
}

/* Sets the volume to the entry of the partition table that the caller chose by flag or start. */
static int find_entry(struct volume *volume, u8 flag, u32 start)
{
    for (const u8 *entry = table + TABLE; entry < table + TABLE + 64; entry += 16) {
        if (entry[4] && (flag ? entry[0] == flag : get32(entry + 8) == start)) {
            volume->start_sector = get32(entry + 8);
            volume->sector_count = get32(entry + 12);
            volume->sector_bytes = SECTOR;
            return 0;
        }
    }
    return -1;
}

u32 platform_load_bcd(u8 *buffer, u32 limit)
{
    struct volume volume;
    if (read_sectors(0, table, 1) || find_entry(&volume, 0x80, 0)) {
        fail("no active partition", "");
        return 0;
    }
    if (ntfs_mount(&active, &volume))
        return 0;
    if (ntfs_open(&active, BCD_PATH, &bcd) || bcd.size > limit
        || ntfs_read(&active, &bcd, 0, buffer, limit) != (int)bcd.size) {
        fail("0xc0000034 no BCD on the active partition", "");
        return 0;
    }
    return (u32)bcd.size;
}

int platform_find_volume(const u8 *device, struct volume *volume)
{
    u64 offset_bytes = get64(device + 32);
    if (get32(device + 52) != 1)
        return fail("the BCD's device is not of MBR style", "");
    if (get32(device + 56) != get32(table + SIGNATURE))
        return fail("0xc000000e no disk has the signature the BCD names", "");
    if (find_entry(volume, 0, (u32)(offset_bytes >> 9)))
        return fail("0xc000000e no partition starts where the BCD says", "");
    return 0;
}

u32 platform_mounted_device(const u8 *device, u8 *value)
{
    bytes_copy(value, device + 56, 4);
    bytes_copy(value + 4, device + 32, 8);
    return 12;
}

void bios_start(u32 boot_drive)
{
    drive = boot_drive;
    platform_print("\r\nSTANDIN boot manager for BIOS\r\n");
    boot_proof();
}

/* The compiler may call these for structures. */
void *memcpy(void *target, const void *source, u32 length)
{
    bytes_copy(target, source, length);
    return target;
}

void *memset(void *target, int value, u32 length)
{
    bytes_set(target, (u8)value, length);
    return target;
}
