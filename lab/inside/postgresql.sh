# PostgreSQL: two empty databases, owned by whoever connects from loopback. The data does not outlive
# the lab, so nothing waits for a disk.
# INT: end now; TERM would wait for every client to go.
stop_signal=INT
bin=$(echo /usr/lib/postgresql/*/bin) data=/srv/postgresql
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

prepare() {
  install -d -o postgres -g postgres -m 0700 "$data"
  install -d -o postgres -g postgres /run/postgresql
  as_postgres "$bin/initdb" -D "$data" -A trust -E UTF8 --locale C.UTF-8 --no-sync --no-instructions
  # Created while no one listens: single-user mode needs no running server.
  printf 'CREATE DATABASE keystone;\n\nCREATE DATABASE gnocchi;\n\n' |
    as_postgres "$bin/postgres" --single -j -F -D "$data" postgres
}

run() {
  exec setpriv --reuid postgres --regid postgres --init-groups "$bin/postgres" -D "$data" \
    -p "$POSTGRESQL_PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories=/run/postgresql \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200
}

ready() { "$bin/pg_isready" -q -h 127.0.0.1 -p "$POSTGRESQL_PORT"; }
