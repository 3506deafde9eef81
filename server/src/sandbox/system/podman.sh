#!/bin/sh
# Runs podman. All containers share the network of the sandbox, which has no others. A name in a network becomes an entry of the hosts
# files, and the host's part of a published port has no effect.
refuse() {
  printf 'podman: %s\n' "$1" >&2
  exit 125
}

# Fails if no word is left that can be the value of this option.
require_value() {
  [ "$left" -gt 0 ] || refuse "The option $1 needs a value."
}

found=$(PATH=${PATH#*/run/tembo/bin:} command -v podman)
case $found in
  '' | /run/tembo/bin/*) refuse 'This system has no podman. Install the packages podman, crun, podman-compose and catatonit.' ;;
esac
# /tmp is in memory. Without this variable, podman writes large files to /var/tmp.
unset TMPDIR

# Containers end with the program that started them, which also ends the process that would report it to podman.
for pid_file in /run/containers/storage/overlay-containers/*/userdata/conmon.pid; do
  [ -f "$pid_file" ] || continue
  case $(cat "/proc/$(cat "$pid_file")/comm" 2>/dev/null) in conmon) continue ;; esac
  container=${pid_file%/userdata/conmon.pid}
  rm "$pid_file"
  "$found" stop --time 0 "${container##*/}" >/dev/null 2>&1
done

names=/run/tembo-names
# Gives the sandbox and all containers a name for the loopback interface.
add_name() {
  case $1 in '' | *[!-A-Za-z0-9._]*) return ;; esac
  if [ ! -e "$names" ]; then
    mkdir "$names.$$" && cp /etc/hosts "$names.$$/hosts"
    # Another podman was faster if the folder exists.
    if mv -T "$names.$$" "$names" 2>/dev/null; then mount --bind "$names/hosts" /etc/hosts; else rm -r "$names.$$"; fi
  fi
  for hosts in "$names/hosts" /run/containers/storage/overlay-containers/*/userdata/hosts; do
    [ -f "$hosts" ] || continue
    grep -q "^127\.0\.0\.1 $1\$" "$hosts" || printf '127.0.0.1 %s\n' "$1" >>"$hosts"
  done
}

use_network() {
  case $1 in
    none) refuse 'A container without a network is not supported. Containers share the network of the sandbox.' ;;
    *:*) network_options=${1#*:}, ;;
    *) network_options= ;;
  esac
  while [ -n "$network_options" ]; do
    case $network_options in alias=*) network_name=${network_options#alias=} && add_name "${network_name%%,*}" ;; esac
    network_options=${network_options#*,}
  done
}

explain_port() {
  port_inside=${1##*:}
  port_outside=${1%:*}
  port_outside=${port_outside##*:}
  case $1 in *:*) ;; *) return ;; esac
  [ "$port_outside" = "${port_inside%/*}" ] || [ -z "$port_outside" ] ||
    printf 'podman: Nothing listens on port %s. Containers share the ports of the sandbox, so use port %s.\n' \
      "$port_outside" "${port_inside%/*}" >&2
}

# Handles an option of `run` or `create` with a value. Fails if podman needs it, too.
take_option() {
  case $1 in
    --network | --net) use_network "$2" ;;
    --network-alias) add_name "$2" ;;
    --publish | -p) explain_port "$2" ;;
    --ip | --ip6 | --mac-address) ;;
    --name | --hostname | -h) add_name "$2" && false ;;
    *) false ;;
  esac
}

# Names all services before the first one starts. Options of `compose` precede its command.
add_services() {
  services_left=$#
  while [ "$services_left" -gt 0 ]; do
    case $1 in
      compose) ;;
      -f | --file | -p | --project-name | --env-file | --profile)
        set -- "$@" "$1"
        shift
        services_left=$((services_left - 1)) ;;
      -*) ;;
      up | run | start | create | restart) break ;;
      *) return ;;
    esac
    set -- "$@" "$1"
    shift
    services_left=$((services_left - 1))
  done
  [ "$services_left" -gt 0 ] || return
  while [ "$services_left" -gt 0 ]; do
    shift
    services_left=$((services_left - 1))
  done
  for service in $("$found" "$@" config --services 2>/dev/null); do add_name "$service"; done
}

# Makes the error output a file that other processes can open, which they cannot do with a socket.
share_errors() {
  [ -S /proc/self/fd/2 ] || return 0
  errors=$(mktemp -u) && mkfifo -m 600 "$errors" || return 0
  cat "$errors" >&2 &
  exec 2>"$errors"
  rm "$errors"
}

# podman-compose hides an error of `podman wait` and repeats the command, so it must end as well.
refuse_to_wait() {
  case $(tr '\0' ' ' 2>/dev/null <"/proc/$PPID/cmdline") in
    *podman-compose*)
      printf 'podman: %s\n' "$1" >>"/proc/$PPID/fd/2"
      kill "$PPID" ;;
  esac
  refuse "$1"
}

# Waits like `podman wait --condition=healthy`. podman itself checks the health only with systemd.
wait_until_healthy() {
  for container; do
    check=$("$found" inspect --type container --format '{{with .Config.Healthcheck}}{{.Test}}{{end}}' "$container") || exit 125
    case $check in
      '' | '[]' | '[NONE]')
        refuse_to_wait "The container $container has no health check to wait for. Add a health check, or use service_started instead of service_healthy." ;;
    esac
    until "$found" healthcheck run "$container" >/dev/null 2>&1; do
      running=$("$found" inspect --type container --format '{{.State.Running}}' "$container") || exit 125
      [ "$running" = true ] || refuse "The container $container is not running."
      sleep 1
    done
  done
}

# Examines each word once, and appends those that podman needs.
phase=global condition= left=$#
while [ "$left" -gt 0 ]; do
  word=$1
  shift
  left=$((left - 1))
  case $phase:$word in
    global:--*=* | global:--help | global:--remote | global:--syslog | global:--transient-store | global:--version | global:-[hrv]) ;;
    global:-*)
      set -- "$@" "$word"
      [ "$left" -gt 0 ] || break
      word=$1
      shift
      left=$((left - 1)) ;;
    global:container | global:pod | global:image) [ "$word" = pod ] && phase=pod ;;
    global:run | global:create)
      set -- "$@" "$word"
      phase=options word=--network=host ;;
    global:build | pod:create) phase=network ;;
    global:wait) phase=wait ;;
    global:network) phase=networks ;;
    global:compose)
      share_errors
      add_services "$word" "$@"
      phase=rest ;;
    global:* | pod:*) phase=rest ;;
    networks:connect | networks:disconnect) exit 0 ;;
    networks:*) phase=rest ;;
    network:--network=* | network:--net=*)
      use_network "${word#*=}"
      word=--network=host ;;
    network:--network | network:--net)
      require_value "$word"
      use_network "$1"
      shift
      left=$((left - 1))
      word=--network=host ;;
    wait:--condition=*) condition=${word#*=} ;;
    wait:--condition)
      require_value "$word"
      condition=$1 ;;
    wait:--interval | wait:-i) require_value "$word" ;;
    options:--) phase=rest ;;
    options:--*=*) take_option "${word%%=*}" "${word#*=}" && continue ;;
    options:--publish-all) continue ;;
    options:--detach | options:--disable-content-trust | options:--env-host | options:--help | options:--http-proxy | \
      options:--init | options:--interactive | options:--no-healthcheck | options:--no-hostname | options:--no-hosts | \
      options:--oom-kill-disable | options:--passwd | options:--privileged | options:--quiet | options:--read-only | \
      options:--read-only-tmpfs | options:--replace | options:--rm | options:--rmi | options:--rootfs | \
      options:--sig-proxy | options:--tls-verify | options:--tty | options:--unsetenv-all) ;;
    options:--*)
      require_value "$word"
      value=$1
      shift
      left=$((left - 1))
      take_option "$word" "$value" && continue
      set -- "$@" "$word"
      word=$value ;;
    options:-?*)
      # Letters without a value, followed by at most one with a value. `=` starts the value of any letter.
      letters=${word#-} flags=
      while [ -n "$letters" ]; do
        rest=${letters#?}
        letter=${letters%"$rest"}
        letters=$rest
        case $letter in
          P)
            case $letters in =*) letters= ;; esac
            continue ;;
          d | i | q | t)
            flags=$flags$letter
            case $letters in =*) flags=$flags$letters letters= ;; esac
            continue ;;
        esac
        value=${letters#=}
        if [ -z "$letters" ]; then
          require_value "-$letter"
          value=$1
          shift
          left=$((left - 1))
        fi
        take_option "-$letter" "$value" || set -- "$@" "-$letter" "$value"
        letters=
      done
      [ -n "$flags" ] || continue
      word=-$flags ;;
    options:*) phase=rest ;;
  esac
  set -- "$@" "$word"
done

if [ "$condition" = healthy ]; then
  names_only=
  left=$#
  while [ "$left" -gt 0 ]; do
    word=$1
    shift
    left=$((left - 1))
    case $word in
      wait) names_only=1 ;;
      --condition | --interval | -i)
        shift
        left=$((left - 1)) ;;
      -*) ;;
      *) [ -z "$names_only" ] || set -- "$@" "$word" ;;
    esac
  done
  wait_until_healthy "$@"
  exit 0
fi
# A request to another container must not go to the egress proxy.
[ ! -e "$names" ] || while read -r address name; do
  case $name in *' '* | *localhost*) ;; *) no_proxy=$no_proxy,$name ;; esac
done <"$names/hosts"
export no_proxy NO_PROXY="$no_proxy"
exec "$found" "$@"
