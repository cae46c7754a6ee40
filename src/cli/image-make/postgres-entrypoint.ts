/** Takes the variables that people know from Docker Hub's image: POSTGRES_PASSWORD, _USER, _DB, _HOST_AUTH_METHOD. */
export const postgresEntrypoint = `#!/bin/sh
set -eu
for dir in /usr/lib/postgresql/*/bin; do PATH=$dir:$PATH; done
export PATH
case "\${1:-}" in
  postgres | -*) ;;
  *) exec "$@" ;;
esac
[ "$1" = postgres ] && shift

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown postgres:postgres "$PGDATA" /run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" postgres "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=\${POSTGRES_USER:-postgres}
  database=\${POSTGRES_DB:-$user}
  auth=\${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "\${POSTGRES_PASSWORD:-}" ] && [ "$auth" != trust ]; then
    echo 'POSTGRES_PASSWORD is not set (POSTGRES_HOST_AUTH_METHOD=trust lets everybody in without)' >&2
    exit 1
  fi
  secret=$(mktemp)
  printf '%s\\n' "\${POSTGRES_PASSWORD:-none}" >"$secret"
  initdb --username="$user" --pwfile="$secret" --auth-local=trust --auth-host="$auth"
  rm -f "$secret"
  printf 'host all all all %s\\n' "$auth" >>"$PGDATA/pg_hba.conf"
  printf "listen_addresses = '*'\\n" >>"$PGDATA/postgresql.conf"
  if [ "$database" != postgres ]; then
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    printf 'CREATE DATABASE "%s";\\n' "$quoted" | postgres --single -j postgres >/dev/null
  fi
fi
exec postgres "$@"
`;
