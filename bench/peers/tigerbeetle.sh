#!/bin/sh
# TigerBeetle's own benchmark: its client sends batches of about 8,190 over TCP to a replica of its
# own, one batch at a time. TIGERBEETLE names the program.
#   TIGERBEETLE=/path/to/tigerbeetle bench/peers/tigerbeetle.sh [ACCOUNTS] [TRANSFERS]
# It can be built from its source, release 0.15.3 (commit 73bbc1a32), with zig 0.11.0:
#   TIGERBEETLE_RELEASE=0.15.3 zig build -Drelease -Dconfig=production -Dgit-commit=73bbc1a32ba2513e369764680350c099fe302285
# It takes some 3 GiB of memory and, for 2 M transfers, 4 GiB of disk under ${TMPDIR:-/tmp}.
set -eu
if [ ! -x "${TIGERBEETLE:-}" ]; then
  sed -n '2,7s/^# //p' "$0" >&2
  exit 64
fi
program=$(realpath "$TIGERBEETLE")
folder=$(mktemp -d "${TMPDIR:-/tmp}/tigerbeetle.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
"$program" benchmark --account-count="${1:-10000}" --transfer-count="${2:-2000000}" --query-count=1 >out 2>&1 ||
  { cat out >&2; exit 1; }
# "2000000 transfers in 19.05 s", or "load accepted = 105004 tx/s", and percentiles of a batch.
done=$(sed -n 's/^load accepted = \([0-9]*\) tx\/s.*/\1/p' out)
echo "batch 8190  done $done/s  p50 $(sed -n 's/^batch latency p50 = \([0-9]*\) ms.*/\1/p' out)  p99 $(sed -n 's/^batch latency p99 = \([0-9]*\) ms.*/\1/p' out) ms a batch"
