#!/bin/sh
# Becomes the worker: start-worker.sh NODE --home DIR [--once]
# Everybody starts it so who starts it in the background (the hooks, the commands, the units and crontabs of install.sh): how
# it uses memory stands here.

app=${0%/src/*}
# Node makes the cache's directory before the worker can say so: nobody else may write what is run from there.
umask 077

# What malloc frees goes back to the system, and the threads share one heap: an idle worker is 11 MB smaller. With lower
# thresholds than Linux's own 128 kB a long queue spends a fifth of its time in page faults.
MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_ARENA_MAX=1
NODE_COMPILE_CACHE=$app/cache
export MALLOC_TRIM_THRESHOLD_ MALLOC_MMAP_THRESHOLD_ MALLOC_ARENA_MAX NODE_COMPILE_CACHE

node=$1
shift

# Who starts it in the background looks at none of its outputs: what keeps it from its own log goes to the system's.
trap 'logger -t belfry -p user.err "the worker cannot start: $node cannot be run (start-worker.sh $*)"' EXIT
[ -x "$node" ] || exit 127

# --max-semi-space-size: young objects get 8 MB, not up to 64: a large push would leave a worker twice the size.
# --no-memory-reducer, --expose-gc: V8 would wake every 8 s to give memory back; src/worker/rest.ts does it at once.
# The others keep the optimizing compilers out until a long queue needs them: to use them at all takes 5 MB of their
# code, and 27 MB at once for undici's WebAssembly, of which 8 may stay.
exec "$node" --max-semi-space-size=8 --no-memory-reducer --expose-gc \
  --wasm-tiering-budget=1000000000 --invocation-count-for-turbofan=20000 --no-use-osr --no-sparkplug \
  "$app/src/worker.ts" "$@"
