/** What the beginning of a spool file says: enough to know whose repository it is about, however many updates it has. */
import { parseSpoolFile, type WriterProcess } from './parse-spool-file.ts';
import { readDropped } from './read-dropped.ts';
import type { RealPath } from './real-paths.ts';

export interface Claim {
  refCheck: boolean;
  /** Real path of the repository's directory. */
  directory: string;
  hookPid: number | null;
  writer: WriterProcess | null;
}

/** Bytes: the header of nearly every push, and the first of its updates. */
const BEGINNING = 2 ** 14;
/** Bytes: a header with very many push options. */
const LONG_BEGINNING = 2 ** 20;
/** Null when the file is gone. `claim`: a sentence when it is no push. `uid`: null when it could not be opened. */
export async function readClaim(
  path: string,
  realPath: RealPath,
): Promise<{ uid: number | null; claim: Claim | string } | null> {
  for (let most = BEGINNING; ; most = LONG_BEGINNING) {
    const file = await readDropped(path, most);
    if (file === null) return null;
    if (typeof file === 'string') return { uid: null, claim: file };
    const { uid } = file;
    const push = parseSpoolFile(file.bytes);
    if (typeof push !== 'string') {
      const { refCheck, hookPid, writer } = push;
      const directory = await realPath(push.directory);
      return { uid, claim: { refCheck, directory, hookPid, writer } };
    }
    if (file.size <= file.bytes.length || most === LONG_BEGINNING) return { uid, claim: push };
  }
}
