#!/bin/sh
# Runs the test files of `npm test` (quick), of `npm run test:slow` (slow), or both (all). What is slow stands in test/slow-files, the
# longest first: whole installations, gitolite, many accounts, sizes at the limits, kills and full disks.
set -eu
cd "$(dirname "$0")/.."
# Node keeps what it has compiled: a test file starts in half the time.
export NODE_COMPILE_CACHE="$PWD/cache/test"
quick=$(find test -name '*.test.ts' | grep -vxFf test/slow-files | sort)
slow=$(cat test/slow-files)
case ${1-} in
  quick) files=$quick ;;
  slow) files=$slow ;;
  all) files="$slow $quick" ;;
  *) echo 'usage: scripts/suite.sh quick|slow|all' >&2; exit 2 ;;
esac
# No name of a test file has a space.
# shellcheck disable=SC2086
exec tap $files
