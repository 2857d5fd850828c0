/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug keys on the serial line (and sysctl debug_keys).
 */
#ifndef CORE_KEYS_H
#define CORE_KEYS_H

void keys_press(char c);

#endif
