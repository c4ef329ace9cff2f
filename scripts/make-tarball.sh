#!/bin/sh
# Makes a tarball for servers that reach no package registry: the program as it is committed, and the packages that it needs.
#
#     scripts/make-tarball.sh [DIR [CPU]]      DIR: where it goes, default `.`; CPU: x64 or arm64, default this machine's
#
# There it is unpacked, and its ./install.sh needs neither npm nor a network. The same commit makes the same bytes, as long as
# npm lays out the same files; SHA256SUMS beside it says which they were. For the other processor npm 10 or newer is wanted.
set -eu
umask 022
LC_ALL=C
export LC_ALL
source=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
case $(uname -m) in
  x86_64) own=x64 ;;
  aarch64 | arm64) own=arm64 ;;
  *) own= ;;
esac
out=${1:-.}
cpu=${2:-$own}
case $cpu in
  x64 | arm64) ;;
  *) echo "make-tarball.sh: wanted x64 or arm64, got ${cpu:-another processor}" >&2; exit 2 ;;
esac
mkdir -p "$out"
out=$(cd -- "$out" && pwd -P)
version=$(sh "$source/src/version.sh")
name=belfry-$version-linux-$cpu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$work/$name"
git -C "$source" archive HEAD | tar -x -C "$work/$name"
cd "$work/$name"
printf '%s\n' "$version" >VERSION
if [ "$cpu" = "$own" ]; then other=; else other="--os=linux --cpu=$cpu --libc=glibc"; fi
# shellcheck disable=SC2086
npm ci --ignore-scripts --prefer-offline --omit=dev --no-audit --no-fund --loglevel=error $other >/dev/null
[ -x "node_modules/node-linux-$cpu/bin/node" ] || {
  echo "make-tarball.sh: npm $(npm --version) has not installed the Node for $cpu" >&2
  exit 1
}
sh scripts/link-node.sh
# By this install.sh knows that nothing is missing, and for which lock file.
cp package-lock.json node_modules/.production

# Times and owners of the checkout are nobody's business.
when=$(git -C "$source" log -1 --format=%ct)
tar --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner --mode='u+rw,go+r,go-w,a+X' \
  -cf - -C "$work" "$name" | gzip -n9 >"$out/$name.tgz.part"
mv "$out/$name.tgz.part" "$out/$name.tgz"
cd "$out"
sha256sum belfry-*-linux-*.tgz >SHA256SUMS
echo "$out/$name.tgz"
