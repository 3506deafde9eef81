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
  timeout --kill-after=5 30 "$found" stop --time 0 "${container##*/}" >/dev/null 2>&1
  case $? in 124 | 137) printf 'podman: The container %s did not stop within 30 seconds.\n' "${container##*/}" >&2 ;; esac
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

# True if podman-compose started this program. Python runs podman-compose as a script or as a module.
is_from_compose() (
  tr '\0' '\n' 2>/dev/null <"/proc/$PPID/cmdline" | {
    read -r word
    case ${word##*/} in
      podman-compose) exit 0 ;;
      python*) ;;
      *) exit 1 ;;
    esac
    while read -r word; do
      case $word in
        -c*) exit 1 ;;
        -[WX]) read -r word ;;
        -*) ;;
        podman-compose | podman_compose | podman_compose.py | */podman-compose | */podman_compose.py) exit 0 ;;
        *) exit 1 ;;
      esac
    done
    exit 1
  }
)

# Prints a message beside podman-compose, which hides the output of a program that waits.
inform() {
  if is_from_compose; then
    printf 'podman: %s\n' "$1" >>"/proc/$PPID/fd/2"
  else
    printf 'podman: %s\n' "$1" >&2
  fi
}

# podman-compose repeats `podman wait` after an error, so it must end as well.
refuse_to_wait() {
  inform "$1"
  is_from_compose && kill "$PPID"
  exit 125
}

inspect() {
  "$found" inspect --type container --format "$1" "$2" || refuse_to_wait "podman cannot inspect the container $2."
}

# Sets the state of a container that has started.
wait_until_started() {
  waited=0
  while :; do
    state=$(inspect '{{.State.Status}} {{.State.ExitCode}} {{.HostConfig.RestartPolicy.Name}}' "$1") || exit
    case $state in configured* | created* | initialized*) ;; *) return ;; esac
    [ "$waited" -ne 0 ] || inform "Waiting until the container $1 starts."
    [ "$waited" -lt 1800 ] || refuse_to_wait "The container $1 did not start within 30 minutes."
    waited=$((waited + 1))
    sleep 1
  done
}

# Sets the limits of a health check in the way of Docker, which has defaults for those that are 0.
read_check() {
  check=$(inspect '{{with .Config.Healthcheck}}{{.StartPeriod.Milliseconds}} {{.Interval.Milliseconds}} {{.Timeout.Milliseconds}} {{.Retries}} {{.Test}}{{end}}' "$1") || exit
  case $check in
    '' | *' []' | *' [NONE]')
      refuse_to_wait "The container $1 has no health check to wait for. Add a health check, or use service_started instead of service_healthy." ;;
  esac
  read -r start_ms interval_ms timeout_ms retries check <<EOF
$check
EOF
  [ "$interval_ms" -gt 0 ] || interval_ms=30000
  [ "$timeout_ms" -gt 0 ] || timeout_ms=30000
  [ "$retries" -gt 0 ] || retries=3
  check_seconds=$(((timeout_ms + 999) / 1000))
  healthy_seconds=$(((start_ms + retries * interval_ms + 999) / 1000))
}

# Returns 0 if a container is healthy. podman itself does not end a check that takes too long.
is_healthy() {
  wait_until_started "$1"
  case $state in
    running*) timeout --foreground --kill-after=5 "$check_seconds" "$found" healthcheck run "$1" >/dev/null 2>&1 ;;
    'exited '*' no' | 'exited '*' ' | 'stopped '*' no' | 'stopped '*' ')
      code=${state#* }
      refuse_to_wait "The container $1 ended with exit code ${code% *}." ;;
    *) false ;;
  esac
}

# Waits like `podman wait --condition=healthy`, for which podman itself needs systemd. Gives up when Docker would call the container unhealthy:
# after its start period, and the time and the number of its retries.
wait_until_healthy() {
  read_check "$1"
  failures=0
  until is_healthy "$1"; do
    failures=$((failures + 1))
    read -r now rest </proc/uptime
    now=${now%.*}
    [ "$failures" -ne 1 ] || {
      healthy_by=$((now + healthy_seconds))
      inform "Waiting until the container $1 is healthy, for $healthy_seconds seconds and at least $retries checks."
    }
    [ "$failures" -lt "$retries" ] || [ "$now" -lt "$healthy_by" ] ||
      refuse_to_wait "The container $1 is not healthy after $healthy_seconds seconds and $failures checks. To show their output, run: docker inspect --format '{{json .State.Health}}' $1"
    sleep 1
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

# podman would wait forever for the start of a container that has ended, as for a service of podman-compose with a short task.
case $condition in
  healthy) wait=wait_until_healthy ;;
  running) is_from_compose && wait=wait_until_started || wait= ;;
  *) wait= ;;
esac
if [ -n "$wait" ]; then
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
  for container; do "$wait" "$container"; done
  exit 0
fi
# A request to another container must not go to the egress proxy.
[ ! -e "$names" ] || while read -r address name; do
  case $name in *' '* | *localhost*) ;; *) no_proxy=$no_proxy,$name ;; esac
done <"$names/hosts"
export no_proxy NO_PROXY="$no_proxy"
exec "$found" "$@"
