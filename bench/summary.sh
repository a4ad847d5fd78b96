#!/usr/bin/env bash
# Sourced by "run": prints everything as Markdown: the machine, the goals beside what was reached, a table for each job.
# shellcheck disable=SC2154  # what "run" and the others set

# machine: what ran this, without a name of anything.
machine() {
  echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1))," \
    "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo) of memory, Linux $(uname -r | cut -d . -f 1,2)," \
    "load $LOAD_BEFORE before and $(cut -d ' ' -f 1 /proc/loadavg) after; disks, images and targets on" \
    "$(stat --file-system --format=%T "$WORK")"
}

# goal WHAT AIM VALUE: a row; an aim begins with >= or <=. Nothing where the value is empty: something was not run.
goal() {
  [ -n "$3" ] || return 0
  awk -v what="$1" -v aim="$2" -v value="$3" 'BEGIN {
    limit = substr(aim, 3) + 0
    met = substr(aim, 1, 1) == ">" ? value >= limit : value <= limit
    sub(/^>=/, "at least ", aim); sub(/^<=/, "at most ", aim)
    printf "| %s | %s | %.2f | %s |\n", what, aim, value, met ? "reached" : "missed"
  }'
}

goals_of() {
  local clonezilla="partclone + zstd -T0 -3 (Clonezilla)" full="$OURS, all written (--no-delta)"
  local differ="$OURS, 5 % of the blocks differ" capture="capture, $1" job
  goal "capture at level auto: times as fast as Clonezilla's call, $1" ">=2" \
    "$(ratio "$capture" "$clonezilla" "$OURS, level auto" 1)"
  goal "... its size to that of Clonezilla's" "<=1.03" "$(ratio "$capture" "$OURS, level auto" "$clonezilla" 4)"
  goal "capture at equal level 3: times as fast, $1" ">=1" "$(ratio "$capture" "$clonezilla" "$OURS, level 3" 1)"
  goal "capture at equal level 1: times as fast, $1" ">=1" \
    "$(ratio "$capture" "partclone + zstd -T0 -1" "$OURS, level 1" 1)"
  goal "verify: times as fast as Clonezilla's call, $1" ">=2" \
    "$(ratio "verify, $1" "zstd -dc + partclone.chkimg" "$OURS" 1)"
  goal "restore, read back: times as fast as Clonezilla's call, which does not, $1" ">=2" \
    "$(ratio "restore to a new target, $1" "zstd -dc + partclone (Clonezilla)" "$OURS, read back" 1)"
  for job in restore clone; do
    goal "delta $job, 5 % differ: times as fast as all written, $1" ">=4" \
      "$(ratio "$job again onto the same target, $1" "$full" "$differ" 1)"
  done
  goal "clone, read back: rate to that of a plain copy of as many bytes, which does not, $1" ">=0.95" \
    "$(ratio "clone to a new target, $1" "dd of as many bytes as are used" "$OURS, read back" 1)"
  goal "incremental, 2 % changed: times as fast as a full image, $1" ">=6" \
    "$(ratio "capture after 2 % of the blocks changed, $1" "$OURS, a full image again" "$OURS, incremental" 1)"
}

# summary: the whole.
summary() {
  local type job
  echo "Each disk has $DATA_MIB MiB of files on $((DATA_MIB * 3 / 2)) MiB; $ROUNDS rounds. Machine: $(machine)."
  echo
  echo "Programs: $(versions)."
  [ -z "$NOTES" ] || printf '\n%s\n' "$NOTES"
  printf '\n| goal | aim | median of the pairs | |\n|---|---|---|---|\n'
  for type in $TYPES; do
    goals_of "$type"
  done
  goal "peak resident memory of any run, MiB" "<=256" \
    "$(cat "$WORK/runs"/*/"$OURS"* | cut -d ' ' -f 3 | sort -n | tail -n 1)"
  while read -r job; do
    [ ! -d "$WORK/runs/$job" ] || table "$job"
  done <"$WORK/order"
}
