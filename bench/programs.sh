#!/usr/bin/env bash
# Sourced by "run": how each program does each job, at its best settings. Every function is one measured run; TYPE is ntfs or ext4.
# shellcheck disable=SC2154  # WORK, LOG, PROGRAM, DISK and VOLUME are set by "run" and "data.sh"

# Command, Debian package.
PEERS="partclone.ntfs:partclone zstd:zstd pigz:pigz ntfsclone:ntfs-3g qemu-img:qemu-utils ddrescue:gddrescue borg:borgbackup
restic:restic dd:coreutils"

has() { command -v "$1" >/dev/null; }

# find_peers: prints what is missing and how partclone is called.
find_peers() {
  local each
  for each in $PEERS; do
    has "${each%:*}" || printf -- '- %s is not installed (package %s) and was not run.\n' "${each%:*}" "${each#*:}"
  done
  # Today's Clonezilla has partclone hash with XXH128 (-a3). Debian 12's 0.3.23 knows CRC32 alone, and computes it a byte at a
  # time, at a cost of some 4 s of processor time a GiB that Clonezilla's users do not pay: there it goes without, which flatters it.
  PARTCLONE=(-a3 -z 10485760)
  if has partclone.ntfs && ! partclone.ntfs --help 2>&1 | grep -qi xxh; then
    PARTCLONE=(-a0 -z 10485760)
    echo "- $(partclone.ntfs --version 2>&1 | grep -om1 'v[0-9.]*' | sed 's/^v/partclone /') runs without checksums (-a0): it knows" \
      "only a slow CRC32, not the fast hash (-a3) of Clonezilla's own. That flatters it."
  fi
  export BORG_BASE_DIR=$WORK/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_RELOCATED_REPO_ACCESS_IS_OK=yes
  export RESTIC_PASSWORD=bench RESTIC_CACHE_DIR=$WORK/restic-cache
}

# versions: what ran, in one line.
versions() {
  (
    has partclone.ntfs && partclone.ntfs --version 2>&1 | grep -om1 'v[0-9.]*' | sed 's/^v/partclone /'
    has zstd && zstd --version | grep -om1 'v[0-9.]*' | sed 's/^v/zstd /'
    has pigz && pigz --version 2>&1
    has ntfsclone && ntfsclone --version 2>&1 | grep -om1 'v[0-9.]*' | sed 's/^v/ntfsclone /'
    has qemu-img && qemu-img --version | grep -o 'qemu-img version [0-9.]*' | sed 's/version //'
    has ddrescue && ddrescue --version | head -n 1 | sed 's/^GNU //'
    has borg && borg --version
    has restic && restic version | cut -d ' ' -f 1,2
    dd --version | head -n 1 | sed 's/^dd (coreutils)/coreutils/'
  ) | paste --serial --delimiters=',' | sed 's/,/, /g'
}

# --- Rescue Key

# our_capture PLACE OPTION...: sets nothing; the last line of "out" is the image.
our_capture() { stage "$PROGRAM" capture "$DISK" --to "$1" "${@:2}" >"$WORK/out"; }
our_verify() { stage "$PROGRAM" verify "$1" >"$WORK/out"; }

# digest COMMAND...: of the plan, which a run must confirm; to look at the plan is not measured.
digest() { "$PROGRAM" "$@" --dry-run 2>>"$LOG" | awk '/^plan / { print $2 }'; }
our_confirmed() { stage "$PROGRAM" "${@:2}" --confirm "$1" >"$WORK/out"; }

# --- partclone, as Clonezilla (zstd) and Rescuezilla (gzip by pigz) call it

partclone_read() { stage "partclone.$1" "${PARTCLONE[@]}" -L "$WORK/partclone.log" -c -s "$VOLUME" -o -; }
partclone_write() { stage "partclone.$1" -z 10485760 -L "$WORK/partclone.log" -r -s - -O "$2"; }
partclone_zstd() { partclone_read "$1" | stage zstd -q -c -T0 "$3" >"$2"; }
partclone_pigz() { partclone_read "$1" | stage pigz -c -6 >"$2"; }
partclone_unzstd() { stage zstd -q -dc -T0 "$2" | partclone_write "$1" "$3"; }
partclone_unpigz() { stage pigz -dc "$2" | partclone_write "$1" "$3"; }
partclone_check() { stage zstd -q -dc -T0 "$1" | stage partclone.chkimg -L "$WORK/partclone.log" -s -; }
partclone_clone() { stage "partclone.$1" "${PARTCLONE[@]}" -L "$WORK/partclone.log" -b -s "$VOLUME" -O "$2"; }

# --- ntfsclone

ntfsclone_zstd() { stage ntfsclone --force --save-image --output - "$VOLUME" | stage zstd -q -c -T0 -3 >"$1"; }
ntfsclone_unzstd() { stage zstd -q -dc "$1" | stage ntfsclone --force --restore-image --overwrite "$2" -; }
ntfsclone_clone() { stage ntfsclone --force --overwrite "$1" "$VOLUME" >>"$LOG"; }

# --- programs that take whole volumes, what is free on them included

qemu_convert() { stage qemu-img convert -W -m 16 -c -o compression_type=zstd -f raw -O qcow2 "$VOLUME" "$1"; }
qemu_restore() { stage qemu-img convert -W -m 16 -n -f qcow2 -O raw "$1" "$2"; }
dd_zstd() { stage dd if="$VOLUME" bs=4M status=none | stage zstd -q -c -T0 -3 >"$1"; }
dd_unzstd() { stage zstd -q -dc "$1" | stage dd of="$2" bs=4M iflag=fullblock conv=notrunc status=none; }
dd_copy() { stage dd if="$VOLUME" of="$1" bs=4M conv=notrunc status=none "${@:2}"; }
ddrescue_copy() { stage ddrescue --force --quiet "$VOLUME" "$1"; }
borg_create() { stage borg create --compression zstd,3 --chunker-params fixed,1048576 "$1::$2" "$VOLUME"; }
restic_backup() { stage restic --repo "$1" --quiet backup --compression auto "$VOLUME"; }
