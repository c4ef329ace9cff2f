/** What strace wrote down of a process and its children, line by line. */

export interface Line {
  pid: number;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

export function readTrace(trace: string): Line[] {
  return trace.split('\n').flatMap(line => {
    const match = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), at: Number(match[2]) * 1_000, text: match[3]! }];
  });
}

/** The name of the call that a line begins; null for signals, ends, and the second half of a call. */
export function callOf({ text }: Line): string | null {
  return /^(\w+)\(/.exec(text)?.[1] ?? null;
}

export function isKill({ text }: Line): boolean {
  return text.startsWith('+++ killed by SIGKILL');
}

/** What a process was about to do when a call was made; it is asked for every line, in their order. */
export type Follow = (line: Line) => string;
