/**
 * OpenSSH on loopback, as the user who runs the tests: an own port, own keys, an own configuration, all in the test's
 * directory. A key belongs to a login, which its `environment=` puts into BELFRY_USER, as an admin would do it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
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
}

/** `dir` is a directory of the test. Needs sshd, ssh and ssh-keygen (`needs(t, 'sshd', 'ssh')`). */
export async function sshServer(t: Pick<Test, 'teardown'>, dir: string): Promise<SshServer> {
  const base = join(dir, 'ssh');
  await mkdir(base, { mode: 0o700 });
  // As root, sshd drops into this empty directory; without systemd nobody has made it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKey = await makeKey(join(base, 'host'));
  await writeFile(join(base, 'keys'), '', { mode: 0o600 });

  const { child, port } = await start(base);
  t.teardown(() => stop(child));
  await writeFile(join(base, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);

  let keys = 0;
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    async command(login) {
      keys += 1;
      const file = join(base, `key-${keys}`);
      const variables = { ...serverEnvironment(dir), ...(login === null ? {} : { BELFRY_USER: login }) };
      const options = Object.entries(variables).map(([name, value]) => `environment="${name}=${value}"`);
      await appendFile(join(base, 'keys'), `restrict,${options.join(',')} ${await makeKey(file)}\n`);
      return [
        'ssh',
        '-F /dev/null',
        `-i ${file}`,
        `-o UserKnownHostsFile=${join(base, 'known_hosts')}`,
        '-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o LogLevel=ERROR',
      ].join(' ');
    },
  };
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
async function start(base: string, tries = 5): Promise<{ child: ChildProcess; port: number }> {
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
      'PermitUserEnvironment yes',
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
  if (tries > 1 && said.includes('Address already in use')) return start(base, tries - 1);
  throw new Error(`wanted an SSH server on port ${port}, got: ${said}`);
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
