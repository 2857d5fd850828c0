/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which flow a packet belongs to, as a number.
 *
 * Toeplitz is the hash of receive-side scaling: for each bit that is set in
 * the input, 32 bits of the key at that place are added without carry. Who has
 * set key and types over the control ring can compute it too. Without that any
 * number will do that is the same for all packets of a flow.
 */
#ifndef BACKEND_DRIVERS_CORE_FLOWHASH_H
#define BACKEND_DRIVERS_CORE_FLOWHASH_H

#include "backend-drivers/core/netback.h"

#define FLOWHASH_KEY_BYTES 40

/*
 * types: XY_NETIF_CTRL_HASH_TYPE_* that are wanted; of those that fit, the one
 * that says most. Not valid: none fits.
 */
struct netback_hash flowhash_toeplitz(const uint8_t key[FLOWHASH_KEY_BYTES],
				      uint32_t types, const uint8_t *frame,
				      uint32_t bytes);
/* The same for all packets of a TCP or UDP flow, or between two addresses. */
uint32_t flowhash_any(const uint8_t *frame, uint32_t bytes);

#endif
