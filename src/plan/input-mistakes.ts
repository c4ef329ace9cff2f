/** What the checks of the command line say of a webhook, as mistakes of a file: at its keys, and without anything secret. */
import type { z } from 'zod';
import type { WebhookInput } from '../model/webhook.ts';
import { placedProblems } from '../text/input-problems.ts';
import { webhookInput } from '../webhooks/webhook-input.ts';
import type { Path, Problem } from './mistake.ts';

/** Whose values are never repeated. */
const HIDDEN: readonly PropertyKey[] = [
  'url',
  'secret',
  'headers',
  'proxy',
  'ca',
  'client_cert',
  'client_key',
];

export function isHidden(key: PropertyKey | undefined): boolean {
  return key !== undefined && HIDDEN.includes(key);
}

export function inputMistakes(error: z.ZodError, input: WebhookInput, base: Path): Problem[] {
  return placedProblems(error, webhookInput, input).map(({ keys, wanted: said, got }) => {
    const [top, ...rest] = keys[0] === 'reach' ? keys.slice(1) : keys;
    // The command line's own options are of no use here.
    const text = said.replace(/ \(--[^)]*\)/, '');
    if (top === 'headers') return headerMistake(text, base);
    const [wanted, came] = apart(text);
    const path = [...base, ...(top === undefined ? [] : [top]), ...rest];
    // A value that came by a reference has not been seen by who wrote the file.
    if (isHidden(top)) return { path, wanted: wanted!, got: 'another value' };
    return { path, wanted: wanted!, got: came ?? got };
  });
}

/** `NAME: wanted this, got that`: names the header, and not its value. */
function headerMistake(text: string, base: Path): Problem {
  const [, name, said] = /^(?:([^:\s]+): )?wanted (.*)$/s.exec(text) ?? [undefined, undefined, text];
  const [wanted, got = 'another value'] = apart(said ?? text);
  return { path: [...base, 'headers', ...(name === undefined ? [] : [name])], wanted: wanted!, got };
}

/** What was wanted, and what came where that is said. */
export function apart(text: string): string[] {
  const at = text.indexOf(', got ');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + ', got '.length)];
}
