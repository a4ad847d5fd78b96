/*
 * Reads files of an NTFS volume: $MFT by its run list, directories by a scan of their index, data
 * resident or in runs. What it does not know (attribute lists, compressed data) is an error, not a guess.
 */
#include "proof.h"

enum { DATA = 0x80, INDEX_ROOT = 0x90, INDEX_ALLOCATION = 0xA0, ROOT_RECORD = 5 };

static u8 record[RECORD_LIMIT];
static u8 block[RECORD_LIMIT];

static u32 shift_of(u32 power)
{
    u32 shift = 0;
    while (power > 1) {
        power >>= 1;
        shift++;
    }
    return shift;
}

static u32 record_size(u8 field, u32 cluster_shift)
{
    return field & 0x80 ? 1u << ((256 - field) & 31) : (u32)field << cluster_shift;
}

/* Undoes the update sequence of a record; 0 = the record is whole. */
static int fix_up(u8 *bytes, u32 length, const char *magic)
{
    if (!bytes_equal(bytes, magic, 4))
        return -1;
    u32 at = get16(bytes + 4), count = get16(bytes + 6);
    if (count < 2 || (count - 1) * 512 != length || at + 2 * count > 512)
        return -1;
    for (u32 i = 1; i < count; i++) {
        u8 *tail = bytes + i * 512 - 2;
        if (!bytes_equal(tail, bytes + at, 2))
            return -1;
        bytes_copy(tail, bytes + at + 2 * i, 2);
    }
    return 0;
}

/* The volume's cluster for a file's cluster; ~0 = none (sparse or outside). */
static u64 find_cluster(const u8 *runs, u64 wanted)
{
    u64 cluster = 0, first = 0;
    for (u32 at = 0; at < RUNS_LIMIT - 16 && runs[at];) {
        u32 length_bytes = runs[at] & 15, offset_bytes = runs[at] >> 4;
        u64 count = 0, delta = 0;
        at++;
        for (u32 i = 0; i < length_bytes; i++)
            count |= (u64)runs[at++] << 8 * i;
        for (u32 i = 0; i < offset_bytes; i++)
            delta |= (u64)runs[at++] << 8 * i;
        if (offset_bytes && offset_bytes < 8 && runs[at - 1] & 0x80)
            delta |= ~0ull << 8 * offset_bytes;
        cluster += delta;
        if (wanted - first < count)
            return offset_bytes ? cluster + (wanted - first) : ~0ull;
        first += count;
    }
    return ~0ull;
}

static int read_runs(struct ntfs *ntfs, const u8 *runs, u64 offset, u8 *buffer, u32 length)
{
    u32 shift = ntfs->cluster_shift;
    while (length) {
        u32 inside = (u32)offset & ((1u << shift) - 1), part = (1u << shift) - inside;
        u64 cluster = find_cluster(runs, offset >> shift);
        if (part > length)
            part = length;
        if (cluster == ~0ull || platform_read(&ntfs->volume, (cluster << shift) + inside, buffer, part))
            return -1;
        offset += part;
        buffer += part;
        length -= part;
    }
    return 0;
}

/* The record's attribute of this type (and name, for indexes and unnamed data), or null. */
static const u8 *attribute(u32 type, const char *name)
{
    u32 name_length = 0;
    while (name[name_length])
        name_length++;
    for (u32 at = get16(record + 20), size; at + 24 <= RECORD_LIMIT; at += size) {
        const u8 *attr = record + at;
        size = get32(attr + 4);
        if (get32(attr) == 0xFFFFFFFFu || size < 24 || size > RECORD_LIMIT - at)
            return 0;
        if (get32(attr) != type || attr[9] != name_length)
            continue;
        const u8 *stored = attr + get16(attr + 10);
        u32 i = 0;
        while (i < name_length && stored[2 * i] == (u8)name[i])
            i++;
        if (i == name_length)
            return attr;
    }
    return 0;
}

/* Copies an attribute's content or run list into the file. */
static int take(const u8 *attr, struct file *file)
{
    if (!attr || get16(attr + 12) & 0x40FF)
        return -1;
    file->resident = !attr[8];
    u32 from = get16(attr + (file->resident ? 20 : 32));
    u32 size = get32(attr + 4);
    if (from > size)
        return -1;
    u32 length = file->resident ? get32(attr + 16) : size - from;
    if (length > size - from || length > RUNS_LIMIT - 16)
        return -1;
    file->size = file->resident ? length : get64(attr + 48);
    bytes_set(file->data, 0, RUNS_LIMIT);
    bytes_copy(file->data, attr + from, length);
    return 0;
}

static int read_record(struct ntfs *ntfs, u64 number)
{
    if (read_runs(ntfs, ntfs->mft_runs, number << shift_of(ntfs->record_bytes), record, ntfs->record_bytes))
        return -1;
    return fix_up(record, ntfs->record_bytes, "FILE");
}

int ntfs_mount(struct ntfs *ntfs, const struct volume *volume)
{
    static struct file mft;
    ntfs->volume = *volume;
    if (platform_read(volume, 0, block, volume->sector_bytes))
        return fail("C: cannot be read", "");
    if (!bytes_equal(block + 3, "NTFS    ", 8) || get16(block + 510) != 0xAA55)
        return fail("0xc000000e C: is no NTFS volume", "");
    if (get16(block + 11) != volume->sector_bytes)
        return fail("C: has another sector size than its disk", "");
    if (get32(block + 28) != (u32)volume->start_sector)
        return fail("C: hidden sectors differ from the partition's start", "");
    if (get64(block + 40) >= volume->sector_count)
        return fail("C: is larger than its partition", "");
    ntfs->cluster_shift = shift_of(volume->sector_bytes) + shift_of(block[13]);
    ntfs->record_bytes = record_size(block[64], ntfs->cluster_shift);
    ntfs->index_bytes = record_size(block[68], ntfs->cluster_shift);
    u64 mft_offset = get64(block + 48) << ntfs->cluster_shift;
    if (ntfs->record_bytes > RECORD_LIMIT || ntfs->index_bytes > RECORD_LIMIT
        || ntfs->record_bytes < volume->sector_bytes)
        return fail("C: has record sizes this program does not know", "");
    if (platform_read(volume, mft_offset, record, ntfs->record_bytes)
        || fix_up(record, ntfs->record_bytes, "FILE") || take(attribute(DATA, ""), &mft) || mft.resident)
        return fail("C: the master file table cannot be read", "");
    bytes_copy(ntfs->mft_runs, mft.data, RUNS_LIMIT);
    return 0;
}

static u8 upper(u8 c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }

/* Scans one node's entries; returns the record number of the name, 0 when it is not there. */
static u64 scan_entries(const u8 *header, const u8 *limit, const char *name, u32 length)
{
    const u8 *entry = header + get32(header), *end = header + get32(header + 4);
    if (end > limit)
        end = limit;
    while (entry + 16 <= end && !(get16(entry + 12) & 2)) {
        u32 size = get16(entry + 8);
        if (size < 84 || (u32)(end - entry) < size)
            return 0;
        if (entry[80] == length && 82 + 2 * length <= size) {
            u32 i = 0;
            while (i < length && !entry[83 + 2 * i] && upper(entry[82 + 2 * i]) == upper((u8)name[i]))
                i++;
            if (i == length)
                return get64(entry) & 0xFFFFFFFFFFFFull;
        }
        entry += size;
    }
    return 0;
}

/* Finds a name in the directory whose record is loaded. */
static u64 find_name(struct ntfs *ntfs, const char *name, u32 length)
{
    static struct file nodes;
    const u8 *root = attribute(INDEX_ROOT, "$I30");
    if (!root)
        return 0;
    const u8 *content = root + get16(root + 20);
    u64 found = scan_entries(content + 16, record + RECORD_LIMIT, name, length);
    if (found || take(attribute(INDEX_ALLOCATION, "$I30"), &nodes) || nodes.resident)
        return found;
    for (u64 offset = 0; offset < nodes.size && !found; offset += ntfs->index_bytes) {
        if (read_runs(ntfs, nodes.data, offset, block, ntfs->index_bytes))
            return 0;
        if (!fix_up(block, ntfs->index_bytes, "INDX"))
            found = scan_entries(block + 24, block + ntfs->index_bytes, name, length);
    }
    return found;
}

int ntfs_open(struct ntfs *ntfs, const char *path, struct file *file)
{
    u64 number = ROOT_RECORD;
    while (*path) {
        u32 end = 0;
        while (path[end] && path[end] != '\\')
            end++;
        if (read_record(ntfs, number))
            return -1;
        number = find_name(ntfs, path, end);
        if (!number)
            return -1;
        path += end + (path[end] != 0);
    }
    if (read_record(ntfs, number))
        return -1;
    return take(attribute(DATA, ""), file);
}

int ntfs_read(struct ntfs *ntfs, const struct file *file, u64 offset, u8 *buffer, u32 length)
{
    if (offset >= file->size)
        return 0;
    if (length > file->size - offset)
        length = (u32)(file->size - offset);
    if (file->resident) {
        bytes_copy(buffer, file->data + offset, length);
        return (int)length;
    }
    u32 sector = ntfs->volume.sector_bytes, whole = length & ~(sector - 1);
    if (read_runs(ntfs, file->data, offset, buffer, whole))
        return -1;
    if (whole < length) {
        if (read_runs(ntfs, file->data, offset + whole, block, sector))
            return -1;
        bytes_copy(buffer + whole, block, length - whole);
    }
    return (int)length;
}
