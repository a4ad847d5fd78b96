/* Reads a registry hive ("regf") that lies in memory; every offset is checked before use. */
#include "proof.h"

enum { BASE = 4096 };

/* The cell's content, or null when fewer than need bytes of it lie in the hive. */
static const u8 *cell(const u8 *hive, u32 length, u32 offset, u32 need)
{
    if (offset >= length - BASE || need > length - BASE - offset || length - BASE - offset - need < 4)
        return 0;
    return hive + BASE + offset + 4;
}

u32 hive_root(const u8 *hive, u32 length)
{
    u32 sum = 0;
    if (length < 2 * BASE || !bytes_equal(hive, "regf", 4))
        return 0;
    for (u32 at = 0; at < 508; at += 4)
        sum ^= get32(hive + at);
    if (sum != get32(hive + 508) || get32(hive + 4) != get32(hive + 8))
        return 0;
    return get32(hive + 36);
}

static u8 lower(u8 c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

/* Names the stand-in needs are stored as one byte a character ("compressed" names). */
static int name_equals(const u8 *stored, u32 stored_length, const char *name, u32 length)
{
    if (stored_length != length)
        return 0;
    while (length--)
        if (lower(*stored++) != lower((u8)*name++))
            return 0;
    return 1;
}

static u32 child(const u8 *hive, u32 length, u32 key, const char *name, u32 name_length)
{
    const u8 *node = cell(hive, length, key, 80);
    if (!node || !bytes_equal(node, "nk", 2))
        return 0;
    u32 count = get32(node + 20);
    const u8 *list = cell(hive, length, get32(node + 28), 4);
    if (!count || !list)
        return 0;
    u32 stride = bytes_equal(list, "li", 2) ? 4 : 8;
    if (!bytes_equal(list, "lh", 2) && !bytes_equal(list, "lf", 2) && stride == 8)
        return 0;
    count = get16(list + 2);
    if (!cell(hive, length, get32(node + 28), 4 + count * stride))
        return 0;
    for (u32 i = 0; i < count; i++) {
        u32 offset = get32(list + 4 + i * stride);
        const u8 *sub = cell(hive, length, offset, 80);
        u32 sub_length = sub ? get16(sub + 72) : 0;
        if (sub && cell(hive, length, offset, 76 + sub_length)
            && name_equals(sub + 76, sub_length, name, name_length))
            return offset;
    }
    return 0;
}

u32 hive_key(const u8 *hive, u32 length, u32 key, const char *path)
{
    while (key && *path) {
        u32 end = 0;
        while (path[end] && path[end] != '\\')
            end++;
        key = child(hive, length, key, path, end);
        path += end + (path[end] != 0);
    }
    return key;
}

const u8 *hive_value(const u8 *hive, u32 length, u32 key, const char *name, u32 *value_length)
{
    const u8 *node = cell(hive, length, key, 80);
    u32 name_length = 0;
    while (name[name_length])
        name_length++;
    u32 count = node ? get32(node + 36) : 0;
    if (!count || count > 1024)
        return 0;
    const u8 *list = cell(hive, length, get32(node + 40), 4 * count);
    if (!list)
        return 0;
    for (u32 i = 0; i < count; i++) {
        u32 offset = get32(list + 4 * i);
        const u8 *value = cell(hive, length, offset, 24);
        if (!value || !bytes_equal(value, "vk", 2))
            return 0;
        u32 stored = get16(value + 2);
        if (!cell(hive, length, offset, 20 + stored) || !name_equals(value + 20, stored, name, name_length))
            continue;
        u32 size = get32(value + 4);
        *value_length = size & 0x7FFFFFFF;
        if (size & 0x80000000u)
            return value + 8;
        return cell(hive, length, get32(value + 8), size);
    }
    return 0;
}
