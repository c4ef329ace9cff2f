/** Says that something has happened in a directory, at most some forty times a second however much happens there. */
import { type FSWatcher, watch } from 'node:fs';

/** Nobody notices so little, and 10,000 files that come at once are one event then. */
const AT_MOST_EVERY_MS = 25;
const LOOK_EVERY_MS = 1_000;

export interface Watcher {
  /** Called at once for each file to which something has happened; null: nobody can tell any more to which. */
  onName: (name: string | null) => void;
  /** Called when something has happened. */
  onChange: () => void;
}

/** Gives what stops it. */
export function watchFolder(path: string, { onName, onChange }: Watcher): () => void {
  let pause: NodeJS.Timeout | undefined;
  let again = false;
  const change = () => {
    again = true;
    if (pause !== undefined) return;
    tell();
  };
  const tell = () => {
    again = false;
    pause = setTimeout(() => {
      pause = undefined;
      if (again) tell();
    }, AT_MOST_EVERY_MS);
    onChange();
  };
  let timer: NodeJS.Timeout | undefined;
  // Where the kernel has no watch left to give, somebody has to look.
  const lookOften = () => {
    onName(null);
    timer ??= setInterval(onChange, LOOK_EVERY_MS);
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, (_event, name) => {
      onName(name);
      change();
    }).on('error', lookOften);
  } catch {
    lookOften();
  }
  return () => {
    watcher?.close();
    clearInterval(timer);
    clearTimeout(pause);
  };
}
