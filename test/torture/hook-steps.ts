/** The steps of a hook, from its start to the worker's, and which one it is at, read from the calls of its processes. */
import type { Follow } from './trace.ts';

/** Calls that are written down; only these can be the moment of a kill. */
export const HOOK_CALLS =
  'openat,read,write,fsync,rename,renameat,renameat2,dup2,clone,vfork,wait4,execve,exit_group,unlink,unlinkat';

export const HOOK_STEPS = [
  'before its file is there',
  'file there, empty',
  'file half written',
  'file written, not flushed',
  'file flushed',
  'the foreign hook at work',
  'file about to be renamed',
  'renamed, the directory not flushed',
  'published, the worker not woken',
  'waking the worker',
] as const;

/** What has been reached, by the call that shows it, in the order in which it happens. */
const REACHED: [RegExp, step: (typeof HOOK_STEPS)[number]][] = [
  [/^openat\(.*spool\/tmp\/.*O_CREAT/, 'file there, empty'],
  [/^write\(\d+<[^>]*spool\/tmp\/[^>]*>, "belfry-push/, 'file half written'],
  [/^write\(\d+<[^>]*spool\/tmp\/[^>]*>, "[0-9a-f]{40} /, 'file written, not flushed'],
  [/^fsync\(\d+<[^>]*spool\/tmp\//, 'file flushed'],
  [/^execve\(".*post-receive\.d\/post-receive"/, 'the foreign hook at work'],
  [/^execve\("[^"]*\/mv".*= 0/, 'file about to be renamed'],
  [/^rename.*spool\/new\//, 'renamed, the directory not flushed'],
  [/^fsync\(\d+<[^>]*spool\/new/, 'published, the worker not woken'],
  [/^execve\(".*(setsid|env|\.bin\/node)".*= 0/, 'waking the worker'],
];

export function followHook(): Follow {
  let reached = 0;
  return ({ text }) => {
    const step = HOOK_STEPS[reached]!;
    // A call with a result, or one whose result comes later: the one at which a process was killed has neither.
    if (/ = \d|<unfinished/.test(text))
      for (const [index, [pattern]] of REACHED.entries())
        if (index + 1 > reached && pattern.test(text)) reached = index + 1;
    return step;
  };
}
