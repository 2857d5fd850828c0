# SPDX-License-Identifier: GPL-2.0-only

UNIT_TESTS += hypervisor/call/cpu_state
SRCS_hypervisor/call/cpu_state := tests/fakes/cpu.c hypervisor/call/cpu_state.c \
	$(patsubst %,hypervisor/core/%.c,gdt desc debugreg)
