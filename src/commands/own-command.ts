/** The command line to type for this home, so that advice can be copied as it stands. */
import { shellWord } from '../text/shell-word.ts';
import type { Args } from './context.ts';

/** `belfry`, with the home when it was named here. */
export function ownCommand(argv: Args, home: string): string {
  return argv.home === undefined ? 'belfry' : `belfry --home ${shellWord(home)}`;
}
