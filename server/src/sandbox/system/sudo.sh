#!/bin/sh
# Replaces sudo(8) for profile root, in which a setuid program has no effect. It runs its command at once, if necessary as another user.
# An unknown option is an error: without it, a command could run as another user than intended.
refuse() {
  printf 'sudo: %s\n' "$1" >&2
  exit 1
}

# Sets an option with a value. Options that concern the terminal, the host's policy or SELinux have no effect.
set_option() {
  case $1 in
    u) sudo_user=$2 ;;
    g) sudo_group=$2 ;;
    D) sudo_folder=$2 ;;
  esac
}

# Prints a word so that a shell reads it as one word. Like sudo, leaves $ to the shell, and = for variables before the command.
quote() {
  quote_left=$1
  while [ -n "$quote_left" ]; do
    quote_rest=${quote_left#?}
    quote_letter=${quote_left%"$quote_rest"}
    case $quote_letter in
      [-A-Za-z0-9_=\$]) printf %s "$quote_letter" ;;
      *) printf '\\%s' "$quote_letter" ;;
    esac
    quote_left=$quote_rest
  done
}

sudo_user=root sudo_group= sudo_folder= sudo_shell= sudo_needs_command=1
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    --user=* | --group=* | --chdir=* | --close-from=* | --prompt=* | --role=* | --type=* | --command-timeout=*)
      sudo_value=${1#*=}
      sudo_name=${1%%=*}
      shift ;;
    --user | --group | --chdir | --close-from | --prompt | --role | --type | --command-timeout)
      [ $# -gt 1 ] || refuse "The option $1 needs a value."
      sudo_name=$1 sudo_value=$2
      shift 2 ;;
    --login | --shell) sudo_shell=1; shift; continue ;;
    --validate | --reset-timestamp | --remove-timestamp) sudo_needs_command=; shift; continue ;;
    --askpass | --bell | --non-interactive | --no-update | --preserve-env | --preserve-env=* | --preserve-groups | --set-home | --stdin)
      shift; continue ;;
    --*) refuse "The option $1 is not supported in this sandbox." ;;
    -?*)
      sudo_letters=${1#-}
      shift
      while [ -n "$sudo_letters" ]; do
        sudo_rest=${sudo_letters#?}
        sudo_letter=${sudo_letters%"$sudo_rest"}
        sudo_letters=$sudo_rest
        case $sudo_letter in
          A | B | E | H | N | P | S | n) ;;
          K | k | v) sudo_needs_command= ;;
          i | s) sudo_shell=1 ;;
          C | D | T | g | p | r | t | u)
            if [ -n "$sudo_letters" ]; then
              set_option "$sudo_letter" "$sudo_letters"
              sudo_letters=
            else
              [ $# -gt 0 ] || refuse "The option -$sudo_letter needs a value."
              set_option "$sudo_letter" "$1"
              shift
            fi ;;
          *) refuse "The option -$sudo_letter is not supported in this sandbox." ;;
        esac
      done
      continue ;;
    *) break ;;
  esac
  case $sudo_name in
    --user) set_option u "$sudo_value" ;;
    --group) set_option g "$sudo_value" ;;
    --chdir) set_option D "$sudo_value" ;;
  esac
done

if [ -n "$sudo_shell" ]; then
  if [ $# -gt 0 ]; then
    sudo_line=
    for sudo_word; do sudo_line="$sudo_line $(quote "$sudo_word")"; done
    set -- "${SHELL:-/bin/sh}" -c "$sudo_line"
  else
    set -- "${SHELL:-/bin/sh}"
  fi
elif [ $# -eq 0 ]; then
  [ -z "$sudo_needs_command" ] || refuse "A command is missing."
  exit 0
fi

[ -z "$sudo_folder" ] || cd -- "$sudo_folder" || exit 1
case $sudo_user in
  root | '#0') [ -n "$sudo_group" ] || exec env -- "$@" ;;
esac
sudo_entry=$(getent passwd "${sudo_user#"#"}") || refuse "The user $sudo_user does not exist."
sudo_user=${sudo_entry%%:*}
sudo_home=${sudo_entry%:*}
sudo_home=${sudo_home##*:}
if [ -n "$sudo_group" ]; then
  sudo_entry=$(getent group "${sudo_group#"#"}") || refuse "The group $sudo_group does not exist."
  sudo_group=${sudo_entry%%:*}
else
  sudo_group=$(id -g -- "$sudo_user") || exit 1
fi
[ "$sudo_user" = root ] || set -- "HOME=$sudo_home" "USER=$sudo_user" "LOGNAME=$sudo_user" "$@"
exec setpriv --reuid "$sudo_user" --regid "$sudo_group" --init-groups -- env -- "$@"
