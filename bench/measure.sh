#!/usr/bin/env bash
# Sourced by "run": how a run is measured, and how its figures are kept and printed. Uses WORK (a folder) and LOG (a file).
#
# A run is a pipeline of stages. Its seconds are those of the whole pipeline; its processor time is the sum of the stages' (and
# of the children they waited for); its peak memory is the sum of the stages' own peaks, each as the kernel keeps it (VmHWM).
# shellcheck disable=SC2154  # WORK and LOG are set by "run"

# stage COMMAND...: one program of a pipeline.
stage() { /usr/bin/time --append --output="$WORK/usage" --format='%U %S %M' "$@" 2>>"$LOG"; }

# begin JOB: the runs that follow belong to it; the others are compared with the first of them.
begin() {
  JOB=$1
  RUNS=$WORK/runs/$JOB
  mkdir -p "$RUNS"
  echo "$JOB" | tee -a "$WORK/order" >&2
}

# run PROGRAM OUTPUT FUNCTION [ARGUMENT...]: runs the function, and appends its seconds, processor seconds, peak MiB and the size
# of what it made (OUTPUT, a file or folder; "" if it is not to be told) to the program's file. Returns 1 if it failed.
run() {
  local program=$1 output=$2 start end size=-
  [ -e "$WORK/first/$JOB" ] || echo "$program" >"$WORK/first/$JOB"
  : >"$WORK/usage"
  start=$EPOCHREALTIME
  if ! "${@:3}" >>"$LOG"; then # what it prints beside what it makes
    echo "failed" >>"$RUNS/$program"
    return 1
  fi
  end=$EPOCHREALTIME
  [ -z "$output" ] || size=$(du --apparent-size --summarize --bytes "$output" | cut -f 1)
  awk -v start="$start" -v end="$end" -v size="$size" '
    NF == 3 { cpu += $1 + $2; rss += $3 }
    END { printf "%.2f %.2f %.0f %s\n", end - start, cpu, rss / 1024, size }' "$WORK/usage" >>"$RUNS/$program"
}

# ours PROGRAM OUTPUT FUNCTION...: the same for our own program, of which nothing may fail.
ours() {
  run "$@" && return
  tr '\r' '\n' <"$LOG" | tail -n 20 >&2
  fail "$1 failed in \"$JOB\""
}

# peer PROGRAM OUTPUT FUNCTION...: the same for another one: that it failed stands in the table, and it is not run again.
peer() {
  ! grep -qs failed "$RUNS/$1" || return 1
  run "$@" || {
    echo "  $1: failed in \"$JOB\"" >&2
    return 1
  }
}

# spoiled PROGRAM: what it wrote is not what it was to write, so that its figures count for nothing.
spoiled() {
  echo "  $1: wrong bytes in \"$JOB\"" >&2
  echo "failed" >>"$RUNS/$1"
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# of JOB PROGRAM COLUMN: the median; columns are 1 seconds, 2 processor seconds, 3 peak MiB, 4 bytes.
of() { cut -d ' ' -f "$3" "$WORK/runs/$1/$2" | median; }

# ratio JOB PROGRAM PROGRAM COLUMN: how many times the second one's figure the first one's is: the median of the pairs. Nothing if
# one of them was not run or failed.
ratio() {
  local one=$WORK/runs/$1/$2 other=$WORK/runs/$1/$3
  if [ -e "$one" ] && [ -e "$other" ] && ! grep -q failed "$one" "$other"; then
    paste -d ' ' <(cut -d ' ' -f "$4" "$one") <(cut -d ' ' -f "$4" "$other") | awk '$2 > 0 { printf "%.4f\n", $1 / $2 }' | median
  fi
}

# table JOB: a table of the job's programs by their seconds; the ratios are to the program that ran first.
table() {
  local program file first
  first=$(cat "$WORK/first/$1")
  printf '\n### %s\n\n| program | seconds | median | times | cpu s | peak MiB | made MiB |\n|---|---|---|---|---|---|---|\n' "$1"
  for file in "$WORK/runs/$1"/*; do
    program=$(basename "$file")
    if grep -q failed "$file"; then
      printf '9999999 | %s | failed | | | | | |\n' "$program"
      continue
    fi
    awk -v name="$program" -v seconds="$(of "$1" "$program" 1)" -v times="$(ratio "$1" "$program" "$first" 1)" \
      -v cpu="$(of "$1" "$program" 2)" -v rss="$(of "$1" "$program" 3)" -v size="$(of "$1" "$program" 4)" '
      { runs = runs (NR > 1 ? " " : "") $1 }
      END {
        made = size ~ /^[0-9]/ ? sprintf("%.0f", size / 1048576) : ""
        printf "%s | %s | %s | %.2f | %.2f | %.1f | %.0f | %s |\n", seconds, name, runs, seconds, times, cpu, rss, made
      }' "$file"
  done | sort -n | cut -d ' ' -f 2-
}
