# A PostgreSQL with the ledger of postgresql_ledger.sql, for the scripts of this folder; they read
# this file with `.`, and then call
#   start_postgresql ACCOUNTS     sets $conninfo and $pg
# It lies in a new folder under ${TMPDIR:-/tmp}, listens on a socket there and nowhere else, runs
# as `postgres` where the caller is root, writes durably (fsync and synchronous_commit on), and
# ends with stop_postgresql. PG_BIN says where its programs are.
PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}

as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgresql() {
  pg=$(mktemp -d "${TMPDIR:-/tmp}/postgresql_ledger.XXXXXX")
  if [ "$(id -u)" = 0 ]; then chown postgres "$pg"; fi
  as_postgres "$PG_BIN/initdb" -D "$pg/data" -A trust -U ledger --no-locale -E UTF8 >"$pg.initdb" 2>&1 ||
    { cat "$pg.initdb" >&2; exit 1; }
  rm -f "$pg.initdb"
  cat >>"$pg/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$pg'
max_connections = 100
fsync = on
synchronous_commit = on
wal_sync_method = fdatasync
full_page_writes = on
shared_buffers = 1GB
max_wal_size = 4GB
checkpoint_timeout = 15min
CONF
  as_postgres "$PG_BIN/pg_ctl" -D "$pg/data" -l "$pg/data/log" -w start >/dev/null
  conninfo="host=$pg user=ledger dbname=postgres"
  psql -q "$conninfo" -v ON_ERROR_STOP=1 -f "$(dirname "$0")/postgresql_ledger.sql"
  psql -q "$conninfo" -v ON_ERROR_STOP=1 -c "INSERT INTO account (id, asset, debt_max)
    SELECT id, 156, 1000000000000000 FROM generate_series(1, $1) AS id" \
    -c "CALL check_ledger()" -c "VACUUM ANALYZE account" -c CHECKPOINT
}

stop_postgresql() {
  if [ -n "${pg:-}" ]; then
    as_postgres "$PG_BIN/pg_ctl" -D "$pg/data" -m fast -w stop >/dev/null 2>&1 || true
    rm -rf "$pg"
    pg=
  fi
}

# Single transfers from 64 clients that each wait: postgresql_single ACCOUNTS USED SECONDS
postgresql_single() {
  (
    cd "$pg"
    pgbench -n -M prepared -c 64 -j 1 -T "$3" -D accounts="$1" -D used="$2" -l \
      -f "$here/postgresql_single.pgbench" "$conninfo" 2>/dev/null |
      sed -n 's/^tps = \([0-9]*\).*/\1/p'
    # The third column of its log is the latency in microseconds.
    awk '{print $3}' pgbench_log.* | sort -n |
      awk '{ms[NR] = $1 / 1000} END {printf "%.2f %.2f\n", ms[int(NR / 2)], ms[int(NR * 99 / 100)]}'
    rm -f pgbench_log.*
  ) | tr '\n' ' ' | awk -v used="$2" \
    '{printf "single  used %s  done %s/s  p50 %s  p99 %s ms, 64 clients\n", used, $1, $2, $3}'
}
