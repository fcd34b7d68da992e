#!/bin/sh
# Stands before a program on PATH, in DIRECTORY/bin. While DIRECTORY/count exists, it numbers and logs the calls.
# At the Nth call that matches DIRECTORY/pattern, where DIRECTORY/at has N, it says so (`reached`), waits while `hold`
# exists, and fails if `fail` exists.
directory=${0%/*}/..
name=${0##*/}
real=/usr/bin/$name
[ -x "$real" ] || real=/usr/local/bin/$name
[ -e "$directory/count" ] || exec "$real" "$@"

log() {
  read -r uptime _ </proc/uptime
  printf '%s\n' "$1 $number $uptime $2" >>"$directory/calls"
}

exec 9>>"$directory/lock"
flock 9
read -r number <"$directory/count"
number=$((number + 1))
echo $number >"$directory/count"
log begin "$name $*"
left=-1
if [ -e "$directory/at" ]; then
  IFS= read -r pattern <"$directory/pattern"
  read -r left <"$directory/at"
  # shellcheck disable=SC2254  # It is meant as a pattern.
  case "$name $*" in $pattern) left=$((left - 1)); echo $left >"$directory/at" ;; *) left=-1 ;; esac
fi
exec 9>&-

if [ $left = 0 ]; then
  : >"$directory/reached"
  while [ -e "$directory/hold" ]; do sleep 0.02; done
  if [ -e "$directory/fail" ]; then
    echo "$name: this call was made to fail" >&2
    exit 1
  fi
fi
[ -e "$directory/timed" ] || exec "$real" "$@"
"$real" "$@"
status=$?
log end $status
exit $status
