/** In which colour a state is shown on a terminal: green is done or well, yellow moves or waits, red wants a person. */
import { type Colour, coloured } from '../text/printable.ts';

/** By the first word of what is shown. */
const COLOURS: Record<string, Colour> = {
  delivered: 'green',
  active: 'green',
  announced: 'green',
  open: 'green',
  pending: 'yellow',
  sending: 'yellow',
  held: 'yellow',
  waiting: 'yellow',
  failing: 'yellow',
  failed: 'red',
  stopped: 'red',
  'key-lost': 'red',
  quarantined: 'red',
};

/** In none, what somebody has switched off or ended. */
export function inStateColour(state: string): string {
  const colour = COLOURS[/^[\w-]+/.exec(state)?.[0] ?? ''];
  return colour === undefined ? state : coloured(state, colour);
}
