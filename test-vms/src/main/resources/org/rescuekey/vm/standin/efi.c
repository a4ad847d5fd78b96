/*
 * The stand-in's boot manager for UEFI, installed as \EFI\Microsoft\Boot\bootmgfw.efi and
 * \EFI\Boot\bootx64.efi. Position-independent, without relocations: header.S is its PE header.
 */
#define GNU_EFI_USE_MS_ABI 1
#include <efi.h>

#include "proof.h"

enum { HANDLE_LIMIT = 64 };

static EFI_SYSTEM_TABLE *firmware;
static EFI_HANDLE self;
static EFI_GUID block_io_id = EFI_BLOCK_IO_PROTOCOL_GUID;
static EFI_GUID device_path_id = EFI_DEVICE_PATH_PROTOCOL_GUID;
static EFI_GUID loaded_image_id = EFI_LOADED_IMAGE_PROTOCOL_GUID;
static EFI_GUID file_system_id = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
static EFI_HANDLE handles[HANDLE_LIMIT];
static u8 sector[4096];

static void *protocol(EFI_HANDLE handle, EFI_GUID *id)
{
    void *interface = 0;
    if (firmware->BootServices->HandleProtocol(handle, id, &interface) != EFI_SUCCESS)
        return 0;
    return interface;
}

void platform_print(const char *text)
{
    CHAR16 one[2] = {0, 0};
    while (*text) {
        one[0] = (CHAR16)*text++;
        firmware->ConOut->OutputString(firmware->ConOut, one);
    }
}

int platform_read(const struct volume *volume, u64 offset_bytes, void *buffer, u32 length)
{
    EFI_BLOCK_IO *io = volume->handle;
    u64 lba = offset_bytes / volume->sector_bytes;
    if (offset_bytes % volume->sector_bytes || length % volume->sector_bytes)
        return -1;
    return io->ReadBlocks(io, io->Media->MediaId, lba, length, buffer) == EFI_SUCCESS ? 0 : -1;
}

u32 platform_load_bcd(u8 *buffer, u32 limit)
{
    static CHAR16 path[] = u"\\EFI\\Microsoft\\Boot\\BCD";
    EFI_LOADED_IMAGE *image = protocol(self, &loaded_image_id);
    EFI_FILE_IO_INTERFACE *system = image ? protocol(image->DeviceHandle, &file_system_id) : 0;
    EFI_FILE_HANDLE root, file;
    UINTN length = limit;
    if (!system || system->OpenVolume(system, &root) != EFI_SUCCESS) {
        fail("the EFI system partition cannot be read", "");
        return 0;
    }
    if (root->Open(root, &file, path, EFI_FILE_MODE_READ, 0) != EFI_SUCCESS
        || file->Read(file, &length, buffer) != EFI_SUCCESS || length < 8192) {
        fail("0xc0000034 no BCD on the EFI system partition", "");
        return 0;
    }
    return (u32)length;
}

static EFI_DEVICE_PATH *last_node(EFI_DEVICE_PATH *node)
{
    EFI_DEVICE_PATH *last = node;
    while (!IsDevicePathEndType(node)) {
        last = node;
        node = NextDevicePathNode(node);
    }
    return last;
}

static int is_partition(EFI_DEVICE_PATH *node, const u8 *guid)
{
    HARDDRIVE_DEVICE_PATH *drive = (HARDDRIVE_DEVICE_PATH *)node;
    return DevicePathType(node) == MEDIA_DEVICE_PATH && DevicePathSubType(node) == MEDIA_HARDDRIVE_DP
        && drive->SignatureType == SIGNATURE_TYPE_GUID && bytes_equal(drive->Signature, guid, 16);
}

/* A whole disk whose GPT carries this disk GUID must be there. */
static int has_disk(UINTN count, const u8 *guid)
{
    for (UINTN i = 0; i < count; i++) {
        EFI_BLOCK_IO *io = protocol(handles[i], &block_io_id);
        if (!io || io->Media->LogicalPartition || !io->Media->MediaPresent || io->Media->BlockSize > sizeof sector)
            continue;
        if (io->ReadBlocks(io, io->Media->MediaId, 1, io->Media->BlockSize, sector) == EFI_SUCCESS
            && bytes_equal(sector, "EFI PART", 8) && bytes_equal(sector + 56, guid, 16))
            return 1;
    }
    return 0;
}

int platform_find_volume(const u8 *device, struct volume *volume)
{
    UINTN length = sizeof handles;
    int found = 0;
    if (get32(device + 52) != 0)
        return fail("the BCD's device is not of GPT style", "");
    if (firmware->BootServices->LocateHandle(ByProtocol, &block_io_id, 0, &length, handles) != EFI_SUCCESS)
        return fail("the firmware lists no disks", "");
    UINTN count = length / sizeof handles[0];
    for (UINTN i = 0; i < count; i++) {
        EFI_BLOCK_IO *io = protocol(handles[i], &block_io_id);
        EFI_DEVICE_PATH *path = protocol(handles[i], &device_path_id);
        EFI_DEVICE_PATH *node = path ? last_node(path) : 0;
        if (!io || !node || !is_partition(node, device + 32))
            continue;
        if (found++)
            continue;
        volume->handle = io;
        volume->start_sector = ((HARDDRIVE_DEVICE_PATH *)node)->PartitionStart;
        volume->sector_count = ((HARDDRIVE_DEVICE_PATH *)node)->PartitionSize;
        volume->sector_bytes = io->Media->BlockSize;
    }
    if (!found)
        return fail("0xc000000e no partition has the GUID the BCD names", "");
    if (!has_disk(count, device + 56))
        return fail("0xc000000e no disk has the GUID the BCD names", "");
    if (found > 1)
        print_line("STANDIN WARN several partitions have the GUID the BCD names", "");
    return 0;
}

u32 platform_mounted_device(const u8 *device, u8 *value)
{
    bytes_copy(value, "DMIO:ID:", 8);
    bytes_copy(value + 8, device + 32, 16);
    return 24;
}

EFI_STATUS EFIAPI efi_start(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
    self = image;
    firmware = table;
    firmware->BootServices->SetWatchdogTimer(0, 0, 0, 0);
    platform_print("\r\nSTANDIN boot manager for UEFI\r\n");
    boot_proof();
    for (;;)
        firmware->BootServices->Stall(1000000);
}

/* The compiler may call these for structures. */
void *memcpy(void *target, const void *source, UINTN length)
{
    bytes_copy(target, source, (u32)length);
    return target;
}

void *memset(void *target, int value, UINTN length)
{
    bytes_set(target, (u8)value, (u32)length);
    return target;
}
