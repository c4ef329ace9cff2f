/** belfry-shell under each shell that may be /bin/sh, with a git-shell in its way that says how it was called. */
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { findProgram, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';

const SCRIPT = join(PROJECT, 'hooks', 'belfry-shell');
const WORDS = {
  dash: [findProgram('dash') ?? ''],
  busybox: [findProgram('busybox') ?? '', 'ash'],
  bash: [findProgram('bash') ?? '', '--posix'],
};
const SAYS = `printf '<%s>' "$@"
printf ' %s' "\${BELFRY_USER-}" "\${GL_USER-none}" "\${REMOTE_USER-none}" "\${GITEA_PUSHER_NAME-none}" \\
  "\${SSH_ORIGINAL_COMMAND-none}" "\${GIT_PROTOCOL-none}"`;

for (const shell of ['dash', 'busybox', 'bash'] as const) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell)) return;
    const dir = t.testdir({ 'git-shell': `#!/bin/sh\n${SAYS}\n` });
    chmodSync(join(dir, 'git-shell'), 0o755);
    const start = (args: string[], env: Record<string, string> = {}, script = SCRIPT) => {
      const [program = '', ...rest] = WORDS[shell];
      return run(program, [...rest, script, ...args], { env: { PATH: dir, ...env } });
    };
    const said = async (...how: Parameters<typeof start>) => {
      const { status, stdout, stderr } = await start(...how);
      return [status, stdout, stderr];
    };

    t.test(
      'git-shell gets the command as one argument, and everything else of the client is gone',
      async t => {
        for (const command of [
          "git-receive-pack 'acme/app.git'",
          "git-receive-pack 'x'; touch y\ntouch z",
          '$(touch x) `touch y` "quoted" \\',
          '-c id',
          '*',
        ]) {
          const env = { SSH_ORIGINAL_COMMAND: command, GIT_PROTOCOL: 'version=2' };
          t.strictSame(
            await said(['alice'], env),
            [0, `<-c><${command}> alice none none none none version=2`, ''],
            command,
          );
        }
        const forged = {
          GL_USER: 'root',
          REMOTE_USER: 'root',
          GITEA_PUSHER_NAME: 'root',
          BELFRY_USER: 'root',
        };
        t.strictSame(
          await said(['李四'], { SSH_ORIGINAL_COMMAND: 'x', ...forged }),
          [0, '<-c><x> 李四 none none none none none', ''],
          'what sshd may have taken from the client names nobody',
        );
      },
    );

    t.test('without a command, or without a login', async t => {
      const no = (text: string) => [128, '', `belfry-shell: ${text}\n`];
      const interactive = no('interactive sessions are not enabled; alice may use git');
      t.strictSame(await said(['alice']), interactive);
      t.strictSame(await said(['alice'], { SSH_ORIGINAL_COMMAND: '' }), interactive);
      const env = { SSH_ORIGINAL_COMMAND: 'git-upload-pack x' };
      for (const args of [[], ['alice', 'bob']])
        t.strictSame(
          await said(args, env),
          no(`wanted one login, got ${args.length}: see command= in authorized_keys`),
        );
      for (const login of ['', '-c', 'two words', 'a\nb', '\u0007', ' '])
        t.strictSame(
          await said([login], env),
          no(
            'wanted a login: a word without spaces that begins with no hyphen; see command= in authorized_keys',
          ),
          JSON.stringify(login),
        );
      t.strictSame(
        await said(['a'.repeat(201)], env),
        no('wanted a login of at most 200 characters; see command= in authorized_keys'),
      );
    });

    t.test('as the program that git-shell asks before a prompt', async t => {
      const link = join(dir, 'no-interactive-login');
      symlinkSync(SCRIPT, link);
      t.strictSame(await said([], {}, link), [
        128,
        '',
        'belfry-shell: interactive sessions are not enabled\n',
      ]);
    });

    t.test('a PATH without git-shell', async t => {
      if (!needs(t, 'git-shell')) return;
      const env = { PATH: '/nowhere', HOME: dir, SSH_ORIGINAL_COMMAND: 'id' };
      t.strictSame(await said(['alice'], env), [128, '', "fatal: unrecognized command 'id'\n"]);
    });
  });
}
