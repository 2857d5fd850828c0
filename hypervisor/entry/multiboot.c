/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Multiboot 1 information block.
 *
 * The loader is trusted as far as the machine is, but counts are bounded and
 * strings are cut, so that a strange loader gives a message and not a fault.
 * Boot CPU only.
 */
#include "entry/multiboot.h"
#include "core/e820.h"
#include "lib/string.h"

#define MB_MEMORY	(1u << 0)
#define MB_CMDLINE	(1u << 2)
#define MB_MODULES	(1u << 3)
#define MB_MMAP		(1u << 6)

struct mb_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
	uint32_t mods_count, mods_addr, syms[4];
	uint32_t mmap_length, mmap_addr;
};

struct mb_module {
	uint32_t start, end, string, reserved;
};

struct mb_mmap {
	uint32_t size;
	uint64_t addr, len;
	uint32_t type;
} __attribute__((packed));

static const void *at(uint32_t phys)
{
	return (const void *)(uint64_t)phys;
}

static void copy_text(char *dst, size_t size, const char *src)
{
	size_t n = strnlen(src, size - 1);

	memcpy(dst, src, n);
	dst[n] = 0;
}

/* Loaders put the file's path first. */
static const char *skip_path(const char *s)
{
	while (*s && *s != ' ')
		s++;
	while (*s == ' ')
		s++;
	return s;
}

static bool read_memory(const struct mb_info *mb)
{
	static struct xy_e820_entry raw[E820_MAX];	/* boot only */
	unsigned int n = 0;

	if (!(mb->flags & MB_MMAP))
		return false;
	for (uint32_t off = 0; n < E820_MAX; n++) {
		const struct mb_mmap *e = at(mb->mmap_addr + off);

		if (off + sizeof(*e) > mb->mmap_length)
			break;

		raw[n].addr = e->addr;
		raw[n].size = e->len;
		raw[n].type = e->type;
		if (e->size < 20)
			return false;
		off += e->size + 4;
	}
	e820_set(raw, n);
	return n != 0;
}

static void read_modules(const struct mb_info *mb, struct boot_info *info)
{
	const struct mb_module *m = at(mb->mods_addr);

	if (!(mb->flags & MB_MODULES))
		return;
	for (uint32_t i = 0; i < mb->mods_count && i < BOOT_MAX_MODULES; i++) {
		struct boot_module *b = &info->modules[info->module_count];

		if (m[i].end <= m[i].start)
			continue;
		b->start = m[i].start;
		b->end = m[i].end;
		if (m[i].string)
			copy_text(b->args, sizeof(b->args),
				  skip_path(at(m[i].string)));
		info->module_count++;
	}
}

const char *multiboot_read(uint32_t phys, struct boot_info *info)
{
	const struct mb_info *mb = at(phys);

	if (mb->flags & MB_CMDLINE)
		copy_text(info->cmdline, sizeof(info->cmdline),
			  skip_path(at(mb->cmdline)));
	if (!read_memory(mb))
		return "the loader gave no memory map";
	read_modules(mb, info);
	return NULL;
}

bool cmdline_get(const char *s, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);

	while (*s) {
		size_t word = 0;

		while (s[word] && s[word] != ' ')
			word++;
		if (strncmp(s, name, n) == 0 && word >= n &&
		    (word == n || s[n] == '=')) {
			size_t len = word > n ? word - n - 1 : 0;

			len = min_u64(len, size - 1);
			memcpy(buf, s + word - len, len);
			buf[len] = 0;
			return true;
		}
		for (s += word; *s == ' '; s++)
			;
	}
	return false;
}
