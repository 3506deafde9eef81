#!/bin/sh
# Replaces the entry point of the image postgres on Docker Hub, with the settings that compose.yaml uses: POSTGRES_USER and
# POSTGRES_PASSWORD_FILE. Creates the user and a database of the same name at the first start.
set -eu

data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

mkdir -p "$data" /run/postgresql
chown postgres:postgres "$data" /run/postgresql
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  # Only root can read the secret.
  install --owner postgres --mode 400 "$POSTGRES_PASSWORD_FILE" /tmp/password
  as_postgres initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/password \
    --encoding UTF8 --locale C.UTF-8 --auth-local trust --auth-host scram-sha-256
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
  as_postgres pg_ctl --pgdata "$data" --wait --options "-c listen_addresses=" start
  as_postgres createdb --username "$POSTGRES_USER" "$POSTGRES_USER"
  as_postgres pg_ctl --pgdata "$data" --wait stop
fi
exec setpriv --reuid postgres --regid postgres --init-groups postgres -D "$data" -c "listen_addresses=*"
