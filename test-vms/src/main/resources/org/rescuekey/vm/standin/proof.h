/*
 * The stand-in's boot proof: what both boot programs (UEFI and BIOS) share.
 *
 * It does what a Windows boot manager does, as far as a moved disk can break it: follows the boot
 * store (BCD) to the partition of C:, checks that partition, and reads files there. Every path ends
 * in exactly one line on the console: "STANDIN BOOT-PROOF OK name=..." or "STANDIN BOOT-FAIL ...".
 */
#ifndef STANDIN_PROOF_H
#define STANDIN_PROOF_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

/* Buffers that fit the BIOS program's single 64 KiB segment. */
#ifdef __x86_64__
enum { HIVE_LIMIT = 131072 };
#else
enum { HIVE_LIMIT = 24576 };
#endif
enum { RECORD_LIMIT = 4096, RUNS_LIMIT = 512, DEVICE_LENGTH = 88 };

struct volume {
    void *handle;        /* platform's own */
    u64 start_sector;    /* of the partition on its disk */
    u64 sector_count;    /* of the partition */
    u32 sector_bytes;
};

/* ---- given by the platform (efi.c, bios.c) ---- */
void platform_print(const char *text);
/* Reads bytes of the partition; offset and length are multiples of the sector size. 0 = read. */
int platform_read(const struct volume *volume, u64 offset_bytes, void *buffer, u32 length);
/* Loads the boot store into the buffer and returns its length, 0 when it failed (and said so). */
u32 platform_load_bcd(u8 *buffer, u32 limit);
/* Finds the partition that a BCD device names. 0 = found; otherwise it has said why not. */
int platform_find_volume(const u8 *device, struct volume *volume);
/* The value that MountedDevices must hold for this partition; returns its length. */
u32 platform_mounted_device(const u8 *device, u8 *value);

/* ---- common helpers ---- */
void print_line(const char *first, const char *second);
int fail(const char *reason, const char *detail);
void bytes_set(void *target, u8 value, u32 length);
void bytes_copy(void *target, const void *source, u32 length);
int bytes_equal(const void *one, const void *other, u32 length);
u32 get16(const u8 *at);
u32 get32(const u8 *at);
u64 get64(const u8 *at);

/* ---- the proof ---- */
int boot_proof(void);

/* ---- ntfs.c ---- */
struct ntfs {
    struct volume volume;
    u32 cluster_shift;
    u32 record_bytes;
    u32 index_bytes;
    u8 mft_runs[RUNS_LIMIT];
};

struct file {
    u64 size;
    int resident;
    u8 data[RUNS_LIMIT]; /* resident content, or mapping pairs */
};

int ntfs_mount(struct ntfs *ntfs, const struct volume *volume);
/* path: components separated by backslashes, ASCII, case does not matter. 0 = opened. */
int ntfs_open(struct ntfs *ntfs, const char *path, struct file *file);
/* Reads up to length bytes (offset a multiple of the cluster size); returns the count, -1 = error. */
int ntfs_read(struct ntfs *ntfs, const struct file *file, u64 offset, u8 *buffer, u32 length);

/* ---- hive.c ---- */
/* Checks the base block; returns the root key's cell offset, 0 when the hive is not clean. */
u32 hive_root(const u8 *hive, u32 length);
u32 hive_key(const u8 *hive, u32 length, u32 key, const char *path);
/* Returns the value's bytes and sets its length; null when there is none. */
const u8 *hive_value(const u8 *hive, u32 length, u32 key, const char *name, u32 *value_length);

#endif
