# SPDX-License-Identifier: GPL-2.0-only
#
# poweroff: dom0's poweroff shuts its guests down first. The guest says
# GUEST-DOWN on its console as its init is told; the host looks for it.

. /job/lib.sh
linux g idle
xl create /tmp/g.cfg >/tmp/out 2>&1 || { cat /tmp/out; bad "create"; finish; }
must_log "$(conlog g)" 60 GUEST-READY "the guest"
tick follow "$(conlog g)" &
say "JOB-EXIT 0"
exec /sbin/poweroff
