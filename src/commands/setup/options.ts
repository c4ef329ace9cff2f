/** What install.sh hands on: its own arguments, checked and absolute, and where things are. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BelfryError } from '../../errors.ts';

export interface SetupOptions {
  /** The checkout, and where its program is installed. */
  source: string;
  prefix: string;
  home: string;
  /** The directory of the command. */
  bin: string;
  /** Whose the home shall be; null: found out. */
  user: string | null;
  /** Whether something shall bring the worker back after a reboot. */
  service: boolean;
  /** Handed on to `belfry install`. */
  hookOptions: string[];
  /** The program was replaced just now. */
  changed: boolean;
  purge: boolean;
  /** Whoever would be asked has said yes. */
  yes: boolean;
  /** Directories for hooks. */
  directories: string[];
  /** Where systemd tells that it runs, where it looks for units, and the kernel's table of mounts. */
  systemd: string;
  units: string;
  mounts: string;
}

/** Of the system. */
const PLACES = {
  systemd: '/run/systemd/system',
  units: '/etc/systemd/system',
  mounts: '/proc/self/mounts',
};

export type SetupAction = 'check' | 'install' | 'uninstall';

const HOOK_OPTIONS = [
  'template',
  'mirror',
  'all-updates',
  'take-over',
  'merge-requests',
  'no-merge-requests',
] as const;

/** @throws BelfryError `usage` */
export function parseOptions(args: string[]): { action: SetupAction; options: SetupOptions } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      source: text,
      prefix: text,
      home: text,
      bin: text,
      user: text,
      'no-service': flag,
      template: flag,
      mirror: flag,
      'all-updates': flag,
      'take-over': flag,
      'merge-requests': flag,
      'no-merge-requests': flag,
      changed: flag,
      purge: flag,
      yes: flag,
    },
  });
  const [action = '', ...directories] = positionals;
  const { source, prefix, home, bin } = values;
  if (!isAction(action) || !source || !prefix || !home || !bin) {
    throw new BelfryError('usage', 'Setup is called by install.sh: run that', {
      hint: 'Wanted check, install or uninstall with --source, --prefix, --home and --bin.',
    });
  }
  return {
    action,
    options: {
      source,
      prefix,
      home,
      bin,
      user: values.user || null,
      service: !values['no-service'],
      hookOptions: HOOK_OPTIONS.filter(name => values[name]).map(name => `--${name}`),
      changed: values.changed,
      purge: values.purge,
      yes: values.yes,
      directories,
      ...PLACES,
    },
  };
}

function isAction(text: string): text is SetupAction {
  return text === 'check' || text === 'install' || text === 'uninstall';
}

/** The Node of the installed program. */
export function nodeOf({ prefix }: SetupOptions): string {
  return join(prefix, 'node_modules/.bin/node');
}
