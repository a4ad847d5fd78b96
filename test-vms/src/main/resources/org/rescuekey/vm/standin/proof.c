/* The proof itself; see proof.h. */
#include "proof.h"

#define BOOTMGR "Objects\\{9dea862c-5cdd-4e70-acc1-f32b344d4795}\\Elements\\23000003"

static u8 hive[HIVE_LIMIT];
static struct ntfs windows;
static struct file file;
static u8 chunk[4096];

void bytes_set(void *target, u8 value, u32 length)
{
    u8 *to = target;
    while (length--)
        *to++ = value;
}

void bytes_copy(void *target, const void *source, u32 length)
{
    u8 *to = target;
    const u8 *from = source;
    while (length--)
        *to++ = *from++;
}

int bytes_equal(const void *one, const void *other, u32 length)
{
    const u8 *a = one, *b = other;
    while (length--)
        if (*a++ != *b++)
            return 0;
    return 1;
}

u32 get16(const u8 *at) { return at[0] | (u32)at[1] << 8; }
u32 get32(const u8 *at) { return get16(at) | get16(at + 2) << 16; }
u64 get64(const u8 *at) { return get32(at) | (u64)get32(at + 4) << 32; }

void print_line(const char *first, const char *second)
{
    platform_print(first);
    platform_print(second);
    platform_print("\r\n");
}

int fail(const char *reason, const char *detail)
{
    platform_print("STANDIN BOOT-FAIL ");
    print_line(reason, detail);
    return -1;
}

/* UTF-16 of the hive to ASCII, which is all the stand-in's own names need. */
static void narrow(char *target, u32 limit, const u8 *source, u32 length)
{
    u32 i;
    for (i = 0; i + 1 < limit && 2 * i + 1 < length && get16(source + 2 * i); i++)
        target[i] = (char)source[2 * i];
    target[i] = 0;
}

static u32 append(char *target, u32 at, u32 limit, const char *text)
{
    while (*text && at + 1 < limit)
        target[at++] = *text++;
    target[at] = 0;
    return at;
}

static const u8 *loader_element(u32 length, u32 root, const char *loader, const char *element, u32 *size)
{
    char path[96];
    u32 at = append(path, 0, sizeof path, "Objects\\");
    at = append(path, at, sizeof path, loader);
    at = append(path, at, sizeof path, "\\Elements\\");
    append(path, at, sizeof path, element);
    u32 key = hive_key(hive, length, root, path);
    return key ? hive_value(hive, length, key, "Element", size) : 0;
}

/* Follows bootmgr -> default loader -> device, osdevice and path. */
static int follow_bcd(u8 *device, char *loader_path, u32 limit)
{
    char loader[48];
    u32 size, length = platform_load_bcd(hive, sizeof hive);
    if (!length)
        return -1;
    u32 root = hive_root(hive, length);
    if (!root)
        return fail("the BCD is no clean hive", "");
    u32 bootmgr = hive_key(hive, length, root, BOOTMGR);
    const u8 *value = bootmgr ? hive_value(hive, length, bootmgr, "Element", &size) : 0;
    if (!value)
        return fail("the BCD names no default loader", "");
    narrow(loader, sizeof loader, value, size);
    value = loader_element(length, root, loader, "11000001", &size);
    if (!value || size != DEVICE_LENGTH || get32(value + 16) != 6)
        return fail("the loader's device is no partition: ", loader);
    bytes_copy(device, value, DEVICE_LENGTH);
    value = loader_element(length, root, loader, "21000001", &size);
    if (!value || size != DEVICE_LENGTH || !bytes_equal(device, value, DEVICE_LENGTH))
        return fail("osdevice differs from device: ", loader);
    value = loader_element(length, root, loader, "12000002", &size);
    if (!value)
        return fail("the loader has no path: ", loader);
    narrow(loader_path, limit, value, size);
    print_line("STANDIN bcd default=", loader);
    return 0;
}

/* The SYSTEM hive must give the letter C: to the partition it lies on. */
static int check_mounted_devices(const u8 *device)
{
    u8 expected[24];
    u32 size, expected_size = platform_mounted_device(device, expected);
    if (ntfs_open(&windows, "Windows\\System32\\config\\SYSTEM", &file) || file.size > sizeof hive)
        return fail("no SYSTEM hive on C:", "");
    u32 length = (u32)file.size;
    if (ntfs_read(&windows, &file, 0, hive, length) != (int)length)
        return fail("the SYSTEM hive cannot be read", "");
    u32 root = hive_root(hive, length);
    u32 key = root ? hive_key(hive, length, root, "MountedDevices") : 0;
    const u8 *value = key ? hive_value(hive, length, key, "\\DosDevices\\C:", &size) : 0;
    if (!value)
        return fail("MountedDevices does not know C:", "");
    if (size != expected_size || !bytes_equal(value, expected, size))
        return fail("MountedDevices gives C: to another partition", "");
    return 0;
}

static u32 crc32(u32 crc, const u8 *bytes, u32 length)
{
    while (length--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    }
    return crc;
}

static void hexadecimal(char *target, u32 value)
{
    for (int i = 7; i >= 0; i--, value >>= 4)
        target[i] = "0123456789abcdef"[value & 15];
    target[8] = 0;
}

/* Reads the loader file that the BCD names, as a boot manager would, and sums it up. */
static int checksum_loader(const char *path, char *digits)
{
    u32 crc = 0xFFFFFFFFu;
    if (ntfs_open(&windows, path + (*path == '\\'), &file))
        return fail("0xc000000f no such loader: ", path);
    for (u64 offset = 0; offset < file.size; offset += sizeof chunk) {
        int count = ntfs_read(&windows, &file, offset, chunk, sizeof chunk);
        if (count <= 0)
            return fail("the loader cannot be read: ", path);
        crc = crc32(crc, chunk, (u32)count);
    }
    hexadecimal(digits, ~crc);
    return 0;
}

/* The marker: "CRC32-OF-WINLOAD name=NAME ...", one line of text. */
static int read_marker(const char *digits)
{
    if (ntfs_open(&windows, "Windows\\System32\\standin-marker.txt", &file))
        return fail("no marker file on C:", "");
    int count = ntfs_read(&windows, &file, 0, chunk, sizeof chunk - 1);
    if (count < 10)
        return fail("the marker file cannot be read", "");
    int end = 0;
    while (end < count && chunk[end] >= ' ')
        end++;
    chunk[end] = 0;
    if (!bytes_equal(chunk, digits, 8) || chunk[8] != ' ')
        return fail("the loader's checksum differs from the marker's: ", digits);
    print_line("STANDIN BOOT-PROOF OK ", (const char *)chunk + 9);
    return 0;
}

int boot_proof(void)
{
    u8 device[DEVICE_LENGTH];
    struct volume volume;
    char loader_path[64], digits[9];
    if (follow_bcd(device, loader_path, sizeof loader_path))
        return -1;
    if (platform_find_volume(device, &volume))
        return -1;
    if (ntfs_mount(&windows, &volume))
        return -1;
    if (check_mounted_devices(device))
        return -1;
    if (checksum_loader(loader_path, digits))
        return -1;
    return read_marker(digits);
}
