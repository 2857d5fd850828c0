# SPDX-License-Identifier: GPL-2.0-only

# The decompressors, each against the library that packs; and kernel images.
UNPACK := $(addprefix hypervisor/lib/,unpack.c xz.c lzma.c bcj_x86.c crc32.c \
	lz4.c inflate.c inflate_table.c zstd.c zstd_fse.c zstd_huf.c \
	zstd_seq.c xxh64.c)
UNPACK_TEST := tests/unit/hypervisor/lib/pack.c $(UNPACK)

UNIT_TESTS += $(addprefix hypervisor/lib/,xz lz4 inflate zstd crc32 elf \
	bzimage kernel)
SRCS_hypervisor/lib/xz := $(UNPACK_TEST)
LIBS_hypervisor/lib/xz := -llzma
LIMIT_hypervisor/lib/xz := 180
SRCS_hypervisor/lib/lz4 := $(UNPACK_TEST)
LIBS_hypervisor/lib/lz4 := -llz4
LIMIT_hypervisor/lib/lz4 := 120
SRCS_hypervisor/lib/inflate := $(UNPACK_TEST)
LIBS_hypervisor/lib/inflate := -lz
LIMIT_hypervisor/lib/inflate := 120
SRCS_hypervisor/lib/zstd := $(UNPACK_TEST)
LIBS_hypervisor/lib/zstd := -lzstd
LIMIT_hypervisor/lib/zstd := 120
SRCS_hypervisor/lib/crc32 := hypervisor/lib/crc32.c hypervisor/lib/xxh64.c
LIBS_hypervisor/lib/crc32 := -lz
SRCS_hypervisor/lib/elf := hypervisor/lib/elf.c hypervisor/lib/elf_xen.c
SRCS_hypervisor/lib/bzimage := hypervisor/lib/bzimage.c $(UNPACK)
LIBS_hypervisor/lib/bzimage := -lz
SRCS_hypervisor/lib/kernel := hypervisor/lib/bzimage.c hypervisor/lib/elf.c \
	hypervisor/lib/elf_xen.c $(UNPACK)
NOSAN_hypervisor/lib/kernel := y

FUZZERS += xz lz4 gzip zstd elf bzimage
FUZZ_SRCS_xz := tests/fuzz/xz.c $(UNPACK)
FUZZ_LIBS_xz := -llzma
FUZZ_SRCS_lz4 := tests/fuzz/lz4.c $(UNPACK)
FUZZ_LIBS_lz4 := -llz4
FUZZ_SRCS_gzip := tests/fuzz/gzip.c $(UNPACK)
FUZZ_LIBS_gzip := -lz
FUZZ_SRCS_zstd := tests/fuzz/zstd.c $(UNPACK)
FUZZ_LIBS_zstd := -lzstd
FUZZ_SRCS_elf := tests/fuzz/elf.c hypervisor/lib/elf.c hypervisor/lib/elf_xen.c
FUZZ_SRCS_bzimage := tests/fuzz/bzimage.c hypervisor/lib/bzimage.c $(UNPACK)
