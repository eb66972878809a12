#!/usr/bin/env bash
# Starts a PostgreSQL of its own in a temporary folder, runs the server's tests on it too, and takes it away again.
set -euo pipefail
cd "$(dirname "$0")/../../.."

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb || echo /none/initdb)")
if [ ! -x "$bin/initdb" ]; then
  echo "no PostgreSQL here (Debian: apt-get install postgresql)" >&2
  exit 1
fi

# PostgreSQL does not run as root.
as=()
[ "$(id -u)" -ne 0 ] || as=(runuser -u postgres --)
data=$(mktemp -d)
[ "$(id -u)" -ne 0 ] || chown postgres "$data"
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$data/db" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$data"
}
trap stop EXIT

"${as[@]}" "$bin/initdb" -D "$data/db" -U sluice -A trust -E UTF8 --no-sync >/dev/null
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
"${as[@]}" "$bin/pg_ctl" -D "$data/db" -l "$data/log" -w -t 30 \
  -o "-c listen_addresses=127.0.0.1 -p $port -k $data -c fsync=off" start >/dev/null

SLUICE_TEST_POSTGRES="postgres://sluice@127.0.0.1:$port/postgres" npx vitest run test/server "$@"
