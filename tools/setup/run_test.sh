#!/usr/bin/env bash
# ./run as its user meets it, on the build of the preset in HQ_PRESET: it serves, a second start
# takes seconds, and each thing that can go wrong ends with one clear line and harms nothing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export HQ_PRESET=${HQ_PRESET:-dev} LC_ALL=C.UTF-8
work=$(mktemp -d)
server=
cleanup() { [ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"; }
trap cleanup EXIT

failures=0
check() {  # check NAME COMMAND...
  local name=$1; shift
  if "$@"; then echo "ok: $name"; else echo "FAILED: $name"; failures=$((failures + 1)); fi
}
says() { grep -q -- "$2" "$1" || { echo "--- $1 does not say '$2':"; cat "$1"; false; }; }

# Starts ./run with the given options; the address it printed goes to $address.
start() {
  ./run --no-install --port 0 "$@" >"$work/out" 2>&1 &
  server=$!
  address=
  for _ in $(seq 600); do
    address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$work/out" | head -n 1)
    [ -n "$address" ] && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  echo "--- the server did not start:"; cat "$work/out"
  false
}
stop_server() { kill "$server"; wait "$server" 2>/dev/null; server=; }
answers() { curl -sf "$address/healthz" >/dev/null && curl -sf "$address/api/v1/hub" | grep -q 虹桥; }

check "serves with a new data folder" start --data "$work/data"
check "answers" answers
check "prints the operator token" says "$work/out" "hq_"
check "a second process is refused the folder" bash -c \
  "! timeout 60 ./run --no-install --port 0 --data '$work/data' >'$work/second' 2>&1"
check "and says so in one line" says "$work/second" "another"
check "a taken port is refused" bash -c \
  "! timeout 60 ./run --no-install --port ${address##*:} --data '$work/other' >'$work/port' 2>&1"
check "and says so" says "$work/port" "port is taken"
stop_server

began=$(date +%s)
check "starts again" start --data "$work/data"
check "builds no page that is built" bash -c "! grep -q 'Building the page' '$work/out'"
check "in seconds" test $(($(date +%s) - began)) -le 15
check "the token is not shown twice" bash -c "! grep -q hq_ '$work/out'"
stop_server

mkdir "$work/newer"
sqlite3 "$work/newer/log.sqlite" \
  "PRAGMA application_id = 1213287495; PRAGMA user_version = 9999; CREATE TABLE later(x)" >/dev/null
check "a folder of a newer version is refused" bash -c \
  "! timeout 60 ./run --no-install --port 0 --data '$work/newer' >'$work/version' 2>&1"
check "and says so" says "$work/version" "newer program"

mkdir "$work/bin"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/dpkg-query"
printf '#!/bin/sh\necho "Temporary failure resolving" >&2; exit 100\n' >"$work/bin/apt-get"
printf '#!/bin/sh\nexec "$@"\n' >"$work/bin/sudo"
chmod +x "$work"/bin/*
check "no network ends the installation" bash -c \
  "! PATH='$work/bin:$PATH' ./run --data '$work/other' >'$work/network' 2>&1"
check "and says so" says "$work/network" "No network"
check "in Chinese too" bash -c "! LC_ALL=zh_CN.UTF-8 PATH='$work/bin:$PATH' ./run >'$work/zh' 2>&1"
check "with Chinese words" says "$work/zh" "没有网络"
check "an unknown option shows the usage" bash -c "! ./run --nonsense >'$work/usage' 2>&1"
check "with its options" says "$work/usage" "--no-install"

echo "$failures failed"
[ "$failures" = 0 ]
