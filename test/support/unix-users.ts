/**
 * Unix accounts that exist as long as a test, in groups of the test's own, and programs run as them. Only root can make
 * them; what they left running is ended before they go.
 */
import { readdirSync, statSync } from 'node:fs';
import process from 'node:process';
import type { Test } from 'tap';
import { endProcess } from './processes-of.ts';
import { must, type Ran, run } from './run.ts';
import { until } from './until.ts';

export interface UnixUser {
  name: string;
  uid: number;
  gid: number;
  /** Runs a program as this user, with its groups. */
  run(command: string, args: string[], options?: AsUser): Promise<Ran>;
  /** The same; anything other than status 0 is an error. Gives standard output. */
  must(command: string, args: string[], options?: AsUser): Promise<string>;
}

export interface AsUser {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string | Buffer;
  umask?: string;
}

export interface UnixUsers {
  /** Number of the group that all of them are in. */
  gid: number;
  group: string;
  /** An account with a group of its own. @param member also of the shared group */
  add(name: string, member?: boolean): Promise<UnixUser>;
}

const SYSTEM = { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } };

/** Needs root, useradd, groupadd and setpriv. */
export async function unixUsers(t: Pick<Test, 'teardown'>): Promise<UnixUsers> {
  const mark = `bf${process.pid.toString(36)}${Math.floor(Math.random() * 46_656).toString(36)}`;
  const group = `${mark}g`;
  await must('groupadd', [group], SYSTEM);
  t.teardown(() => run('groupdel', [group], SYSTEM));
  const number = async (...args: string[]) => Number((await must('id', args, SYSTEM)).trim());
  const gid = Number((await must('getent', ['group', group], SYSTEM)).split(':')[2]);
  return {
    gid,
    group,
    async add(short, member = true) {
      const name = `${mark}${short}`;
      const more = member ? ['-G', group] : [];
      // A password that nobody has: sshd lets no locked account in.
      await must(
        'useradd',
        ['-M', '-U', '-d', '/nonexistent', '-s', '/bin/sh', '-p', '*', ...more, name],
        SYSTEM,
      );
      const user = { name, uid: await number('-u', name), gid: await number('-g', name) };
      t.teardown(async () => {
        await until(`the end of what ${name} runs`, () => {
          const left = processesOfUser(user.uid);
          for (const pid of left) endProcess(pid, 'SIGTERM');
          return left.length === 0;
        });
        await run('userdel', [name], SYSTEM);
        await run('groupdel', [name], SYSTEM);
      });
      const as = (command: string, args: string[], umask = '002') => [
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        '--init-groups',
        'sh',
        '-c',
        `umask ${umask}; exec "$@"`,
        'sh',
        command,
        ...args,
      ];
      return {
        ...user,
        run: (command, args, { umask, ...options } = {}) =>
          run('setpriv', as(command, args, umask), { ...SYSTEM, ...options }),
        must: (command, args, { umask, ...options } = {}) =>
          must('setpriv', as(command, args, umask), { ...SYSTEM, ...options }),
      };
    },
  };
}

function processesOfUser(uid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return statSync(`/proc/${pid}`).uid === uid;
      } catch {
        return false;
      }
    })
    .map(Number);
}
