#!/bin/sh
# A ledger in PostgreSQL under load: batches of 8,000, single transfers from 64 clients, and both
# with 4 hot accounts. Starts its own PostgreSQL and stops it.
#   bench/peers/postgresql_ledger.sh BUILD [ACCOUNTS] [SECONDS]
set -eu
if [ $# -lt 1 ]; then
  sed -n '2,4s/^# //p' "$0"
  exit 64
fi
build=$1
accounts=${2:-1000000}
seconds=${3:-10}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/postgresql.sh"
trap stop_postgresql EXIT
trap 'exit 1' INT TERM
start_postgresql "$accounts"
psql -At "$conninfo" -c "SELECT version(); SELECT name || ' = ' || setting FROM pg_settings
  WHERE name IN ('fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes')"
for used in "$accounts" 4; do
  "$build/bench/peers/postgresql_load" "$conninfo" "$accounts" "$used" 8000 "$seconds"
  postgresql_single "$accounts" "$used" "$seconds"
done
psql -At "$conninfo" -c "SELECT CASE WHEN sum(debits) = sum(credits) AND sum(debits) =
  (SELECT sum(amount) FROM transfer) THEN 'debits equal credits' ELSE 'the books are off' END FROM account"
echo "load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
