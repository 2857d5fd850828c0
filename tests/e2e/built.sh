#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# built.sh TARGET...: make them, one caller at a time: cases run beside each
# other, and two that need the same image must not both write it.

cd "${0%/*}/../.." || exit 2
mkdir -p build
MAKEFLAGS='' exec flock build/.built.lock make --no-print-directory -s "$@"
