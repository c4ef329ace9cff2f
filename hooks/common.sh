# What belfry's hooks share. Installing puts it into each of them in place of the line that names this file: a hook must
# work although the program is gone or half replaced.

belfry_lf='
'
belfry_spool=$belfry_home/spool
belfry_node=$belfry_app/node_modules/.bin/node

# Adds a line to the header, unless its value would break the line: only a forged client can send a line feed.
belfry_line() {
  case $2 in
    *"$belfry_lf"*) ;;
    *) belfry_header=$belfry_header$1$2$belfry_lf ;;
  esac
}

# Who it was, as far as the server said so: one line for each variable that is set, and root itself where the owner of the
# home writes the file in its place: else the account that wrote it would be the pusher.
belfry_say_who() {
  belfry_said=
  for belfry_key in GITEA_PUSHER_NAME GITEA_PUSHER_EMAIL GL_USER REMOTE_USER BELFRY_USER \
    GIT_PUSH_CERT_SIGNER GIT_PUSH_CERT_STATUS GIT_PUSH_CERT_KEY; do
    eval "belfry_value=\${$belfry_key-}"
    [ -z "$belfry_value" ] || {
      belfry_line "env $belfry_key " "$belfry_value"
      belfry_said=yes
    }
  done
  [ -z "$belfry_become" ] || [ "$belfry_said" ] || belfry_line 'env BELFRY_USER ' root
}

# Sets belfry_become to how root becomes the owner of the home, and to nothing where there is no need. What root opens,
# makes or runs in a home of somebody else, that account could choose for it, by a link for example: so everything that
# touches the home or the program runs as the owner. Fails with the reason in belfry_problem when that is not possible.
belfry_find_owner() {
  belfry_become=
  belfry_owner_home=
  [ -O / ] && ! [ -O "$belfry_home" ] || return 0
  belfry_become=none
  belfry_problem=$(LC_ALL=C stat -L -c '%u %g %U' "$belfry_home" 2>&1) || return 1
  # shellcheck disable=SC2086
  set -- $belfry_problem
  belfry_uid=$1 belfry_gid=$2 belfry_account=$3
  belfry_owner_home=/
  if belfry_value=$(id -g "$belfry_account" 2>/dev/null); then
    belfry_gid=$belfry_value
    belfry_groups=--init-groups
    case $belfry_account in
      *[!A-Za-z0-9._-]*) ;;
      *) eval "belfry_owner_home=~$belfry_account" ;;
    esac
    case $belfry_owner_home in
      /*) ;;
      *) belfry_owner_home=/ ;;
    esac
  else
    belfry_groups=--clear-groups
  fi
  for belfry_become in setpriv su; do
    (belfry_as_owner sh -c :) </dev/null >/dev/null 2>&1 && return 0
  done
  belfry_become=none
  belfry_problem="neither setpriv nor su can make root the account $belfry_uid, who owns the home"
  return 1
}

# Becomes a program, as the owner of the home when this is root: to be called in a subshell, or last.
belfry_as_owner() {
  case $belfry_become in
    '') exec "$@" ;;
    setpriv) exec setpriv --reuid="$belfry_uid" --regid="$belfry_gid" "$belfry_groups" -- "$@" ;;
    # shellcheck disable=SC2016
    su) exec su -s /bin/sh -c 'exec "$0" "$@"' -- "$belfry_account" "$@" ;;
  esac
  exit 1
}

# Sets belfry_value to the first line of a file of the home, or to nothing.
belfry_first_line() { # file
  belfry_value=
  [ -f "$1" ] && [ -r "$1" ] || return 0
  if [ "$belfry_become" ]; then
    # shellcheck disable=SC2016
    belfry_value=$(belfry_as_owner sh -c 'IFS= read -r line <"$1"; printf "%s\n" "$line"' sh "$1" 2>/dev/null)
  else
    IFS= read -r belfry_value <"$1"
  fi
  return 0
}

# Sets belfry_name to one that nobody else has.
belfry_make_name() {
  belfry_name=
  [ ! -r /proc/sys/kernel/random/uuid ] || IFS= read -r belfry_name </proc/sys/kernel/random/uuid
  [ "$belfry_name" ] || belfry_name=$$-$(date +%s)
}

# Takes the file out of tmp/ into new/, where the worker sees it. Its name must outlive a power cut, so new/ is flushed;
# who may only drop files there cannot open it, but can flush the file with its name.
belfry_publish() {
  belfry_problem=$(export LC_ALL=C && belfry_as_owner mv -f "$belfry_tmp" "$belfry_spool/new/$belfry_name" 2>&1) || return 1
  belfry_flush_name
}

belfry_flush_name() {
  if [ -r "$belfry_spool/new" ]; then
    (belfry_as_owner sync "$belfry_spool/new" 2>/dev/null)
  else
    (belfry_as_owner sync "$belfry_spool/new/$belfry_name" 2>/dev/null)
  fi
  return 0
}

# Says once, to the user and to the system's log, that nobody will be told, and why.
belfry_complain() { # what
  belfry_reason=${belfry_problem%%"$belfry_lf"*}
  belfry_reason=${belfry_reason##*: }
  case $belfry_reason in
    '' | 'I/O error' | 'write error')
      # The shell's own printf does not say why: dd does.
      belfry_reason='write error'
      # shellcheck disable=SC2016
      belfry_problem=$(printf x | (export LC_ALL=C && belfry_as_owner sh -c 'exec dd conv=fsync 2>&1 >>"$1"' sh "$belfry_tmp") 2>&1) || {
        belfry_problem=${belfry_problem%%"$belfry_lf"*}
        belfry_reason=${belfry_problem##*: }
      } ;;
    *onexistent* | 'No such file'*) belfry_reason='no such directory' ;;
  esac
  [ -z "$belfry_tmp" ] || (belfry_as_owner rm -f "$belfry_tmp" 2>/dev/null)
  (
    belfry_release
    exec logger -t belfry -p user.err "$PWD: a $1 is not announced: $belfry_reason ($belfry_spool); run belfry doctor, then belfry scan"
  ) </dev/null >/dev/null 2>&1 &
  printf '%s\n' "belfry: the $1 succeeded, but webhooks are not told of it ($belfry_reason); please tell the server's admin" >&2
}

# For background processes: git's client waits until nobody holds a descriptor of the pusher any more.
belfry_release() {
  exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# The worker is alive when the process named in worker.pid is a worker: it may have died and its number gone to another.
# A dead one that nobody has reaped, as in containers without an init, is still listed, as a zombie.
belfry_worker_lives() {
  belfry_first_line "$belfry_home/worker.pid"
  belfry_pid=$belfry_value
  case $belfry_pid in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ -r "/proc/$belfry_pid/stat" ] || return 1
  belfry_comm=
  { IFS=' ' read -r belfry_value belfry_comm belfry_value <"/proc/$belfry_pid/stat"; } 2>/dev/null
  [ "$belfry_comm" = '(belfry-worker)' ] || return 1
  case $belfry_value in
    [ZX]*) return 1 ;;
  esac
}

# Becomes a program, with nothing of the pusher's environment.
belfry_run() {
  # shellcheck disable=SC2086
  belfry_as_owner $belfry_setsid env -i PATH="${PATH:-/usr/local/bin:/usr/bin:/bin}" \
    HOME="${belfry_owner_home:-${HOME:-/}}" LANG=C.UTF-8 "$@"
}

# Only the home's owner and root may start the worker: it owns the database. It opens its log itself: a link in place of
# the log would lead whoever opened it here.
belfry_wake() {
  [ -O "$belfry_home" ] || [ "$belfry_become" ] || return 0
  belfry_worker_lives && return 0
  (
    belfry_release
    cd /
    belfry_setsid=
    if command -v setsid >/dev/null; then belfry_setsid=setsid; else trap '' HUP; fi
    belfry_starter=$belfry_app/src/start-worker.sh
    [ -r "$belfry_starter" ] ||
      exec logger -t belfry -p user.err "no worker for $belfry_home: belfry is not installed in $belfry_app any more"
    belfry_run /bin/sh "$belfry_starter" "$belfry_node" --home "$belfry_home"
  ) </dev/null >/dev/null 2>&1 &
}
