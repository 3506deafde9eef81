#!/bin/sh
# Prepares a fresh clone, and then replaces itself with the given command: sh scripts/with-setup.sh [OPTION] node file.ts --flag
#   --for-tests   also installs the programs of tests
#   --production  installs only the npm packages that a server needs, and removes the others
#   --for-start   like --production if the clone was last set up with it
#   --beside      for commands that need all packages, and run while a server does: fails if the clone was last set up with --production
# Uses plain POSIX sh, because a fresh clone has nothing installed. Prints only to stderr, and only if something is missing.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
modules=$root/node_modules
stamp=$modules/.tembo-setup
lock=$root/.cache/setup.lock
wait_limit_s=900

main() {
  for_tests=
  kind=
  case ${1:-} in
    --for-tests) for_tests=yes ;;
    --production) kind=' production' ;;
    --for-start) ! is_for_production || kind=' production' ;;
    --beside) ! is_for_production || explain_production ;;
  esac
  case ${1:-} in --*) shift ;; esac
  [ $# -gt 0 ] || fail 'Specify the command to run: sh scripts/with-setup.sh node file.ts'
  find_missing_packages
  if [ -n "$missing$missing_browser" ] || ! modules_are_current || ! dashboard_is_current; then set_up; fi
  # Uses env, because the shell may have cached the path of an older node.
  exec env "PATH=$modules/.bin:$PATH" "$@"
}

log() { printf '%s\n' "$*" >&2; }
fail() {
  log "$*"
  exit 1
}

explain_production() {
  fail "After \"npm run setup:production\", this folder does not have the packages that the command needs. Their installation replaces the
packages of a running server. Stop the server, run these commands, and start the server again:

  sh scripts/with-setup.sh npm run ${npm_lifecycle_event:-NAME}
  npm run setup:production"
}

# Collects the Debian packages whose commands are missing. bubblewrap is not needed if the sandbox is disabled.
find_missing_packages() {
  missing=
  missing_browser=
  command -v git >/dev/null || missing="$missing git"
  [ "${TEMBO_SANDBOX:-}" = unsafe-local ] || command -v bwrap >/dev/null || missing="$missing bubblewrap"
  # As root, tests also create networks and attack a sandbox with the programs of a typical machine.
  if [ -n "$for_tests" ] && [ "$(id -u)" = 0 ]; then
    command -v ip >/dev/null || missing="$missing iproute2"
    command -v python3 >/dev/null || missing="$missing python3"
    command -v curl >/dev/null || missing="$missing curl"
    # Only the browser tests require Chromium, because not every distribution has a package for it.
    command -v chromium >/dev/null || ! command -v apt-get >/dev/null || missing_browser=yes
  fi
  missing=${missing# }
}

lockfile_hash() { sha256sum <"$root/package-lock.json"; }
stamped() { [ ! -f "$stamp" ] || cat "$stamp"; }
is_for_production() { case $(stamped) in *' production') ;; *) return 1 ;; esac }
modules_are_current() { [ "$(stamped)" = "$(lockfile_hash)$kind" ]; }

# Succeeds if the built page is newer than all of its sources, or if the clone has no dashboard.
dashboard_is_current() {
  [ ! -d "$root/web" ] || {
    [ -f "$root/web/dist/index.html" ] &&
      [ -z "$(find "$root/web" "$root/sdk/src" "$root/package-lock.json" -path "$root/web/dist" -prune -o -path "$root/web/node_modules" -prune -o -type f -newer "$root/web/dist/index.html" -print)" ]
  }
}

# Holds a lock, so that only one run at a time changes the clone. A run that waited checks again what is missing.
set_up() {
  own_path=$PATH
  PATH=$(path_without_modules)
  check_node
  take_lock
  trap release_lock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  find_missing_packages
  [ -z "$missing" ] || install_packages
  [ -z "$missing_browser" ] || install_browser
  if [ -n "$kind" ]; then
    dashboard_is_current || build_dashboard_alone
    modules_are_current || install_server_modules
  else
    modules_are_current || install_modules
    dashboard_is_current || build_dashboard "$modules/.bin/node"
  fi
  release_lock
  trap - EXIT INT TERM
  PATH=$own_path
}

# Prints the PATH without node_modules folders, because npm must not run on a node that it is about to delete.
path_without_modules() {
  kept=
  old_ifs=$IFS
  IFS=:
  for entry in $PATH; do
    case $entry in
      */node_modules/.bin) ;;
      *) kept=$kept:$entry ;;
    esac
  done
  IFS=$old_ifs
  printf '%s' "${kept#:}"
}

check_node() {
  command -v node >/dev/null || fail 'Tembo needs Node.js 20.19 or newer, but node is not on the PATH. Install it from https://nodejs.org.'
  command -v npm >/dev/null || fail 'Tembo needs npm, but npm is not on the PATH. Install it with Node.js from https://nodejs.org.'
  node_version=$(node --version)
  node_version=${node_version#v}
  node_major=${node_version%%.*}
  node_minor=${node_version#*.}
  node_minor=${node_minor%%.*}
  if [ "$node_major" -lt 20 ] || { [ "$node_major" -eq 20 ] && [ "$node_minor" -lt 19 ]; }; then
    fail "Tembo needs Node.js 20.19 or newer, but this machine has $node_version. Install a newer version from https://nodejs.org."
  fi
}

# The lock is a symbolic link to the holder's process ID. ln creates the link in one step, so it is never incomplete.
take_lock() {
  mkdir -p "$root/.cache"
  waited=0
  until ln -s "$$" "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" || true)
    if [ -z "$holder" ]; then
      [ ! -e "$lock" ] || fail "Remove $lock, which this script did not create."
    elif ! is_alive "$holder"; then
      remove_stale_lock "$holder"
      continue
    fi
    [ "$waited" -gt 0 ] || log "Waiting for another setup of this folder (process $holder) to finish ..."
    [ "$waited" -lt "$wait_limit_s" ] || fail "Process $holder has held $lock for $wait_limit_s s. Stop the process, or remove the lock."
    sleep 1
    waited=$((waited + 1))
  done
}

is_alive() { [ -d "/proc/$1" ] || kill -0 "$1" 2>/dev/null; }

# Renaming is atomic: if two runs find the same dead holder, only one succeeds. A run that moved a newer lock by mistake restores it.
remove_stale_lock() {
  mv "$lock" "$lock.$$" 2>/dev/null || return 0
  taken=$(readlink "$lock.$$")
  rm -f "$lock.$$"
  [ "$taken" = "$1" ] || ln -s "$taken" "$lock" 2>/dev/null || true
}

release_lock() { [ "$(readlink "$lock" || true)" != "$$" ] || rm -f "$lock"; }

install_packages() {
  command -v apt-get >/dev/null || fail "Tembo needs $missing. Install it with this machine's package manager, then run the command again."
  [ "$(id -u)" = 0 ] || fail "Tembo needs $missing. Install it with: sudo apt-get update && sudo apt-get install -y $missing"
  # git needs these certificates for HTTPS, and no other check detects that they are missing.
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"
  log "Installing $missing ..."
  attempt=1
  # shellcheck disable=SC2086 # A list of packages.
  until apt_get install -y --no-install-recommends $missing; do
    [ "$attempt" -lt 3 ] || fail "apt-get could not install $missing; its output is above. Fix the problem, or install the packages yourself: apt-get install $missing"
    # The first attempt usually fails, because the image has no package lists.
    apt_get update || sleep "$attempt"
    attempt=$((attempt + 1))
  done
}

install_browser() {
  log 'Installing chromium ...'
  apt_get install -y --no-install-recommends chromium ||
    { apt_get update && apt_get install -y --no-install-recommends chromium; } ||
    log 'Could not install chromium, so the browser tests are skipped. The output above has the reason. Install it, and run the command again.'
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >&2 </dev/null
}

# Installs all packages, or those that options of npm select.
install_modules() {
  log 'Installing npm packages ...'
  clean_install "$@"
  # The pinned Node is an optional package. On a platform without it, npm skips the package without an error.
  if [ ! -x "$modules/.bin/node" ] && [ "$node_major" -lt 24 ]; then
    fail "The npm registry has no Node.js 24 for this machine, and the installed version is $node_version. Tembo runs on Linux x64 and arm64. On other systems, install Node.js 24."
  fi
  printf '%s\n' "$(lockfile_hash)$kind" >"$stamp"
}

install_server_modules() {
  install_modules --omit=dev --include-workspace-root -w cli -w server -w contract -w sdk
  # A third of the Node package is headers for building native add-ons, which Tembo does not have.
  rm -rf "$modules"/node-linux-*/include
}

clean_install() {
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error "$@" >&2 </dev/null) ||
    fail 'npm ci failed; its output is above. Fix the problem, then run the command again.'
}

# Replaces the packages of the server by those that build the dashboard.
build_dashboard_alone() {
  log 'Installing npm packages of the dashboard ...'
  rm -f "$stamp"
  clean_install --ignore-scripts -w web -w sdk -w contract
  build_dashboard node
}

build_dashboard() {
  log 'Building the dashboard ...'
  (cd "$root/web" && "$1" "$modules/vite/bin/vite.js" build --logLevel error >&2 </dev/null) || {
    # A page from the failed build would look complete.
    rm -f "$root/web/dist/index.html"
    fail 'The dashboard could not be built; the output above is from Vite. Fix the problem, then run the command again.'
  }
}

main "$@"
