/** Shows what a plan is going to do, or what was done. */
import { missingReason } from '../../model/missing.ts';
import type { Change, FieldChange } from '../../plan/change.ts';
import type { Plan } from '../../plan/make-plan.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';

/** What a program is told of a plan. */
export function planJson({ changes, missing, unnamed }: Plan): object {
  return { changes, secret_missing: missing, not_in_file: unnamed };
}

export function printChanges({ changes, missing, unnamed }: Plan, context: CommandContext): void {
  for (const change of changes) printChange(change, context);
  for (const one of missing)
    context.print(
      `note: webhook ${printable(one.name)}: ${missingReason(one.missing)}: what it is owed is held`,
    );
  const others = [
    plural(unnamed.webhooks.length, 'webhook'),
    plural(unnamed.settings.length, 'setting'),
    plural(unnamed.roots.length, 'root'),
  ].filter(text => !text.startsWith('0 '));
  if (others.length > 0)
    context.print(`note: ${others.join(', ')} not named by the file: untouched without --prune`);
}

function printChange({ action, what, name, id, fields }: Change, context: CommandContext): void {
  const [only] = fields;
  const head = `${action} ${what} ${printable(name)}${id === null ? '' : ` (${id})`}`;
  const isOne = what === 'setting' && only !== undefined;
  context.print(isOne ? `${head}: ${arrow(only)}` : head);
  for (const field of isOne ? [] : fields) context.print(`    ${printable(field.field)}: ${arrow(field)}`);
}

function arrow({ from, to }: FieldChange): string {
  return printable(from === null ? to : `${from} → ${to}`);
}

/** `2 to create, 1 to change`. @param done what is said of the past */
export function summary(changes: readonly Change[], done = false): string {
  const count = (action: Change['action']) => changes.filter(change => change.action === action).length;
  const words = { create: 'created', change: 'changed', remove: 'removed' } as const;
  return (['create', 'change', 'remove'] as const)
    .filter(action => count(action) > 0)
    .map(action => `${count(action)} ${done ? words[action] : `to ${action}`}`)
    .join(', ');
}
