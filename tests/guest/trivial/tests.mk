# SPDX-License-Identifier: GPL-2.0-only
#
# The trivial guest is no micro-guest test: jobs in tests/e2e/jobs create it by
# xl. One C file, no start.S: build/tests/guest/trivial.elf.

TRIVIAL := $(B)/tests/guest/trivial.elf
$(TRIVIAL): tests/guest/trivial/main.c tests/guest/trivial/rude.h \
		tests/guest/trivial/trivial.lds $(wildcard abi/*.h abi/io/*.h)
	@mkdir -p $(@D)
	@echo "  LD    $@"
	$(Q)$(CC) -std=gnu11 -O2 -ffreestanding -fno-pic -mcmodel=kernel \
		-mno-red-zone -mgeneral-regs-only -fno-stack-protector \
		-fcf-protection=none -fno-asynchronous-unwind-tables $(WARN) \
		-I. -nostdlib -static -no-pie -Wl,--build-id=none \
		-Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
		-Wl,--no-warn-rwx-segments -Wl,-T,$(<D)/trivial.lds -o $@ $<
tests: $(TRIVIAL)
