#!/bin/sh
# Our decision tables and zen-engine by turns on one machine; prints the figures of each round and
# their ratios. Both decide the same 1,000 cases by the same tables, and zen's answers are compared
# with ours; zen takes JavaScript objects, so that ours with JSON in and out is the one to set
# beside it. The ratios are of processor time, so that waiting for a busy machine counts for none.
#   bench/peers/rules_peers.sh BUILD PACKAGES [ROUNDS] [SECONDS]
# PACKAGES is a folder outside this project where `npm install @gorules/zen-engine` was run.
set -eu
if [ $# -lt 2 ]; then
  sed -n '2,7s/^# //p' "$0"
  exit 64
fi
build=$1
packages=$2
rounds=${3:-3}
seconds=${4:-2}
here=$(cd "$(dirname "$0")" && pwd)
tables=$(mktemp -d "${TMPDIR:-/tmp}/rules_peers.XXXXXX")
trap 'rm -rf "$tables"' EXIT
trap 'exit 1' INT TERM
"$build/bench/rules_bench" write "$tables"

for round in $(seq "$rounds"); do
  echo "round $round, load of the machine $(cut -d' ' -f1-3 /proc/loadavg)"
  { "$build/bench/rules_bench" tables; node "$here/rules/zen.mjs" "$packages" "$tables" "$seconds"; } |
    sed 's/^/  /' | tee "$tables/round"
  awk '
    /^  20 rules.*typed/ { typed["small"] = $(NF - 2) + 0 }
    /^  20 rules.*JSON/ { json["small"] = $(NF - 2) + 0 }
    /^  3,700 rules.*typed/ { typed["large"] = $(NF - 2) + 0 }
    /^  3,700 rules.*JSON/ { json["large"] = $(NF - 2) + 0 }
    /^  zen/ { differ += $4; each[$2] = $10; parallel[$2] = $15 }
    END {
      for (i = 1; i <= split("small large", names, " "); ++i) {
        name = names[i]
        printf "  ratios to zen, %s table: JSON %.0f awaited, %.0f in parallel; typed %.0f, %.0f\n",
          name, json[name] / each[name], json[name] / parallel[name],
          typed[name] / each[name], typed[name] / parallel[name]
      }
      if (differ > 0) { print "  ANSWERS DIFFER: " differ; exit 1 }
    }' "$tables/round"
done
