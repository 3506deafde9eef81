#!/bin/sh
# Checks the health of a container. A worker does not listen, and its container ends with it, so only a server is sent a request.
set -eu

case " $(tr '\0' ' ' </proc/1/cmdline)" in *' tembo worker '*) exit 0 ;; esac
for name in HOST PORT; do
  [ ! -f "/run/secrets/$name" ] || export "$name=$(cat "/run/secrets/$name")"
done
case ${HOST:-} in
  '' | 0.0.0.0 | ::) host=127.0.0.1 ;;
  *:*) host="[$HOST]" ;;
  *) host=$HOST ;;
esac
exec node -e "fetch('http://$host:${PORT:-3000}/healthz').then(({ ok }) => process.exit(ok ? 0 : 1))"
