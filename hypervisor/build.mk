# SPDX-License-Identifier: GPL-2.0-only
#
# The hypervisor: every .c and .S of the five floors, freestanding, linked by
# xylem.lds into build/xylem.elf (for gdb and the lint) and flattened into
# build/xylem, which QEMU's Multiboot loader takes as it is.

HV_FLOORS := lib core call hw entry
HV_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fPIE -mcmodel=small \
	-fvisibility=hidden -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fcf-protection=none -fno-omit-frame-pointer \
	-fno-asynchronous-unwind-tables -fno-common -fno-strict-aliasing \
	-ffunction-sections $(WARN) $(INC) -I$(B)/hypervisor
HV_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack \
	-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments \
	-Wl,--gc-sections -no-pie

HV_C := $(filter-out %/offsets.c,$(wildcard $(HV_FLOORS:%=hypervisor/%/*.c)))
HV_S := $(wildcard $(HV_FLOORS:%=hypervisor/%/*.S))
HV_OBJS := $(HV_C:%.c=$(B)/%.o) $(HV_S:%.S=$(B)/%.S.o)
HV_OFFSETS := $(if $(wildcard hypervisor/entry/offsets.c),$(B)/hypervisor/entry/offsets.h)

ifneq ($(wildcard hypervisor/xylem.lds),)
all: $(B)/xylem
endif

.PHONY: hypervisor
hypervisor: $(B)/xylem

$(B)/xylem: $(B)/xylem.elf
	@echo "  FLAT  $@"
	$(Q)$(OBJCOPY) -O binary $< $@

# Linked twice: the first image gives the function names (for backtraces), the
# second carries them, in read-only data behind all code, so no address moves.
$(B)/xylem.elf: hypervisor/xylem.lds hypervisor/symbols.sh $(HV_OBJS)
	@echo "  LD    $@"
	$(Q)sh hypervisor/symbols.sh /dev/null > $(B)/symbols0.c
	$(Q)$(CC) $(HV_CFLAGS) -c -o $(B)/symbols0.o $(B)/symbols0.c
	$(Q)$(CC) $(HV_LDFLAGS) -Wl,-T,$< -o $(B)/xylem0.elf $(HV_OBJS) \
		$(B)/symbols0.o
	$(Q)sh hypervisor/symbols.sh $(B)/xylem0.elf > $(B)/symbols1.c
	$(Q)$(CC) $(HV_CFLAGS) -c -o $(B)/symbols1.o $(B)/symbols1.c
	$(Q)$(CC) $(HV_LDFLAGS) -Wl,-T,$< -Wl,-Map,$@.map -o $@ $(HV_OBJS) \
		$(B)/symbols1.o

$(B)/hypervisor/%.o: hypervisor/%.c | $(HV_OFFSETS)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/hypervisor/%.S.o: hypervisor/%.S $(HV_OFFSETS)
	@mkdir -p $(@D)
	@echo "  AS    $<"
	$(Q)$(CC) $(HV_CFLAGS) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

# offsets.c emits lines "->NAME value" into its assembly; they become a header
# that the .S files include as "entry/offsets.h".
$(B)/hypervisor/entry/offsets.h: hypervisor/entry/offsets.c
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)$(CC) $(HV_CFLAGS) -MMD -MP -MT $@ -MF $(@:.h=.d) -S -o $(@:.h=.s) $<
	$(Q)sed -n 's/^.*->\([A-Z0-9_]*\) \$$\?\(-\?[0-9]*\).*/#define \1 \2/p' \
		$(@:.h=.s) > $@
