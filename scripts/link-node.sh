#!/bin/sh
# Puts the Node that the dependencies bring into node_modules/.bin, where npm's scripts and everything else look for it. npm
# itself does not do so reliably: the packages for both processors want the same name, and only one of them is installed. It
# runs no script of any package (.npmrc), hence this is the first step of `npm test`.
set -eu
cd "$(dirname "$0")/.."
for cpu in x64 arm64; do
  node=../node-linux-$cpu/bin/node
  [ ! -x "node_modules/.bin/$node" ] || ln -sf "$node" node_modules/.bin/node
done
[ -x node_modules/.bin/node ] || {
  echo 'the Node that the dependencies bring is not there: npm ci, on Linux with x86_64 or arm64' >&2
  exit 1
}
