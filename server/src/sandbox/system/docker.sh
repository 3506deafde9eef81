#!/bin/sh
# Runs podman as docker or docker-compose, unless the system has a program of this name.
own=${0##*/}
found=$(PATH=${PATH#*/run/tembo/bin:} command -v "$own")
case $found in
  '' | /run/tembo/bin/*) ;;
  *) exec "$found" "$@" ;;
esac
[ "$own" = docker ] || set -- compose "$@"
exec /run/tembo/bin/podman "$@"
