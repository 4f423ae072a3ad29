#!/bin/sh
# Our ledger over HTTP, TigerBeetle over TCP and PostgreSQL, by turns on one machine; prints the
# figures of each round and their ratios. The others stand idle while one is measured.
#   [TIGERBEETLE=/path/to/tigerbeetle] bench/peers/ledger_peers.sh BUILD [ROUNDS] [ACCOUNTS] [SECONDS]
# Ours sends batches of 8,190 on 1 and on 4 connections, TigerBeetle's own client one batch at a
# time, PostgreSQL batches of 8,000 on one connection; single transfers come from 64 clients.
set -eu
if [ $# -lt 1 ]; then
  sed -n '2,6s/^# //p' "$0"
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
rounds=${2:-3}
accounts=${3:-10000}
seconds=${4:-8}
root=$(cd "$here/../.." && pwd)
. "$root/bench/ledger_server.sh"
. "$here/postgresql.sh"
start_ledger_server "$1" "$accounts" 100000000
trap 'stop_postgresql; stop_ledger_server' EXIT
start_postgresql "$accounts"

load() { "$build/bench/ledger_load" --port "$port" --token "$token" --accounts "$accounts" --seconds "$seconds" "$@"; }
# Prints a line under a name and keeps the transfers a second of it in $done.
show() {
  done=$(printf '%s' "$2" | sed -n 's|.*done *\([0-9]*\)/s.*|\1|p')
  printf '  %-24s %s\n' "$1" "$2"
}

for round in $(seq "$rounds"); do
  echo "round $round, load of the machine $(cut -d' ' -f1-3 /proc/loadavg)"
  show "ours, 4 connections" "$(load --batch 8190 --connections 4)"; ours=$done
  show "ours, 4 hot accounts" "$(load --batch 8190 --connections 4 --used 4)"; hot=$done
  show "ours, 1 connection" "$(load --batch 8190 --connections 1)"; lone=$done
  tigerbeetle=0
  if [ -x "${TIGERBEETLE:-}" ]; then
    show "TigerBeetle" "$("$here/tigerbeetle.sh" "$accounts" 2000000)"; tigerbeetle=$done
  fi
  show "PostgreSQL" "$("$build/bench/peers/postgresql_load" "$conninfo" "$accounts" "$accounts" 8000 "$seconds")"; batched=$done
  show "PostgreSQL, 4 hot" "$("$build/bench/peers/postgresql_load" "$conninfo" "$accounts" 4 8000 "$seconds")"
  show "ours, single" "$(load --batch 1 --connections 64)"; single=$done
  show "PostgreSQL, single" "$(postgresql_single "$accounts" "$accounts" "$seconds")"; row=$done
  show "PostgreSQL, single, hot" "$(postgresql_single "$accounts" 4 "$seconds")"
  echo "$ours $hot $lone $tigerbeetle $batched $single $row" | awk '{
    printf "  ratios: hot / uniform %.2f", $2 / $1
    if ($4 > 0) printf ", ours / TigerBeetle %.2f (1 connection %.2f)", $1 / $4, $3 / $4
    printf ", ours / PostgreSQL batched %.2f, single %.2f\n", $1 / $5, $6 / $7 }'
done
