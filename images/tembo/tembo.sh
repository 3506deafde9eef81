#!/bin/sh
# Runs `tembo` with settings from files: each file in /run/secrets with the name of a variable, such as DATABASE_URL, sets this variable.
set -eu

for file in /run/secrets/[A-Z]*; do
  name=${file##*/}
  case $name in *[!A-Z0-9_]*) continue ;; esac
  [ -f "$file" ] || continue
  value=$(cat "$file")
  export "$name=$value"
done
exec node /opt/tembo/cli/src/main.js "$@"
