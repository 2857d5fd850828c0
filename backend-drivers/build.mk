# SPDX-License-Identifier: GPL-2.0-only
#
# The disk and network backends: one daemon, static, build/backend-drivers/bin.

ifneq ($(wildcard backend-drivers/daemon/main.c),)
PROGS += backend-drivers/bin/xylem-backend
SRCS_backend-drivers/bin/xylem-backend := $(wildcard backend-drivers/core/*.c \
	backend-drivers/daemon/*.c )
SRCS_backend-drivers/bin/xylem-backend += $(wildcard dom0-tools/lib/store*.c) \
	dom0-tools/lib/evtchn.c dom0-tools/lib/gnt.c dom0-tools/lib/call.c
LIBS_backend-drivers/bin/xylem-backend := -luring -lpthread
endif
