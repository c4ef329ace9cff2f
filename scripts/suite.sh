#!/bin/sh
# Runs the test files of `npm test` (quick) or of `npm run test:slow` (slow). What is slow stands in test/slow-files: whole
# installations, gitolite, many accounts, sizes at the limits, kills and full disks.
set -eu
cd "$(dirname "$0")/.."
# Node keeps what it has compiled: a test file starts in half the time.
export NODE_COMPILE_CACHE="$PWD/cache/test"
quick=$(find test -name '*.test.ts' | grep -vxFf test/slow-files | sort)
slow=$(cat test/slow-files)
for file in $slow; do
  # tap passes over a file that is not there.
  [ -f "$file" ] || { echo "test/slow-files: there is no $file" >&2; exit 2; }
done
case ${1-} in
  quick) files=$quick ;;
  slow) files=$slow ;;
  *) echo 'usage: scripts/suite.sh quick|slow' >&2; exit 2 ;;
esac
# No name of a test file has a space.
# shellcheck disable=SC2086
exec tap $files
