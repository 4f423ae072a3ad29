# A ledger server for the scripts of this folder; they set $root to that of the project, read this
# file with `.`, and then call
#   start_ledger_server BUILD ACCOUNTS TRANSFERS   sets $port and $token
# Its data lie in a new folder under ${TMPDIR:-/tmp}; both end with the script.
start_ledger_server() {
  build=$1
  data=$(mktemp -d "${TMPDIR:-/tmp}/ledger_server.XXXXXX")
  server=
  : >"$data/out" >"$data/err"
  trap stop_ledger_server EXIT
  trap 'exit 1' INT TERM
  "$build/src/cli/hongqiao" serve --quiet --port 0 --data "$data" --hub "$root/hubs/hongqiao" \
    --ledger-accounts "$2" --ledger-transfers "$3" >"$data/out" 2>"$data/err" &
  server=$!
  for _ in $(seq 150); do
    port=$(sed -n 's|.*http://127\.0\.0\.1:\([0-9]*\).*|\1|p' "$data/out" "$data/err" | head -n 1)
    token=$(grep -oh 'hq_[A-Za-z0-9_-]*' "$data/out" "$data/err" | head -n 1)
    if [ -n "$port" ] && [ -n "$token" ]; then return; fi
    sleep 0.2
  done
  echo "the server did not start:" >&2
  cat "$data/out" "$data/err" >&2
  exit 1
}

stop_ledger_server() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$data"
}
