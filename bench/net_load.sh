#!/bin/sh
# Requests per second of the HTTP server: 200 bytes of JSON, 64 connections, one I/O thread.
#   bench/net_load.sh build/release/bench/net_load [workers] [seconds]
set -eu
program=$1
workers=${2:-2}
seconds=${3:-4}
port=18099
"$program" "$port" "$workers" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
sleep 0.5
ticks() { awk '{print $14 + $15}' "/proc/$server/stat"; }
before=$(ticks)
report=$(wrk -t1 -c64 -d"${seconds}s" --latency "http://127.0.0.1:$port/stops/1")
after=$(ticks)
echo "$report" | grep -E 'Requests/sec|99%|requests in|Non-2xx|Socket errors' || true
requests=$(echo "$report" | awk '/requests in/ {print $1}')
echo "$before $after $requests $(getconf CLK_TCK)" |
  awk '{printf "CPU per request: %.1f us\n", ($2 - $1) / $4 / $3 * 1e6}'
echo "resident: $(awk '/VmHWM/ {print $2, $3}' "/proc/$server/status"), load: $(cut -d' ' -f1 /proc/loadavg)"
