/**
 * Where the directory that a file names really lies. Anybody can name one on a file system that does not answer: asking
 * for it keeps a thread until it does, so only some may be asked for at once, and nobody waits long.
 */
import { realpath as askKernel } from 'node:fs/promises';

const PATIENCE_MS = 1_000;
const MOST_WITHOUT_ANSWER = 8;

export type RealPath = (path: string) => Promise<string>;

/** Gives the path as it is when there is no answer, or nothing there. @param realpath as that of node:fs */
export function realPaths(realpath: RealPath = askKernel, patienceMs = PATIENCE_MS): RealPath {
  let withoutAnswer = 0;

  return async path => {
    if (withoutAnswer >= MOST_WITHOUT_ANSWER) return path;
    let late = false;
    const answer = realpath(path)
      .catch(() => path)
      .finally(() => {
        if (late) withoutAnswer--;
      });
    const { promise: tooLate, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => {
      late = true;
      withoutAnswer++;
      resolve(path);
    }, patienceMs);
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}
