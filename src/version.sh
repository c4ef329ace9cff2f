#!/bin/sh
# Prints what this program is: 0.2.0 for a release, 0.2.0+gSHA for a commit after it. A copy without its repository says
# what was written into it when it was copied (install.sh, scripts/make-tarball.sh).
set -eu
app=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
if [ -r "$app/VERSION" ]; then
  cat "$app/VERSION"
  exit
fi
version=$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$app/package.json" | head -n 1)
# Asked of another account's checkout too, by root; a repository further up is somebody else's.
in_git() { git -c safe.directory='*' -C "$app" "$@" 2>/dev/null; }
if [ -e "$app/.git" ] && commit=$(in_git rev-parse --short=10 HEAD); then
  in_git tag --points-at HEAD | grep -Fqx "v$version" || version=$version+g$commit
fi
printf '%s\n' "$version"
