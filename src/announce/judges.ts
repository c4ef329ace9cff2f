/** Who is trusted, and what has become of a process: what the spool's files are judged by. */

import { processState } from '../host/process-state.ts';
import type { Settings } from '../settings/settings.ts';
import type { Judges } from '../spool/claims.ts';
import { isTrusted } from './whose-word.ts';

/** @param now milliseconds since 1970 */
export function judges(settings: Settings, now: () => number): Judges {
  return { trusts: claimant => isTrusted(claimant, settings), processState, now };
}
