#!/bin/sh
# The ledger over HTTP under load. Starts a server on 127.0.0.1, measures, stops it.
#   bench/ledger_load.sh BUILD single     single durable transfers from 64 and from 1,000 clients
#   bench/ledger_load.sh BUILD batch      batches of 8,190; uniform and with 4 hot accounts by turns
#   bench/ledger_load.sh BUILD overload   offered load against throughput and latency
# BUILD is a build folder, for instance build/release. SECONDS_EACH=5 makes it quicker (10).
set -eu
if [ $# -ne 2 ]; then
  sed -n '2,6s/^# //p' "$0"
  exit 64
fi
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/bench/ledger_server.sh"
seconds=${SECONDS_EACH:-10}
accounts=${ACCOUNTS:-1000000}
load() { "$build/bench/ledger_load" --port "$port" --token "$token" --accounts "$accounts" --seconds "$seconds" "$@"; }
say_load() { echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"; }

# Of one line of ledger_load, the transfers that were done a second.
done_of() { sed -n 's|.*done *\([0-9]*\)/s.*|\1|p'; }

# Offers parts of the capacity $1, in batches of $2 over $3 connections.
overload() {
  for percent in 25 50 75 90 100 125 150 200; do
    printf '%3s %%  ' "$percent"
    load --batch "$2" --connections "$3" --rate $(($1 * percent / 100))
  done
}

start_ledger_server "$1" "$accounts" "${TRANSFERS:-16000000}"
say_load
case $2 in
  single)
    for round in 1 2 3; do
      "$build/bench/fsync_bench" "$data" 1
      load --batch 1 --connections 64
      load --batch 1 --connections 1000
    done
    ;;
  batch)
    for round in 1 2 3; do
      load --batch 8190 --connections 4
      load --batch 8190 --connections 4 --used 4
    done
    ;;
  overload)
    echo "batches of 8,190"
    capacity=$(load --batch 8190 --connections 8 | tee /dev/stderr | done_of)
    overload "$capacity" 8190 400
    echo "single transfers"
    capacity=$(load --batch 1 --connections 256 | tee /dev/stderr | done_of)
    overload "$capacity" 1 2000
    ;;
  *)
    echo "unknown: $2" >&2
    exit 64
    ;;
esac
say_load
