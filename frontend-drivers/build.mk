# SPDX-License-Identifier: GPL-2.0-only
#
# The frontends' cores, as any kernel would compile them: freestanding, with
# no vector registers. Objects below build/frontend-drivers/core; tests, the
# in-tree guest and the Linux modules compile the same sources their own way.

FRONT_CORE := $(wildcard frontend-drivers/core/*.c)
FRONT_CORE_OBJS := $(FRONT_CORE:%.c=$(B)/%.o)
FRONT_CORE_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic \
	-mno-red-zone -mgeneral-regs-only -fno-stack-protector $(WARN) -I.

$(B)/frontend-drivers/core/%.o: frontend-drivers/core/%.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(FRONT_CORE_CFLAGS) -MMD -MP -c -o $@ $<

all: $(FRONT_CORE_OBJS)

include $(sort $(wildcard frontend-drivers/*/build.mk))
