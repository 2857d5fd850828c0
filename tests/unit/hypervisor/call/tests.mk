# SPDX-License-Identifier: GPL-2.0-only

UNIT_TESTS += hypervisor/call/cpu_state
SRCS_hypervisor/call/cpu_state := tests/fakes/cpu.c hypervisor/call/cpu_state.c \
	$(patsubst %,hypervisor/core/%.c,gdt desc debugreg)

# Events, grants and the tools' calls.
CALL_WORLD = $(MM_CORE) tests/fakes/guest.c
UNIT_TESTS += hypervisor/call/grant_table_op
SRCS_hypervisor/call/grant_table_op = $(CALL_WORLD) tests/fakes/grants.c \
	$(patsubst %,hypervisor/core/%.c,grant grant_map grant_copy) \
	hypervisor/call/grant_table_op.c hypervisor/call/grant_copy.c
