#!/bin/bash
# Tries the first five minutes on a Debian that has nothing but what the README asks for. By hand, as root, on a machine with
# debootstrap and a network; it takes half an hour:
#
#     test/stock-debian.sh bookworm|trixie [--quick]
#
# A tree is made in a temporary directory, with git and npm in it. The checkout, as it is committed, is cloned into it, and an
# ordinary user runs the README's two commands there: nothing may be compiled, and no file of the checkout may change. Then
# `npm pack ./receiver` from a fresh clone, and the tarball of scripts/make-tarball.sh in a second tree, which has git, no npm
# and no network. --quick leaves out the test suite. Mirror, registry and certificates are those of this machine's apt and npm.
# Everything is removed at the end, whichever way it ends.
set -euo pipefail

suite=${1:?bookworm or trixie}
quick=${2-}
source=$(cd "$(dirname "$0")/.." && pwd -P)
for program in debootstrap unshare chroot apt-get git ip; do
  command -v "$program" >/dev/null || { echo "stock-debian.sh: wanted $program" >&2; exit 1; }
done
[ "$(id -u)" -eq 0 ] || { echo 'stock-debian.sh: only root can make the tree' >&2; exit 1; }

# Mounts and processes of the trial end with it.
if [ -z "${STOCK_DEBIAN_APART-}" ]; then
  work=$(mktemp -d -t stock-debian.XXXXXX)
  trap 'rm -rf --one-file-system "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  STOCK_DEBIAN_APART=$work unshare --mount --pid --uts --fork --kill-child "$0" "$@"
  exit
fi
work=$STOCK_DEBIAN_APART
# No test may need a machine's name with a domain.
hostname stock
tree=$work/tree offline=$work/offline

say() { printf '\n== %s: %s\n' "$suite" "$*"; }

# What the programs in a tree need to know of this machine's way to the network.
settings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)
if command -v npm >/dev/null; then
  settings+=("npm_config_registry=$(npm config get registry)")
  authorities=$(npm config get cafile)
fi
[ -r "${authorities-}" ] || authorities=${NODE_EXTRA_CA_CERTS-}
[ ! -r "$authorities" ] || settings+=(NODE_EXTRA_CA_CERTS=/etc/machine-authorities.pem)

mounts() { # tree
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  mount --make-rslave "$1/dev"
}

as_root() { # tree command...
  local where=$1
  shift
  chroot "$where" env -i "${settings[@]}" HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

# The demonstration and the tests are told nothing but where to get packages.
as_developer() { # tree command...
  local where=$1
  shift
  chroot --userspec=developer:developer "$where" env -i "${settings[@]}" HOME=/home/developer \
    sh -c 'cd ~/belfry && exec "$@"' sh "$@" </dev/null
}

say 'debootstrap'
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' | sed -n 's|^\([^ ]*/debian/\{0,1\}\) main$|\1|p' | head -n 1)
[ "$mirror" ] || { echo "stock-debian.sh: this machine's apt has no Debian mirror" >&2; exit 1; }
debootstrap --variant=minbase "$suite" "$tree" "$mirror" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }
cp /etc/resolv.conf "$tree/etc/"
printf '127.0.0.1 localhost\n' >"$tree/etc/hosts"
[ ! -r "$authorities" ] || cp "$authorities" "$tree/etc/machine-authorities.pem"
apt-config dump | grep '^Acquire::' | grep -v 'Changelogs' >"$tree/etc/apt/apt.conf.d/00machine" || :
as_root "$tree" useradd --create-home --shell /bin/sh developer
as_root "$tree" sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends git' >>"$work/log" 2>&1
cp -a "$tree" "$offline"
mounts "$tree"
mounts "$offline"

say 'apt install git npm'
# Without what npm recommends there is no compiler: what would have to be compiled fails.
as_root "$tree" apt-get install -y -qq --no-install-recommends npm ca-certificates >>"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }
as_root "$tree" sh -c 'echo "npm $(npm --version), node $(node --version), $(git --version)"; ! command -v cc make'
clone() { # name
  git -c safe.directory='*' clone -q --no-local "$source" "$tree/home/developer/$1"
  as_root "$tree" chown -R developer:developer "/home/developer/$1"
}
clone belfry

say './install.sh --demo'
as_developer "$tree" ./install.sh --demo

if [ "$quick" != --quick ]; then
  say 'npm cit'
  as_developer "$tree" env TAP_REPORTER=tap npm cit >"$work/suite" 2>&1 && suite_status=0 || suite_status=$?
  # The output has whatever bytes the tests have; of npm only what it complains of, but not of each package's engines.
  grep -aE '^npm (ERR|error)|# SKIP' "$work/suite" || :
  grep -aE -A 30 '^ *not ok' "$work/suite" || :
  # What failed may be no test: types, lint, or what builds the runner.
  [ "$suite_status" -eq 0 ] || { tail -n 60 "$work/suite"; exit 1; }
  tail -n 3 "$work/suite"
fi

say 'what has changed in the checkout'
changed=$(as_developer "$tree" git status --porcelain)
[ -z "$changed" ] || { echo "$changed"; exit 1; }
echo nothing

say 'npm pack ./receiver, from a fresh clone'
clone fresh
as_developer "$tree" sh -c 'cd ../fresh && npm pack ./receiver 2>/dev/null && tar -tzf belfry-*.tgz | grep -c .'

say 'the tarball'
as_developer "$tree" sh -c 'scripts/make-tarball.sh ../out && cd ../out && sha256sum -c SHA256SUMS && ls -s'
mkdir "$offline/srv/tarball"
cp "$tree/home/developer/out/"* "$offline/srv/tarball/"
say 'without npm and without a network'
# shellcheck disable=SC2016
unshare --net sh -c 'ip link set lo up; exec "$@"' sh chroot "$offline" env -i "${settings[@]}" HOME=/root sh -euc '
  ! command -v npm
  cd /root && tar -xzf /srv/tarball/belfry-*.tgz && cd belfry-*/
  ./install.sh --demo
  git init -q --bare /srv/git/acme/app.git
  chown -R developer: /srv/git
  ./install.sh --user developer --no-service /srv/git
  belfry --version
  belfry doctor
  belfry repo list
  ./install.sh | grep "up to date"
  ./install.sh --uninstall --purge --yes
'
say 'all of it works'
