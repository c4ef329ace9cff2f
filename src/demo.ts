/**
 * The demonstration: the main job from end to end, with nothing pretended. A real bare repository, the real hook, the real
 * command line, a real receiver that checks the signature as its author would, real pushes. All of it lies in one
 * temporary directory; that and the worker are gone when it ends, whichever way it ends.
 */
// long: one story, told from its beginning to its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const CLI = join(import.meta.dirname, 'cli.ts');
/** A cold and busy machine; on others the deliveries are there at once. */
const PATIENCE_MS = 30_000;

interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'belfry-demo-')));
const secret = randomBytes(18).toString('base64');
const env: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: join(dir, 'developer'),
  LANG: 'C.UTF-8',
  BELFRY_HOME: join(dir, 'home'),
  DEMO_SECRET: secret,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Quasimodo',
  GIT_AUTHOR_EMAIL: 'quasimodo@example.com',
  GIT_COMMITTER_NAME: 'Quasimodo',
  GIT_COMMITTER_EMAIL: 'quasimodo@example.com',
};
const received: Received[] = [];
const server = createServer(take);
let child: ChildProcess | undefined;

// Whoever was reading may leave (`| head`): what is left behind must go all the same.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    child?.kill();
    void cleanUp().then(() => process.exit(1));
  });
}
try {
  process.exitCode = await demonstrate();
} catch (error) {
  say(`\nThe demonstration failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function demonstrate(): Promise<number> {
  mkdirSync(join(dir, 'developer'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  say(`belfry, from end to end, in ${dir}`);
  say(`a receiver that knows the webhook's secret listens on ${url}`);

  say('\n# a repository as any server has one');
  await shell('git init --quiet --bare srv/acme/app.git');
  await shell('git clone --quiet srv/acme/app.git work 2>/dev/null');
  await shell('cd work && git commit --quiet --allow-empty -m "Hang the bell"');
  await shell('cd work && git push --quiet origin HEAD:main');

  say('\n# the admin of the server');
  await belfry('install', 'srv');
  const events = ['--events', 'push,tag_push'];
  await belfry('webhook', 'add', url, '--repo', 'acme/app', ...events, '--secret-env', 'DEMO_SECRET');

  say('\n# a developer');
  await shell('cd work && git commit --quiet --allow-empty -m "Ring it"');
  await shell('cd work && git push origin HEAD:main 2>&1');
  await shell('cd work && git tag -a -m "First ring" v1.0 && git push origin v1.0 2>&1');

  const end = Date.now() + PATIENCE_MS;
  while (received.length < 2 && Date.now() < end) await sleep(20);
  say(`\n# the receiver got ${received.length} requests`);
  const signed = received.map(show);
  const delivered = async () => {
    const log = JSON.parse(await belfry('deliveries', '--json')) as { state: string }[];
    return log.length === 2 && log.every(({ state }) => state === 'delivered');
  };
  // The receiver has answered, but the worker may not have written it down yet.
  while (!(await delivered()) && Date.now() < end) await sleep(50);
  say('\n# the delivery log');
  await belfry('deliveries');
  const good = received.length === 2 && signed.every(Boolean) && (await delivered());
  say(
    good
      ? '\nBoth were signed with the secret, and both are delivered'
      : '\nThis is not what the demonstration should show',
  );
  return good ? 0 : 1;
}

function take(request: IncomingMessage, response: { end(text: string): void }): void {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    response.end('thank you');
  });
}

/** Gives whether the signature is right. */
function show({ path, headers, body }: Received): boolean {
  const token = Buffer.from(String(headers['x-gitee-token']));
  const text = `${headers['x-gitee-timestamp']}\n${secret}`;
  const wanted = Buffer.from(createHmac('sha256', secret).update(text).digest('base64'));
  const right = token.length === wanted.length && timingSafeEqual(token, wanted);
  say(`\nPOST ${path}`);
  for (const [name, value] of Object.entries(headers)) {
    if (/^(content-|user-agent|x-gitee-|x-belfry-|webhook-)/.test(name)) say(`${name}: ${value}`);
  }
  const { ref, before, after, created, total_commits_count, commits, user_name, repository } =
    JSON.parse(body);
  const messages = commits?.map((one: { message: string }) => one.message.trim()) ?? null;
  const shortened = { ref, before, after, created, total_commits_count, commits: messages, user_name };
  say(`${JSON.stringify({ ...shortened, repository: repository.full_name }, null, 2)}`);
  say(`(${Buffer.byteLength(body)} bytes in all; X-Gitee-Token is ${right ? 'right' : 'WRONG'})`);
  return right;
}

/** What is asked in JSON is not for the reader. */
async function belfry(...args: string[]): Promise<string> {
  const quiet = args.includes('--json');
  if (!quiet) say(`$ belfry ${args.join(' ')}`);
  return run(process.execPath, [CLI, ...args], quiet);
}

async function shell(line: string): Promise<string> {
  say(`$ ${line.replaceAll(' --quiet', '').replace(/ 2>\S+$/, '')}`);
  return run('sh', ['-c', line], false);
}

/** Never in the foreground of this process: the receiver in it must stay awake. */
function run(command: string, args: string[], quiet: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    child = spawn(command, args, { cwd: dir, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout?.on('data', chunk => {
      out += chunk;
      if (!quiet) process.stdout.write(chunk);
    });
    child.on('error', reject);
    child.on('close', status =>
      status === 0 ? resolve(out) : reject(new Error(`${args.join(' ')} ended with status ${status}`)),
    );
  });
}

/** The worker would linger for a minute; another that was just starting leaves by itself, but must be gone too. */
async function cleanUp(): Promise<void> {
  server.closeAllConnections();
  server.close();
  // Once each: a second one ends a worker while it writes to the compile cache what installing wants to have there.
  const told = new Set<number>();
  for (let tries = 0; tries < 250; tries++) {
    const left = processesOfHome();
    if (left.length === 0) break;
    if (tries >= 200) for (const pid of left) kill(pid, 'SIGKILL');
    for (const pid of left) if (!told.has(pid)) kill(pid, 'SIGTERM');
    for (const pid of left) told.add(pid);
    await sleep(20);
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** All that write into the home's log. */
function processesOfHome(): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  return pids.map(Number).filter(pid => {
    try {
      return readlinkSync(`/proc/${pid}/fd/1`).startsWith(`${dir}/`);
    } catch {
      return false;
    }
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It was faster.
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
