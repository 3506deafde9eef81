#!/bin/sh
# Installs Tembo from the files of a release, after asking how: as an npm package, a Debian package or a Compose project.
#   curl -fsSL URL/install.sh | sh
#   sh install.sh [OPTIONS]        (--help lists them)
# Uses plain POSIX sh. The braces around the file let the shell run nothing of an incomplete download.
{
set -eu
# Users of containers and apt read the files.
umask 022

# "npm run release:pack" sets these two in the installer of a release.
release_url=''
release_image=''

package='@opentembo/tembo'
version_pattern='[0-9][0-9A-Za-z.~-]*'
# Has the hashes of the files in the Compose project, so that the installer replaces only unchanged ones.
list=installed-files
scratch=
stage=

main() {
  read_options "$@"
  [ -n "$from" ] || fail 'No release of Tembo is published yet, so there is no address from which to download it. Pass --from URL or --from FOLDER,
or set TEMBO_RELEASE_URL. In a clone, "npm run release:pack" packs the files of a release in .cache/release.'
  check_source
  if [ -z "$method" ] || { [ -z "$yes" ] && [ -z "$dry_run" ]; }; then require_terminal; fi
  [ -n "$method" ] || ask_method
  problem=$("${method}_problem")
  [ -z "$problem" ] || fail "$problem"
  trap remove_scratch EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/tembo-install.XXXXXX")
  fetch SHA256SUMS
  choose_file
  if [ -n "$dry_run" ]; then
    echo "These steps would install Tembo $version:"
    echo "  download $from/$name, and compare its hash with SHA256SUMS"
    file=./$name
    "install_$method"
    echo 'Nothing was installed.'
    return
  fi
  [ -n "$yes" ] || confirm
  file=$scratch/$name
  fetch "$name"
  verify
  "install_$method"
  "report_$method"
}

show_help() {
  cat <<'END'
Usage: sh install.sh [OPTIONS]

  --method npm|deb|compose  how to install Tembo; without it, the installer asks
       npm      the command, for Node.js 20.19 or later
       deb      a Debian package with systemd units, as root
       compose  a server and two workers in containers of Docker or podman
  --from URL|FOLDER         the files of a release (or TEMBO_RELEASE_URL)
  --image NAME              compose: the container image
  --folder FOLDER           compose: the folder of the project (~/tembo)
  --yes                     asks nothing
  --dry-run                 shows the steps, and installs nothing
END
}

log() { printf '%s\n' "$*" >&2; }
fail() {
  log "install.sh: $*"
  exit 1
}

read_options() {
  method=
  from=${TEMBO_RELEASE_URL:-$release_url}
  image=
  folder=${HOME:-/root}/tembo
  yes=
  dry_run=
  while [ $# -gt 0 ]; do
    case $1 in
      --method | --from | --image | --folder)
        [ -n "${2:-}" ] || fail "$1 needs a value. --help lists the options."
        case $1 in
          --method) method=$2 ;;
          --from) from=$2 ;;
          --image) image=$2 ;;
          --folder) folder=$2 ;;
        esac
        shift
        ;;
      --yes) yes=yes ;;
      --dry-run) dry_run=yes ;;
      --help)
        show_help
        exit 0
        ;;
      *) fail "Unknown option \"$1\". --help lists the options." ;;
    esac
    shift
  done
  case $method in
    '' | npm | deb | compose) ;;
    *) fail "Unknown method \"$method\". Use npm, deb or compose." ;;
  esac
  [ -z "$image" ] || is_image "$image" || fail "\"$image\" is not the name of an image."
  case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
}

is_image() { case $1 in *[!A-Za-z0-9._:/@-]*) return 1 ;; esac }

check_source() {
  from=${from%/}
  case $from in
    https://*) protocol='=https' ;;
    http://127.0.0.1:*[!0-9A-Za-z/._-]* | http://localhost:*[!0-9A-Za-z/._-]*) fail "$from is not a URL of a folder." ;;
    http://127.0.0.1:* | http://localhost:*) protocol='=http' ;;
    http://*) fail "$from is not encrypted, so others could replace the files. Use https." ;;
    *://*) fail "$from has an unknown protocol. Use https, or a folder." ;;
    *)
      [ -d "$from" ] || fail "The folder $from does not exist. Pass the folder or the URL of a release to --from."
      return
      ;;
  esac
  command -v curl >/dev/null || fail 'A download needs curl. Install it, or download the files yourself and pass their folder to --from.'
}

# Standard input can be the script itself, so all questions use the terminal.
require_terminal() {
  (exec </dev/tty) 2>/dev/null ||
    fail 'There is no terminal for questions. Pass --method npm, deb or compose, and --yes.'
}

# Reads an answer to the question into the variable "answer".
ask() {
  printf '%s ' "$1" >/dev/tty
  read -r answer </dev/tty || fail 'There was no answer. Nothing was installed.'
}

ask_method() {
  {
    echo 'How do you want to install Tembo?'
    describe 1 npm 'the command, with npm'
    describe 2 deb 'a Debian package with systemd units'
    describe 3 compose 'a server and two workers in containers'
  } >/dev/tty
  attempt=1
  while [ "$attempt" -le 3 ]; do
    ask 'Number, or nothing to stop:'
    case $answer in
      1 | npm) method=npm ;;
      2 | deb) method=deb ;;
      3 | compose) method=compose ;;
      '') fail 'Nothing was installed.' ;;
    esac
    [ -z "$method" ] || return 0
    echo 'Enter 1, 2 or 3.' >/dev/tty
    attempt=$((attempt + 1))
  done
  fail 'Nothing was installed. Run the installer again, and enter 1, 2 or 3.'
}

describe() {
  echo "  $1) $2: $3"
  why=$("$2_problem")
  [ -z "$why" ] || printf '     Unavailable: %s\n' "$why"
}

confirm() {
  ask "Install $name from $from? [y/N]"
  case $answer in
    y | Y | yes) ;;
    *) fail 'Nothing was installed.' ;;
  esac
}

remove_scratch() {
  [ -z "$scratch" ] || rm -rf "$scratch"
  [ -z "$stage" ] || rm -rf "$stage"
}

# Downloads or copies a file of the release.
fetch() {
  case $from in
    *://*)
      curl --fail --silent --show-error --location --proto "$protocol" --proto-redir "$protocol" --retry 2 \
        --connect-timeout 20 --speed-limit 1000 --speed-time 60 --output "$scratch/$1" "$from/$1" </dev/null ||
        fail "$from/$1 could not be downloaded; the message of curl is above. Nothing was installed."
      ;;
    *) cp -- "$from/$1" "$scratch/$1" || fail "$from has no readable file $1. Pass the folder of a release to --from." ;;
  esac
}

# Chooses the file of the method from SHA256SUMS.
choose_file() {
  case $method in
    npm) before='opentembo-tembo-' after='.tgz' ;;
    deb) before='tembo_' after="_$(dpkg --print-architecture).deb" ;;
    compose) before='tembo-compose-' after='.tar.gz' ;;
  esac
  name=$(sed -n "s/^[0-9a-f]\{64\}  \($before$version_pattern$after\)\$/\1/p" "$scratch/SHA256SUMS")
  case $name in
    '') fail "SHA256SUMS of $from lists no file ${before}VERSION$after. Nothing was installed." ;;
    *[!0-9A-Za-z._~-]*) fail "SHA256SUMS of $from lists more than one file ${before}VERSION$after. Nothing was installed." ;;
  esac
  version=${name#"$before"}
  version=${version%"$after"}
}

verify() {
  expected=$(sed -n "s/^\([0-9a-f]*\)  $name\$/\1/p" "$scratch/SHA256SUMS")
  found=$(sha256 "$scratch/$name")
  [ "$found" = "$expected" ] ||
    fail "$name has another hash than SHA256SUMS lists: $found instead of $expected. Nothing was installed. Download it again, or report this to the maintainers."
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -c 1-64
}

# Runs a command, or prints it. Commands must not read the rest of the script.
run() {
  if [ -n "$dry_run" ]; then echo "  $*"; else "$@" </dev/null; fi
}

# npm installs Node.js 24 with the package on Linux. Elsewhere, only the client commands work, with an installed Node.js 24.
npm_problem() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64' | 'Linux aarch64') needed=20.19 ;;
    *) needed=24.0 ;;
  esac
  hint="Install Node.js $needed or later with npm, from https://nodejs.org or your distribution."
  command -v node >/dev/null || { echo "Node.js is not installed. $hint" && return; }
  found=$(node --version)
  found=${found#v}
  minor=${found#*.}
  minor=${minor%%.*}
  if [ "${found%%.*}" -lt "${needed%.*}" ] || { [ "${found%%.*}" -eq "${needed%.*}" ] && [ "$minor" -lt "${needed#*.}" ]; }; then
    echo "Node.js $found is too old. $hint"
    return
  fi
  command -v npm >/dev/null || { echo "npm is not installed. $hint" && return; }
  target=$(npm prefix --global </dev/null)/lib/node_modules
  while [ ! -e "$target" ]; do target=$(dirname "$target"); done
  [ -w "$target" ] ||
    echo "npm cannot write to $target. Run the installer as root, or choose another folder: npm config set prefix ~/.local"
}

install_npm() {
  run npm install --global --no-audit --no-fund "$file" || fail 'npm could not install Tembo; its output is above.'
}

report_npm() {
  bin=$(npm prefix --global </dev/null)/bin
  "$bin/tembo" --version >/dev/null </dev/null || fail "npm installed Tembo, but \"$bin/tembo --version\" fails; its output is above."
  echo "Installed Tembo $version with npm: $bin/tembo."
  case :$PATH: in
    *:"$bin":*) ;;
    *) echo "Add $bin to your PATH." ;;
  esac
  missing=
  for program in git bwrap; do
    command -v "$program" >/dev/null || missing="$missing $program"
  done
  [ -z "$missing" ] || echo "A server also needs git and bubblewrap. Not installed:$missing. On Debian: apt-get install git bubblewrap"
  echo 'Next: run "tembo doctor" to check this machine, and "tembo start" to start a server.'
  echo "To uninstall: npm uninstall --global $package. Your data remains."
}

deb_problem() {
  { command -v dpkg && command -v apt-get; } >/dev/null ||
    { echo 'This system has no dpkg and apt-get. Choose npm or compose.' && return; }
  case $(dpkg --print-architecture) in
    amd64 | arm64) ;;
    *) echo 'The Debian package is only for amd64 and arm64.' && return ;;
  esac
  [ "$(id -u)" = 0 ] || echo 'Only root can install a Debian package. Run the installer with sudo.'
}

install_deb() {
  # apt reads the file as another user.
  [ -n "$dry_run" ] || chmod 755 "$scratch"
  apt_install ||
    # A new machine has no lists of packages.
    { run apt-get update && apt_install; } ||
    fail 'apt-get could not install Tembo; its output is above.'
}

# Changed settings remain, as the package could not ask.
apt_install() {
  run env DEBIAN_FRONTEND=noninteractive apt-get install --yes -o Dpkg::Options::=--force-confold "$file"
}

report_deb() {
  tembo --version >/dev/null </dev/null || fail 'The package is installed, but "tembo --version" fails; its output is above.'
  echo "Installed Tembo $version as the Debian package tembo."
  echo 'Next: edit /etc/tembo/tembo.env, run "tembo doctor", and start the service with "systemctl enable --now tembo".'
  echo 'To uninstall: apt-get purge tembo. The data remains in /var/lib/tembo.'
}

compose_problem() {
  [ -n "$(find_compose)" ] ||
    { echo 'Neither Docker nor podman with Compose is installed. Install Docker Engine with its Compose plugin.' && return; }
  [ -n "${image:-$release_image}" ] || grep -q '^IMAGE=' "$folder/compose/.env" 2>/dev/null ||
    { echo 'No image of Tembo is published yet. Build one in a clone with "npm run build:image -- --tag NAME", and pass --image NAME.' && return; }
  [ ! -e "$folder" ] || [ -f "$folder/$list" ] ||
    echo "$folder exists, and the installer did not create it. Choose another folder with --folder."
}

find_compose() {
  for candidate in 'docker compose' docker-compose 'podman compose'; do
    # shellcheck disable=SC2086 # Two words are a command with its argument.
    if $candidate version >/dev/null 2>&1 </dev/null; then
      echo "$candidate"
      return
    fi
  done
}


# Completes the files beside the folder, and then moves them in one step each.
install_compose() {
  if [ -n "$dry_run" ]; then
    echo "  unpack $name in $folder, and keep changed files"
    echo "  write $folder/compose/.env and $folder/compose/secrets, and keep existing ones"
    return
  fi
  parent=$(dirname "$folder")
  mkdir -p "$parent"
  stage=$(mktemp -d "$parent/.tembo-install.XXXXXX")
  tar -xzf "$file" -C "$stage" </dev/null
  (cd "$stage" && find . -type f) | sort >"$scratch/names"
  while read -r path; do
    echo "$(sha256 "$stage/$path")  $path"
  done <"$scratch/names" >"$scratch/$list"
  cp "$scratch/$list" "$stage/$list"
  [ -d "$folder" ] || write_secrets
  write_image
  chmod 755 "$stage"
  if [ ! -d "$folder" ]; then
    mv "$stage" "$folder"
    return
  fi
  while read -r path; do update_file "$path"; done <"$scratch/names"
  mv "$stage/compose/.env" "$folder/compose/.env"
  mv "$stage/$list" "$folder/$list"
}

# Writes the secrets of a new project. The folder is private, and users in the containers can read the files.
write_secrets() {
  secrets=$stage/compose/secrets
  mkdir -m 700 "$secrets"
  password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  echo "$password" >"$secrets/postgres_password"
  echo "postgresql://tembo:$password@postgres:5432/tembo" >"$secrets/database_url"
  printf '%s\n' "${ANTHROPIC_API_KEY:-}" >"$secrets/anthropic_api_key"
}

# Names the image in .env, and keeps the other settings there.
write_image() {
  new=$stage/compose/.env
  old=$folder/compose/.env
  chosen=${image:-$release_image}
  if [ -f "$old" ]; then
    # Keeps the mode of the file, and the image of a mirror.
    cp -p "$old" "$new"
    current=$(sed -n 's/^IMAGE=//p' "$old")
    if [ -z "$chosen" ]; then
      chosen=$current
    elif [ -z "$image" ] && [ -n "$current" ] && [ "${current%:*}" != "${chosen%:*}" ]; then
      log "Keeps your image $current. The one of this release is $chosen; use it with --image."
      chosen=$current
    fi
  fi
  echo "IMAGE=$chosen" >"$new"
  [ ! -f "$old" ] || sed '/^IMAGE=/d' "$old" >>"$new"
}

# Replaces a file that is as the installer wrote it. Puts a new version of a changed one beside it.
update_file() {
  mkdir -p "$(dirname "$folder/$1")"
  # An interrupted run may have replaced the file before it wrote the list.
  ! cmp -s "$stage/$1" "$folder/$1" || return 0
  if [ ! -f "$folder/$1" ] || was_installed "$folder/$1" "$1"; then
    mv "$stage/$1" "$folder/$1"
  elif ! was_installed "$stage/$1" "$1"; then
    mv "$stage/$1" "$folder/$1.new"
    log "You changed ${1#./}. Compare it with the new version, ${1#./}.new."
  fi
}

was_installed() { grep -qxF "$(sha256 "$1")  $2" "$folder/$list"; }

report_compose() {
  compose=$(find_compose)
  echo "Installed the Compose project of Tembo $version in $folder. Nothing runs yet."
  echo 'Next: start it with these commands. The log has the first API key and the setup link.'
  echo "  cd $(quote "$folder/compose")"
  case $compose in podman*) report_podman ;; esac
  [ -s "$folder/compose/secrets/anthropic_api_key" ] && grep -q . "$folder/compose/secrets/anthropic_api_key" ||
    echo "  echo YOUR_ANTHROPIC_API_KEY >secrets/anthropic_api_key"
  echo "  $compose up --detach"
  echo "  $compose logs server"
  echo "To uninstall: run \"$compose down\" in $(quote "$folder/compose"), with --volumes to delete all data, and delete $(quote "$folder")."
}

report_podman() {
  grep -q '^COMPOSE_FILE=.*podman\.yaml' "$folder/compose/.env" ||
    echo '  echo COMPOSE_FILE=compose.yaml:podman.yaml >>.env'
  echo '  # In the section [containers] of podman'"'"'s containers.conf, add this line, which workers need:'
  echo "  #   seccomp_profile = \"$folder/seccomp/tembo.json\""
}

# Quotes a path for the shell if it needs quotes.
quote() {
  case $1 in
    *[!A-Za-z0-9._/-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf '%s' "$1" ;;
  esac
}

main "$@"
}
