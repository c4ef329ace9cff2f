/** Which commands change something, and who runs them: asked of every command, so nothing more is loaded for it. */
import { userInfo } from 'node:os';

/** Commands by which a person changes what belfry does or sends. Other systems run `emit`, and cron `scan`. */
export const CHANGING: readonly string[] = [
  'install',
  'uninstall',
  'redeliver',
  'replay',
  'restore',
  'apply',
  'pause',
  'resume',
  'webhook add',
  'webhook edit',
  'webhook remove',
  'webhook enable',
  'webhook disable',
  'webhook rotate',
  'push retry',
  'repo move',
  'repo remove',
  'mr close',
  'mr reopen',
  'mr comment',
  'user add',
  'user edit',
  'key rotate',
  'config set',
];

/** Who runs a command: whoever sudo says when it is root's, else the account. To be asked before root becomes another one. */
export function whoRuns({ env, getuid }: NodeJS.Process): string {
  const name = ownName();
  const { SUDO_USER: by } = env;
  return getuid?.() === 0 && by ? `${by} (sudo)` : name;
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account that no directory knows.
    return `uid ${process.getuid?.()}`;
  }
}

/** @param usage as in `belfry webhook edit <id>` */
export function isChanging(usage: string): boolean {
  const words = usage.split(' ').slice(1);
  return CHANGING.includes(words.filter(word => !/^[<[]/.test(word)).join(' '));
}
