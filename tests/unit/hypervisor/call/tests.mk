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

# The tools' calls, on real domains.
LIFE := tests/fakes/life.c tests/fakes/arch.c tests/fakes/guest.c \
	$(patsubst %,hypervisor/core/%.c,dom vcpu evtchn evtchn_2l evtchn_info grant \
	grant_map grant_copy sched timer watchdog time xstate debugreg desc \
	ldt gdt cpuid cpuid_policy control call_page cpus frame frame_owner heap \
	pool m2p pte pt pt_root pt_update pt_walk pt_grant pt_audit dom_mm) \
	$(patsubst %,hypervisor/call/%.c,domctl domctl_life domctl_misc \
	domctl_state domctl_vcpu sysctl sysctl_machine policy bitmap \
	domain_info)
UNIT_TESTS += hypervisor/call/domctl hypervisor/call/domctl_state
SRCS_hypervisor/call/domctl := $(LIFE)
SRCS_hypervisor/call/domctl_state := $(LIFE)
UNIT_TESTS += hypervisor/call/sysctl
SRCS_hypervisor/call/sysctl := $(LIFE)
UNIT_TESTS += hypervisor/call/event_channel_op
SRCS_hypervisor/call/event_channel_op = $(CALL_WORLD) \
	tests/fakes/sched.c tests/fakes/evtchn.c \
	$(patsubst %,hypervisor/core/%.c,evtchn evtchn_2l evtchn_info) \
	hypervisor/call/event_channel_op.c

# Memory calls on the fake machine.  (MM_CALL: core and the fakes.)
MM_CALL := $(addprefix hypervisor/core/,frame.c frame_owner.c heap.c pool.c \
	m2p.c pte.c pt.c pt_root.c pt_update.c pt_walk.c pt_grant.c dom_mm.c \
	desc.c e820.c) $(addprefix tests/fakes/,arch.c dom.c guest.c)
UNIT_TESTS += hypervisor/call/memory_op
SRCS_hypervisor/call/memory_op := $(MM_CALL) $(addprefix hypervisor/call/, \
	memory_op.c memory_extents.c memory_exchange.c memory_maps.c)
UNIT_TESTS += hypervisor/call/mmu
SRCS_hypervisor/call/mmu := $(MM_CALL) $(addprefix hypervisor/call/, mmu.c \
	mmu_update.c mmuext_op.c update_va_mapping.c vm_assist.c)

# Timers and the run queue, as hostile calls drive them.
UNIT_TESTS += hypervisor/core/timer
SRCS_hypervisor/core/timer := $(LIFE) $(patsubst %,hypervisor/call/%.c,sched_op \
	vcpu_op) hypervisor/core/runstate.c
UNIT_TESTS += hypervisor/call/multicall
SRCS_hypervisor/call/multicall := hypervisor/call/multicall.c \
	hypervisor/call/dispatch.c tests/fakes/guest.c
UNIT_TESTS += hypervisor/call/direct
SRCS_hypervisor/call/direct := hypervisor/call/direct.c \
	hypervisor/call/dispatch.c
