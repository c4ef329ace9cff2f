/**
 * OpenSSH on loopback, as the user who runs the tests: an own port, own keys, an own configuration, all in the test's
 * directory. A key belongs to a login, which its `environment=` puts into BELFRY_USER where sshd was told to permit that.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { closedPort } from './closed-port.ts';
import { environment } from './environment.ts';
import { findProgram } from './needs.ts';
import { must } from './run.ts';

export interface SshServer {
  /** Put an absolute path behind it: `ssh://git@127.0.0.1:2022`. */
  url: string;
  /** A value for GIT_SSH_COMMAND, with a key of its own; `null`: a key without a login. */
  command(login: string | null): Promise<string>;
  /** The same with options of the key's own. */
  commandWith(options: string): Promise<string>;
}

export interface SshOptions {
  /** As Debian has it: `environment=` is ignored, and accounts have their keys in a file that all may read. */
  stock?: boolean;
}

/** `dir` is a directory of the test. Needs sshd, ssh and ssh-keygen (`needs(t, 'sshd', 'ssh')`). */
export async function sshServer(
  t: Pick<Test, 'teardown'>,
  dir: string,
  { stock = false }: SshOptions = {},
): Promise<SshServer> {
  const base = join(dir, 'ssh');
  await mkdir(base, { mode: 0o700 });
  // As root, sshd drops into this empty directory; without systemd nobody has made it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKey = await makeKey(join(base, 'host'));
  await writeFile(join(base, 'keys'), '', { mode: 0o600 });

  if (stock) {
    await chmod(base, 0o711);
    await chmod(join(base, 'keys'), 0o644);
  }
  const { child, port } = await start(base, stock ? stockLines(dir) : ['PermitUserEnvironment yes']);
  t.teardown(() => stop(child));
  await writeFile(join(base, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);

  let keys = 0;
  const commandWith = async (options: string) => {
    keys += 1;
    const file = join(base, `key-${keys}`);
    await appendFile(join(base, 'keys'), `${options} ${await makeKey(file)}\n`);
    return [
      'ssh',
      '-F /dev/null',
      `-i ${file}`,
      `-o UserKnownHostsFile=${join(base, 'known_hosts')}`,
      '-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o LogLevel=ERROR',
    ].join(' ');
  };
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    commandWith,
    command(login) {
      const variables = { ...serverEnvironment(dir), ...(login === null ? {} : { BELFRY_USER: login }) };
      const options = Object.entries(variables).map(([name, value]) => `environment="${name}=${value}"`);
      return commandWith(`restrict,${options.join(',')}`);
    },
  };
}

/** Nothing of a stock configuration is changed but where things are: the admin's `SetEnv` is no option of a key. */
function stockLines(dir: string): string[] {
  const { HOME, GIT_CONFIG_NOSYSTEM } = serverEnvironment(dir);
  return [
    `SetEnv HOME=${HOME} GIT_CONFIG_NOSYSTEM=${GIT_CONFIG_NOSYSTEM}`,
    'AcceptEnv LANG LC_* GIT_PROTOCOL',
  ];
}

/** The session must not see the tester's own Git settings either. */
function serverEnvironment(dir: string): Record<string, string> {
  const { HOME, GIT_CONFIG_NOSYSTEM } = environment(dir);
  return { HOME: HOME!, GIT_CONFIG_NOSYSTEM: GIT_CONFIG_NOSYSTEM! };
}

/** Gives the public key, type and all. */
async function makeKey(file: string): Promise<string> {
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'belfry test', '-f', file], {
    env: { PATH: process.env.PATH ?? '' },
  });
  return (await must('ssh-keygen', ['-y', '-f', file], { env: { PATH: process.env.PATH ?? '' } })).trim();
}

/** sshd cannot choose a port by itself, and a free one may be taken before it listens: so it has a few tries. */
async function start(
  base: string,
  more: string[],
  tries = 5,
): Promise<{ child: ChildProcess; port: number }> {
  const port = await closedPort();
  await writeFile(
    join(base, 'config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(base, 'host')}`,
      `PidFile ${join(base, 'pid')}`,
      `AuthorizedKeysFile ${join(base, 'keys')}`,
      'AuthenticationMethods publickey',
      'PermitRootLogin prohibit-password',
      ...more,
      'StrictModes no',
      'UsePAM no',
      'PrintMotd no',
      'PrintLastLog no',
      'MaxStartups 100',
      'LogLevel INFO',
      '',
    ].join('\n'),
  );
  const child = spawn(findProgram('sshd') ?? 'sshd', ['-D', '-e', '-f', join(base, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  });
  let said = '';
  const listening = await new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve(false));
    child.stderr.on('data', chunk => {
      said += chunk;
      if (said.includes('Server listening on')) resolve(true);
    });
  });
  if (listening) return { child, port };
  if (tries > 1 && said.includes('Address already in use')) return start(base, more, tries - 1);
  throw new Error(`wanted an SSH server on port ${port}, got: ${said}`);
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
