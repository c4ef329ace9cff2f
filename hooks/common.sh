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

# Who it was, as far as the server said so: one line for each variable that is set.
belfry_say_who() {
  for belfry_key in GITEA_PUSHER_NAME GITEA_PUSHER_EMAIL GL_USER REMOTE_USER BELFRY_USER \
    GIT_PUSH_CERT_SIGNER GIT_PUSH_CERT_STATUS GIT_PUSH_CERT_KEY; do
    eval "belfry_value=\${$belfry_key-}"
    [ -z "$belfry_value" ] || belfry_line "env $belfry_key " "$belfry_value"
  done
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
  belfry_problem=$(LC_ALL=C mv -f "$belfry_tmp" "$belfry_spool/new/$belfry_name" 2>&1) || return 1
  if [ -r "$belfry_spool/new" ]; then
    LC_ALL=C sync "$belfry_spool/new" 2>/dev/null
  else
    LC_ALL=C sync "$belfry_spool/new/$belfry_name" 2>/dev/null
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
      belfry_problem=$(printf x | LC_ALL=C dd conv=fsync 2>&1 >>"$belfry_tmp") || {
        belfry_problem=${belfry_problem%%"$belfry_lf"*}
        belfry_reason=${belfry_problem##*: }
      } ;;
    *onexistent* | 'No such file'*) belfry_reason='no such directory' ;;
  esac
  [ -z "$belfry_tmp" ] || rm -f "$belfry_tmp" 2>/dev/null
  (
    belfry_release
    exec logger -t belfry -p user.err "$PWD: a $1 is not announced: $belfry_reason ($belfry_spool)"
  ) </dev/null >/dev/null 2>&1 &
  printf '%s\n' "belfry: this $1 is not announced: $belfry_reason" >&2
}

# For background processes: git's client waits until nobody holds a descriptor of the pusher any more.
belfry_release() {
  exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# The worker is alive when the process named in worker.pid is a worker: it may have died and its number gone to another.
# A dead one that nobody has reaped, as in containers without an init, is still listed, as a zombie.
belfry_worker_lives() {
  [ -r "$belfry_home/worker.pid" ] || return 1
  belfry_pid=
  IFS= read -r belfry_pid <"$belfry_home/worker.pid"
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

# Runs a program with nothing of the pusher's environment.
belfry_run() {
  exec $belfry_setsid env -i PATH="${PATH:-/usr/local/bin:/usr/bin:/bin}" HOME="${HOME:-/}" LANG=C.UTF-8 "$@"
}

# Only the home's owner and root may start the worker: it owns the database.
belfry_wake() {
  [ -O "$belfry_home" ] || [ -O / ] || return 0
  belfry_worker_lives && return 0
  belfry_log=$belfry_home/log/worker.log
  (
    umask 007
    { : >>"$belfry_log"; } 2>/dev/null || belfry_log=/dev/null
    exec </dev/null >>"$belfry_log" 2>&1
    belfry_release
    cd /
    belfry_setsid=
    if command -v setsid >/dev/null; then belfry_setsid=setsid; else trap '' HUP; fi
    belfry_run /bin/sh "$belfry_app/src/start-worker.sh" "$belfry_node" --home "$belfry_home"
  ) </dev/null >/dev/null 2>&1 &
}
