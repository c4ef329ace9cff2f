/** Programs of Debian's that were made to receive the webhooks of forges, each on a port of loopback for as long as a test. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import type { Test } from 'tap';
import { closedPort } from './closed-port.ts';
import { until } from './until.ts';

/** A hook of `webhook` (github.com/adnanh/webhook). */
export interface Hook {
  id: string;
  /** Each is to hold. */
  rules: object[];
  /** Members of the payload that are given back in the answer, one a line. */
  told: string[];
}

/** Needs `webhook`. @returns its URL; `/hooks/<id>` leads to a hook */
export async function adnanhWebhook(t: Pick<Test, 'teardown'>, dir: string, hooks: Hook[]): Promise<string> {
  const file = join(dir, 'hooks.json');
  const written = hooks.map(({ id, rules, told }) => ({
    id,
    'execute-command': '/usr/bin/printf',
    'include-command-output-in-response': true,
    'pass-arguments-to-command': [
      { source: 'string', name: '%s\n' },
      ...told.map(name => ({ source: 'payload', name })),
    ],
    'trigger-rule': { and: rules.map(match => ({ match })) },
  }));
  await writeFile(file, JSON.stringify(written));
  return serveHooks(t, file);
}

/** Needs `webhook`. @param file hooks in its own words @returns as above */
export async function serveHooks(t: Pick<Test, 'teardown'>, file: string): Promise<string> {
  const port = await closedPort();
  const child = start(t, 'webhook', ['-hooks', file, '-ip', '127.0.0.1', '-port', String(port)]);
  // Who does not read would hold it up in the end.
  child.stdout.resume();
  child.stderr.resume();
  await until('webhook to listen', () => isListening(port));
  return `http://127.0.0.1:${port}/hooks`;
}

export interface Buildbot {
  /** Put `/gitlab` or `/github` behind it. */
  url: string;
  /** What it made of deliveries so far. */
  changes: Record<string, unknown>[];
}

/** Needs `buildbot`. @param secret what each delivery has to know */
export async function buildbot(t: Pick<Test, 'teardown'>, secret: string): Promise<Buildbot> {
  const changes: Record<string, unknown>[] = [];
  let port = 0;
  // Debian's own Python has it, whichever comes first on the path.
  const child = start(t, '/usr/bin/python3', [join(import.meta.dirname, 'buildbot-hooks.py'), secret]);
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines)
      if (port === 0) port = Number(line);
      else changes.push(JSON.parse(line));
  });
  await until('buildbot to listen, or to end', () => port > 0 || child.exitCode !== null);
  if (port === 0) throw new Error(`wanted Buildbot's hooks, got: ${complaints}`);
  return { url: `http://127.0.0.1:${port}/change_hook`, changes };
}

function start(
  t: Pick<Test, 'teardown'>,
  program: string,
  args: string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  child.on('error', () => {});
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  return child;
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
