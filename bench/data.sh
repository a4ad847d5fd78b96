#!/usr/bin/env bash
# Sourced by "run": the disks that are measured with. Uses WORK, LOG and DATA_MIB.
#
# A disk is a file with a GPT and one volume; VOLUME is the same volume in a file of its own, for programs that know no disks.
# It holds DATA_MIB of files of 1 MiB: 7 of 10 are a stretch of what a PC holds (programs, libraries, documents of /usr), the
# others random, as films and archives are. What is free, a third of the volume, is full of both as well.
# shellcheck disable=SC2154  # WORK, LOG and DATA_MIB are set by "run"

PARTITION_START=$((1 << 20))
CLUSTER=4096
BLOCK=$((256 << 10)) # of an image

# texts MIB: what a PC holds, again and again if /usr is smaller.
texts() {
  # tar is told to stop by head, which is no failure
  (while tar --create --sort=name --file=- /usr/lib /usr/share 2>>"$LOG"; do :; done || true) | head -c "${1}M"
}

# make_disk TYPE: sets DISK, VOLUME, CLUSTERS (a file: one cluster of data in each block of an image).
make_disk() {
  local mib=$((DATA_MIB * 3 / 2)) text_mib=$((DATA_MIB * 7 / 10)) files=$WORK/files
  DISK=$WORK/$1.disk
  VOLUME=$WORK/$1.volume
  CLUSTERS=$WORK/$1.clusters
  echo "Making a disk of $mib MiB, $1" >&2
  mkdir "$files"
  texts "$text_mib" | split --bytes=1M --suffix-length=5 --numeric-suffixes - "$files/text-"
  head -c "$((DATA_MIB - text_mib))M" /dev/urandom | split --bytes=1M --suffix-length=5 --numeric-suffixes - "$files/noise-"
  (texts $((mib / 2)) && head -c "$((mib - mib / 2))M" /dev/urandom) >"$VOLUME"
  "make_$1" "$files"
  rm -r "$files"
  truncate --size=$((PARTITION_START + (mib << 20) + (1 << 20))) "$DISK"
  sgdisk --new=1:2048:+"$mib"M --typecode=1:"$2" "$DISK" >>"$LOG"
  dd if="$VOLUME" of="$DISK" bs=1M seek=$((PARTITION_START >> 20)) conv=notrunc status=none
  # One cluster in each block that a file lies in.
  sort -n --unique "$WORK/found" | awk -v per=$((BLOCK / CLUSTER)) '{ b = int($1 / per); if (b != last) print $1; last = b }' \
    >"$CLUSTERS"
  MAP=$(fingerprint "$VOLUME" "$1")
}

make_ntfs() {
  local file
  mkntfs --quick --force --cluster-size $CLUSTER --label data "$VOLUME" >>"$LOG" 2>&1
  for file in "$1"/*; do
    ntfscp --force --quiet "$VOLUME" "$file" "/$(basename "$file")" >>"$LOG" 2>&1
  done
  for file in "$1"/*; do
    # Of the last attribute but the directory's: virtual cluster, cluster and length, in hexadecimal.
    ntfsinfo --force --verbose --file "/$(basename "$file")" "$VOLUME" 2>>"$LOG" |
      awk '/Runlist:/ { runs = 1; next } runs && NF == 3 && $1 ~ /^0x/ { print $2, $3; next } { runs = 0 }'
  done | while read -r cluster length; do
    seq $((cluster)) $((cluster + length - 1))
  done >"$WORK/found"
}

make_ext4() {
  local file
  # What was there stays in what is free.
  mke2fs -q -F -t ext4 -b $CLUSTER -E nodiscard -d "$1" "$VOLUME" >>"$LOG" 2>&1
  for file in "$1"/*; do
    echo "blocks /$(basename "$file")"
  done >"$WORK/requests"
  debugfs -f "$WORK/requests" "$VOLUME" 2>>"$LOG" | tr ' ' '\n' | grep -E '^[0-9]+$' >"$WORK/found"
}

# alter PERCENT FILE:OFFSET...: writes new bytes to a cluster in each of so many blocks that hold data, the same to each file.
alter() {
  local count place
  count=$(($(wc -l <"$CLUSTERS") * $1 / 100))
  shuf --head-count="$count" "$CLUSTERS" | while read -r cluster; do
    head -c $CLUSTER /dev/urandom >"$WORK/bytes"
    for place in "${@:2}"; do
      dd if="$WORK/bytes" of="${place%:*}" bs=$CLUSTER seek=$((cluster + ${place##*:} / CLUSTER)) conv=notrunc status=none
    done
  done
}

# alter_source PERCENT TYPE: the disk and its volume.
alter_source() {
  alter "$1" "$DISK:$PARTITION_START" "$VOLUME:0"
  MAP=$(fingerprint "$VOLUME" "$2")
}

# fingerprint VOLUME TYPE: a hash of all that the file system uses, by its own tools. Behind the last cluster of NTFS lies less
# than a cluster, which ntfsclone saves and others leave, but for the copy of the boot sector at its end, which partclone leaves too.
fingerprint() {
  case $2 in
    ntfs) ntfsclone --force --save-image --output - "$1" 2>>"$LOG" | head -c -$CLUSTER ;;
    ext4) e2image -ra "$1" - 2>>"$LOG" ;;
  esac | sha256sum
}

# is_restored FILE TYPE [OFFSET]: whether the volume at the offset holds what the source's does in all that is used.
is_restored() {
  local volume=$1
  if [ "${3:-0}" -gt 0 ]; then
    volume=$WORK/cut
    rm -f "$volume"
    dd if="$1" of="$volume" bs=1M skip=$(($3 >> 20)) count="$(($(stat --format=%s "$VOLUME") >> 20))" conv=sparse status=none
  fi
  [ "$(fingerprint "$volume" "$2")" = "$MAP" ]
  local same=$?
  rm -f "$WORK/cut"
  return $same
}
