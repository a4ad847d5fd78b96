#!/usr/bin/env bash
# Sourced by "run": the jobs. Each function measures all programs that can do the job, in rounds, on the disk of one TYPE.
# shellcheck disable=SC2154  # what "run" and "data.sh" set

IMAGES=images # below WORK: what restores and checks start from, made once and not measured

# last_image: the path of the one that our last capture made.
last_image() { tail -n 1 "$WORK/out"; }

# base_image TYPE: images of the disk by every program whose restore is measured.
base_image() {
  local at=$WORK/$IMAGES
  mkdir -p "$at/ours"
  begin "images of the $1 disk, not measured"
  ours "$OURS" "" our_capture "$at/ours" --kind full
  IMAGE=$(last_image)
  if has "partclone.$1"; then
    peer zstd "" partclone_zstd "$1" "$at/partclone.zst" -3 || true
    ! has pigz || peer pigz "" partclone_pigz "$1" "$at/partclone.gz" || true
  fi
  [ "$1" != ntfs ] || peer ntfsclone "" ntfsclone_zstd "$at/ntfsclone.zst" || true
  ! has qemu-img || peer qemu "" qemu_convert "$at/qcow2" || true
  peer dd "" dd_zstd "$at/dd.zst" || true
  rm -r "$RUNS"
}

OURS="Rescue Key"

# captured OPTIONS NAME: one of our captures into a place of its own.
captured() {
  rm -rf "$WORK/place"
  mkdir "$WORK/place"
  ours "$1" "" our_capture "$WORK/place" --kind full "${@:2}"
  # The image alone, not the reports beside it.
  sed -i "\$s/-\$/$(stat --format=%s "$(last_image)")/" "$RUNS/$1"
}

# others NAME FUNCTION ARGUMENT...: one that makes "made", which is told in the table and removed.
others() {
  rm -rf "$WORK/made"
  peer "$1" "$WORK/made" "${@:2}" || true
  rm -rf "$WORK/made"
}

job_capture() {
  begin "capture, $1"
  local round
  for ((round = 1; round <= ROUNDS; round++)); do
    captured "$OURS, level auto" --no-verify
    captured "$OURS, level 1" --no-verify --level 1
    captured "$OURS, level 3" --no-verify --level 3
    captured "$OURS, level auto, verified (the default)"
    if has "partclone.$1"; then
      others "partclone + zstd -T0 -3 (Clonezilla)" partclone_zstd "$1" "$WORK/made" -3
      others "partclone + zstd -T0 -1" partclone_zstd "$1" "$WORK/made" -1
      ! has pigz || others "partclone + pigz -6 (Rescuezilla)" partclone_pigz "$1" "$WORK/made"
    fi
    [ "$1" != ntfs ] || others "ntfsclone + zstd -T0 -3" ntfsclone_zstd "$WORK/made"
    ! has qemu-img || others "qemu-img convert -c, zstd (all sectors)" qemu_convert "$WORK/made"
    others "dd + zstd -T0 -3 (all sectors)" dd_zstd "$WORK/made"
    ! has ddrescue || others "ddrescue, not compressed (all sectors)" ddrescue_copy "$WORK/made"
    if has borg; then
      borg init --encryption none "$WORK/made" 2>>"$LOG"
      peer "borg, zstd 3 (all sectors)" "$WORK/made" borg_create "$WORK/made" first || true
      rm -rf "$WORK/made"
    fi
    if has restic; then
      restic --repo "$WORK/made" --quiet init >>"$LOG"
      peer "restic (all sectors)" "$WORK/made" restic_backup "$WORK/made" || true
      rm -rf "$WORK/made"
    fi
  done
}

job_verify() {
  begin "verify, $1"
  local round
  for ((round = 1; round <= ROUNDS; round++)); do
    ours "$OURS" "" our_verify "$IMAGE"
    [ ! -e "$WORK/$IMAGES/partclone.zst" ] || ! has partclone.chkimg ||
      peer "zstd -dc + partclone.chkimg" "" partclone_check "$WORK/$IMAGES/partclone.zst" || true
  done
}

# new_target FILE: as large as FILE, all zeros and nowhere allocated.
new_target() {
  rm -f "$WORK/target"
  truncate --size="$(stat --format=%s "$1")" "$WORK/target"
}

# ours_onto TYPE NAME COMMAND...: our restore or clone onto the target as it is, compared afterwards.
ours_onto() {
  local confirm
  confirm=$(digest "${@:3}")
  [ -n "$confirm" ] || fail "no plan for: ${*:3}"
  ours "$2" "" our_confirmed "$confirm" "${@:3}"
  is_restored "$WORK/target" "$1" "$PARTITION_START" || fail "$2 wrote wrong bytes in \"$JOB\""
  [ "$(sfdisk --dump "$DISK" | grep -E 'start=|label-id')" = "$(sfdisk --dump "$WORK/target" | grep -E 'start=|label-id' |
    sed "s#^$WORK/target#$DISK#")" ] || fail "$2 wrote another partition table in \"$JOB\""
}

# peer_onto TYPE NAME FUNCTION ARGUMENT...: that of a peer onto a target that is new or, in a job that says so, as it is.
peer_onto() {
  [ "$KEEP_TARGET" = yes ] || new_target "$VOLUME"
  peer "$2" "" "${@:3}" || return 0
  is_restored "$WORK/target" "$1" || spoiled "$2"
}

job_restore() {
  begin "restore to a new target, $1"
  local round at=$WORK/$IMAGES
  KEEP_TARGET=no
  for ((round = 1; round <= ROUNDS; round++)); do
    new_target "$DISK"
    ours_onto "$1" "$OURS, read back" restore "$IMAGE" --to "$WORK/target"
    [ ! -e "$at/partclone.zst" ] || peer_onto "$1" "zstd -dc + partclone (Clonezilla)" \
      partclone_unzstd "$1" "$at/partclone.zst" "$WORK/target"
    [ ! -e "$at/partclone.gz" ] || peer_onto "$1" "pigz -dc + partclone (Rescuezilla)" \
      partclone_unpigz "$1" "$at/partclone.gz" "$WORK/target"
    [ ! -e "$at/ntfsclone.zst" ] || peer_onto "$1" "zstd -dc + ntfsclone" ntfsclone_unzstd "$at/ntfsclone.zst" "$WORK/target"
    [ ! -e "$at/qcow2" ] || peer_onto "$1" "qemu-img convert (all sectors)" qemu_restore "$at/qcow2" "$WORK/target"
    peer_onto "$1" "zstd -dc + dd (all sectors)" dd_unzstd "$at/dd.zst" "$WORK/target"
  done
  rm -f "$WORK/target"
}

# ours_again TYPE COMMAND...: our restore or clone onto a target that holds an earlier state: the same, one that differs in 5 %
# of its blocks, and without comparing.
ours_again() {
  cp --sparse=always "$DISK" "$WORK/target"
  ours_onto "$1" "$OURS, nothing differs" "${@:2}" --to "$WORK/target"
  alter 5 "$WORK/target:$PARTITION_START"
  ours_onto "$1" "$OURS, 5 % of the blocks differ" "${@:2}" --to "$WORK/target"
  alter 5 "$WORK/target:$PARTITION_START"
  ours_onto "$1" "$OURS, all written (--no-delta)" "${@:2}" --to "$WORK/target" --no-delta
}

job_again() {
  begin "restore again onto the same target, $1"
  local round
  KEEP_TARGET=yes
  for ((round = 1; round <= ROUNDS; round++)); do
    ours_again "$1" restore "$IMAGE"
    cp --sparse=always "$VOLUME" "$WORK/target"
    [ ! -e "$WORK/$IMAGES/partclone.zst" ] || peer_onto "$1" "zstd -dc + partclone (Clonezilla), all written" \
      partclone_unzstd "$1" "$WORK/$IMAGES/partclone.zst" "$WORK/target"
  done
  rm -f "$WORK/target"
}

# copiers TYPE: the peers that clone.
copiers() {
  ! has "partclone.$1" || peer_onto "$1" "partclone -b (Clonezilla)" partclone_clone "$1" "$WORK/target"
  [ "$1" != ntfs ] || peer_onto "$1" "ntfsclone" ntfsclone_clone "$WORK/target"
  ! has ddrescue || peer_onto "$1" "ddrescue (all sectors)" ddrescue_copy "$WORK/target"
  peer_onto "$1" "dd (all sectors)" dd_copy "$WORK/target"
}

job_clone() {
  begin "clone to a new target, $1"
  local round
  KEEP_TARGET=no
  for ((round = 1; round <= ROUNDS; round++)); do
    new_target "$DISK"
    ours_onto "$1" "$OURS, read back" clone "$DISK" --to "$WORK/target"
    copiers "$1"
    # What any program needs at least to read and write as many bytes as are used, in memory or on a device alike.
    new_target "$VOLUME"
    peer "dd of as many bytes as are used" "" dd_copy "$WORK/target" count=$((DATA_MIB / 4)) || true
  done
  rm -f "$WORK/target"
}

job_clone_again() {
  begin "clone again onto the same target, $1"
  local round
  KEEP_TARGET=yes
  for ((round = 1; round <= ROUNDS; round++)); do
    ours_again "$1" clone "$DISK"
    cp --sparse=always "$VOLUME" "$WORK/target"
    copiers "$1"
  done
  rm -f "$WORK/target"
}

job_incremental() {
  begin "capture after 2 % of the blocks changed, $1"
  local round chain=$WORK/chain borg=$WORK/borg restic=$WORK/restic latest=
  mkdir "$chain"
  our_capture "$chain" --kind full --no-verify || fail "the full image for the incremental ones"
  ! has borg || { borg init --encryption none "$borg" && borg_create "$borg" 0; } 2>>"$LOG"
  ! has restic || { restic --repo "$restic" --quiet init && restic_backup "$restic"; } >>"$LOG"
  for ((round = 1; round <= ROUNDS; round++)); do
    alter_source 2 "$1"
    ours "$OURS, incremental" "" our_capture "$chain" --kind incremental --no-verify
    latest=$(last_image)
    sed -i "\$s/-\$/$(stat --format=%s "$latest")/" "$RUNS/$OURS, incremental"
    captured "$OURS, a full image again" --no-verify
    ! has "partclone.$1" || others "partclone + zstd -T0 -3 (Clonezilla), a full image again" \
      partclone_zstd "$1" "$WORK/made" -3
    ! has borg || grown "borg, zstd 3 (all sectors)" "$borg" borg_create "$borg" "$round"
    ! has restic || grown "restic (all sectors)" "$restic" restic_backup "$restic"
  done
  # The last one must restore to what the disk is now.
  new_target "$DISK"
  begin "the last incremental image is restored, not measured"
  ours_onto "$1" "$OURS" restore "$latest" --to "$WORK/target"
  rm -r "$RUNS" "$WORK/target" "$chain"
  rm -rf "$borg" "$restic"
}

# grown PROGRAM STORE FUNCTION ARGUMENT...: a run that adds to a store; what it added is told.
grown() {
  local before after
  before=$(du --apparent-size --summarize --bytes "$2" | cut -f 1)
  peer "$1" "" "${@:3}" || return 0
  after=$(du --apparent-size --summarize --bytes "$2" | cut -f 1)
  sed -i "\$s/-\$/$((after - before))/" "$RUNS/$1"
}
