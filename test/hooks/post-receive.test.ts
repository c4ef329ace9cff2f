/** The hook itself, under each shell that may be /bin/sh. Pushes through git are in `post-receive-push.test.ts`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { findProgram, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';
import { type HookStage, hookStage, hookText, SHELLS } from './hook-stage.ts';

/** What src/start-worker.sh says to Node and V8. */
const FLAGS = [
  '--max-semi-space-size=8',
  '--no-memory-reducer',
  '--expose-gc',
  '--wasm-tiering-budget=1000000000',
  '--invocation-count-for-turbofan=20000',
  '--no-use-osr',
  '--no-sparkplug',
];
const REFS = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;
/** Every byte that a value can have, but the line feed. */
const BYTES = Buffer.from(Array.from({ length: 255 }, (_, byte) => byte + 1).filter(byte => byte !== 10));
const OCTAL = [...BYTES].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
const MANY = Buffer.concat([
  Buffer.from(`${'a'.repeat(40)} ${'b'.repeat(40)} refs/heads/`),
  BYTES,
  Buffer.from('\n\n\n'),
  Buffer.from(
    Array.from({ length: 10_000 }, (_, n) => `${'0'.repeat(64)} ${'f'.repeat(64)} refs/tags/v${n}\n`).join(
      '',
    ),
  ),
]);
/** A shell sets the last few for itself: without belfry the foreign hook's own shell does. */
const shown = (env: Buffer) =>
  env
    .toString()
    .split('\n')
    .filter(line => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))
    .sort();
const isRoot = process.getuid?.() === 0;

for (const shell of SHELLS) {
  t.test(`under ${shell}`, async t => {
    if (!needs(t, shell)) return;
    const stage = (t: Test) => hookStage(t, shell);

    t.test('writes what was pushed into one file, and nothing to the pusher', async t => {
      const hook = await stage(t);
      const ran = await hook.run(REFS, {
        umask: '000',
        env: {
          GITEA_PUSHER_NAME: 'gitea',
          GITEA_PUSHER_EMAIL: 'gitea@example.com',
          GL_USER: 'alice',
          REMOTE_USER: '',
          BELFRY_USER: ' b ',
          GIT_PUSH_CERT_STATUS: 'G',
          GIT_PUSH_OPTION_COUNT: '3',
          GIT_PUSH_OPTION_0: 'ci.skip',
          GIT_PUSH_OPTION_1: '',
          GIT_PUSH_OPTION_2: 'title=Läuten $(touch pwned) `touch pwned` %s \\n "\' * ',
        },
      });
      t.match(ran, { status: 0, stdout: '', stderr: '' });
      t.strictSame(await hook.spool('tmp'), []);
      const [file, ...more] = await hook.spool();
      t.strictSame(more, []);
      t.match(file?.name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const [version, directory, pid, ...lines] = file?.header ?? [];
      t.equal(version, 'belfry-push 1');
      t.equal(directory, `directory ${hook.repository}`);
      t.match(pid, /^hook \d+$/);
      t.strictSame(lines, [
        'env GITEA_PUSHER_NAME gitea',
        'env GITEA_PUSHER_EMAIL gitea@example.com',
        'env GL_USER alice',
        'env BELFRY_USER  b ',
        'env GIT_PUSH_CERT_STATUS G',
        'option ci.skip',
        'option ',
        `option ${Buffer.from('title=Läuten $(touch pwned) `touch pwned` %s \\n "\' * ').toString('latin1')}`,
      ]);
      t.equal(file?.body.toString(), REFS);
      t.equal((await stat(join(hook.home, 'spool', 'new', file!.name))).mode & 0o777, 0o640);
      await t.rejects(stat(join(hook.repository, 'pwned')));
    });

    t.test(
      'keeps every byte of names, options and 10,000 refs, and leaves out what would forge a line',
      async t => {
        const hook = await stage(t);
        const ran = await hook.run(MANY, {
          before: `GL_USER=$(printf '${OCTAL}') GIT_PUSH_OPTION_0=$GL_USER; export GL_USER GIT_PUSH_OPTION_0`,
          env: {
            REMOTE_USER: 'a\nenv GL_USER root',
            GIT_PUSH_OPTION_COUNT: '2',
            GIT_PUSH_OPTION_1: 'x\n\nforged',
          },
        });
        t.match(ran, { status: 0, stdout: '', stderr: '' });
        const [file] = await hook.spool();
        t.strictSame(file?.header.slice(3), [
          `env GL_USER ${BYTES.toString('latin1')}`,
          `option ${BYTES.toString('latin1')}`,
        ]);
        t.ok(file?.body.equals(MANY));
      },
    );

    t.test('a dispatcher that closes or empties the input: the file says who pushed, and no ref', async t => {
      for (const before of ['exec <&-', 'exec </dev/null', 'cat >/dev/null']) {
        const hook = await stage(t);
        const ran = await hook.run(REFS, { before, env: { GL_USER: 'alice' } });
        t.match(ran, { status: 0, stdout: '', stderr: '' }, before);
        const [file, ...more] = await hook.spool();
        t.strictSame(more, []);
        t.strictSame(file?.header.slice(3), ['env GL_USER alice'], before);
        t.equal(file?.body.length, 0, before);
      }
    });

    t.test('does not let a forged number of options run anything', async t => {
      for (const count of ['1; touch pwned', '$(touch pwned)', '-1', '1x', '', '123456', '99999', '00']) {
        const hook = await stage(t);
        const env = { GIT_PUSH_OPTION_COUNT: count, GIT_PUSH_OPTION_0: 'a' };
        t.match(await hook.run(REFS, { env }), { status: 0, stdout: '', stderr: '' }, count);
        const [file] = await hook.spool();
        t.strictSame(file?.header.slice(3), count === '99999' ? ['option a'] : [], count);
        await t.rejects(stat(join(hook.repository, 'pwned')));
      }
    });

    t.test('takes no more than three short processes, and starts no Node', async t => {
      if (!needs(t, 'strace')) return;
      const hook = await stage(t);
      await writeFile(
        join(hook.dir, 'shell'),
        `#!/bin/sh\nexec strace -f -qq -e trace=execve,fsync -o '${hook.dir}/trace' "$@"\n`,
      );
      await chmod(join(hook.dir, 'shell'), 0o755);
      await mkdir(join(hook.app, 'src'), { recursive: true });
      await writeFile(join(hook.app, 'src', 'start-worker.sh'), '');
      const env = { GL_USER: 'alice', GIT_PUSH_OPTION_COUNT: '1', GIT_PUSH_OPTION_0: 'ci.skip' };
      t.match(await hook.run(REFS, { hook: join(hook.dir, 'shell'), args: [hook.hook], env }), { status: 0 });
      const trace = await readFile(join(hook.dir, 'trace'), 'utf8');
      const programs = [...trace.matchAll(/execve\("[^"]*\/([^"/]+)".* = 0$/gm)].map(match => match[1]);
      // The last three become the worker: they replace each other in one process.
      t.strictSame(programs, ['post-receive', 'dd', 'mv', 'sync', 'setsid', 'env', 'sh']);
      t.equal(trace.match(/fsync\(/g)?.length, 2, 'the file and its directory');
    });

    t.test('gives a foreign hook all that it had without belfry, and reports its status', async t => {
      const hook = await stage(t);
      const path = await hook.foreign(`
cat >'${hook.dir}/input'
env >'${hook.dir}/env'
umask >'${hook.dir}/umask'
printf '<%s>' "$0" "$@" >'${hook.dir}/args'
ls '${hook.dir}'/h*/spool/* >'${hook.dir}/spool'
echo said; echo blamed >&2
exit 7`);
      const env = {
        LC_ALL: 'zh_CN.UTF-8',
        GL_USER: 'alice',
        GIT_DIR: '.',
        name: 'mine',
        home: 'mine',
        app: 'mine',
      };
      const ran = await hook.run(MANY, { env, umask: '007', args: ['one', 'two  three'] });
      t.match(ran, { status: 7, stdout: 'said\n', stderr: 'blamed\n' });
      const read = (name: string) => readFile(join(hook.dir, name));
      t.ok((await read('input')).equals(MANY));
      t.equal((await read('umask')).toString(), '0007\n');
      t.equal((await read('args')).toString(), `<${path}><one><two  three>`);
      const withBelfry = shown(await read('env'));
      const [file] = await hook.spool();
      const during = (await read('spool')).toString();
      await hook.run('', { hook: path, env });
      t.strictSame(withBelfry, shown(await read('env')), 'as when it is run alone');
      t.ok(file?.body.equals(MANY));
      t.match(during, new RegExp(`spool/tmp:\n${file?.name}\n`), 'the file was written before');
      t.notMatch(during, new RegExp(`spool/new:\n${file?.name}`), 'and announced after');
    });

    t.test(
      'is content with foreign hooks that read nothing, wait for the end of the input, or cannot run',
      async t => {
        for (const [script, status] of [
          ['exit 0', 0],
          ['read -r line; exit 3', 3],
          ['cat >/dev/null; cat >/dev/null', 0],
          ['kill -9 $$', 137],
        ] as const) {
          const hook = await stage(t);
          await hook.foreign(script);
          t.match(await hook.run(MANY), { status }, script);
          t.equal((await hook.spool()).length, 1, script);
        }
        const hook = await stage(t);
        await chmod(await hook.foreign('exit 9'), 0o644);
        t.match(await hook.run(REFS), { status: 0, stderr: '' }, 'one that is switched off');
        t.equal((await hook.spool()).length, 1);
      },
    );

    t.test('says in one line why a push is not announced, and lets it succeed', async t => {
      for (const [reason, spoil] of [
        ['no such directory', async (hook: HookStage) => rm(hook.home, { recursive: true })],
        [
          'no such directory',
          async (hook: HookStage) => rm(join(hook.home, 'spool', 'new'), { recursive: true }),
        ],
        [
          'no such directory',
          async (hook: HookStage) => {
            await rm(join(hook.home, 'spool', 'tmp'), { recursive: true });
            await writeFile(join(hook.home, 'spool', 'tmp'), '');
          },
        ],
      ] as const) {
        for (const foreign of [false, true]) {
          const hook = await stage(t);
          if (foreign) await hook.foreign(`cat >'${hook.dir}/input'; exit 4`);
          await writeFile(join(hook.dir, 'logger'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${hook.dir}/log'\n`, {
            mode: 0o755,
          });
          await spoil(hook);
          const ran = await hook.run(MANY, { env: { PATH: `${hook.dir}:${hook.env.PATH}` } });
          const line = `belfry: the push succeeded, but webhooks are not told of it (${reason}); please tell the server's admin\n`;
          t.match(ran, { status: foreign ? 4 : 0, stdout: '', stderr: line }, reason);
          if (foreign)
            t.ok((await readFile(join(hook.dir, 'input'))).equals(MANY), 'the foreign hook got its input');
          // It is there before anything is in it.
          const logged = await until('a line in the log', async () => {
            const log = await readFile(join(hook.dir, 'log'), 'utf8').catch(() => '');
            return log.endsWith('\n') ? log : null;
          });
          t.match(
            logged,
            `-t\nbelfry\n-p\nuser.err\n${hook.repository}: a push is not announced: ${reason} (`,
          );
          t.match(logged, '; run belfry doctor, then belfry scan\n', 'what its reader does');
        }
      }
    });

    t.test('says so when it has no permission', async t => {
      const hook = await stage(t);
      await chmod(join(hook.home, 'spool', 'tmp'), 0o555);
      const uid = isRoot ? { uid: 65534 } : {};
      t.match(await hook.run(REFS, uid), {
        status: 0,
        stdout: '',
        stderr:
          "belfry: the push succeeded, but webhooks are not told of it (Permission denied); please tell the server's admin\n",
      });
    });

    t.test('loses nothing for the foreign hook when the file cannot grow', async t => {
      for (const [input, foreign] of [
        [MANY, true],
        [MANY, false],
      ] as const) {
        const hook = await stage(t);
        if (foreign) await hook.foreign(`cat | { ulimit -f unlimited 2>/dev/null; wc -c; } >&2; exit 5`);
        const ran = await hook.run(input, { before: "trap '' XFSZ; ulimit -S -f 8" });
        const line =
          "belfry: the push succeeded, but webhooks are not told of it (File too large); please tell the server's admin\n";
        t.match(ran, {
          status: foreign ? 5 : 0,
          stdout: '',
          stderr: `${foreign ? `${MANY.length}\n` : ''}${line}`,
        });
        t.strictSame(await hook.spool('tmp'), [], 'no half file is left');
        t.strictSame(await hook.spool(), []);
      }
    });

    t.test('says so when the disk is full', async t => {
      const hook = await stage(t);
      const spool = join(hook.home, 'spool');
      const mounted =
        isRoot &&
        (await run('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', spool], { env: hook.env })).status ===
          0;
      if (!mounted) {
        t.pass('skipped', { skip: 'only root can mount a small file system' });
        return;
      }
      t.teardown(() => run('umount', [spool], { env: hook.env }));
      await mkdir(join(spool, 'tmp'));
      await mkdir(join(spool, 'new'));
      const stderr =
        "belfry: the push succeeded, but webhooks are not told of it (No space left on device); please tell the server's admin\n";
      t.match(await hook.run(MANY), { status: 0, stderr });
      await hook.foreign(`cat >'${hook.dir}/input'`);
      await writeFile(join(spool, 'filler'), Buffer.alloc(16_384)).catch(() => {});
      t.match(await hook.run(REFS), { status: 0, stderr });
      t.equal(await readFile(join(hook.dir, 'input'), 'utf8'), REFS);
    });

    t.test('leaves an orphan that names it, when it is killed', async t => {
      const hook = await stage(t);
      await hook.foreign(`echo $$ >'${hook.dir}/pid'; exec sleep 100 >'${hook.dir}/out' 2>&1`);
      const child = spawn(hook.hook, {
        cwd: hook.repository,
        env: hook.env,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      child.stdin.end(REFS);
      const pid = Number(
        await until('the foreign hook', () => readFile(join(hook.dir, 'pid'), 'utf8').catch(() => null)),
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
      process.kill(pid);
      t.strictSame(await hook.spool(), []);
      const [orphan] = await hook.spool('tmp');
      t.equal(orphan?.header[2], `hook ${child.pid}`);
      t.equal(orphan?.body.toString(), REFS);
    });

    t.test(
      'starts the worker apart from the push: an own session, and none of the pusher’s descriptors',
      async t => {
        const hook = await stage(t);
        await hook.fakeNode();
        const held = await open(join(hook.dir, 'held'), 'w');
        const child = spawn(hook.hook, {
          cwd: hook.repository,
          env: { ...hook.env, GIT_DIR: '.', NODE_OPTIONS: '--import=/evil' },
          stdio: ['pipe', 'pipe', 'pipe', ...Array(7).fill(held.fd)],
        });
        child.stdin?.end(REFS);
        // `close` comes when nobody holds the pipes any more: the worker lives on, so it does not hold them.
        t.strictSame(await once(child, 'close'), [0, null]);
        await held.close();
        const { pid, args, env, descriptors } = await hook.started();
        t.strictSame(args.slice(0, 9), [...FLAGS, `${hook.app}/src/worker.ts`, '--home']);
        t.equal(args.slice(9).join(' '), hook.home);
        t.strictSame(env.filter(line => !line.startsWith('PWD=')).sort(), [
          `HOME=${hook.dir}`,
          'LANG=C.UTF-8',
          'MALLOC_ARENA_MAX=1',
          'MALLOC_MMAP_THRESHOLD_=131072',
          'MALLOC_TRIM_THRESHOLD_=131072',
          `NODE_COMPILE_CACHE=${hook.app}/cache`,
          `PATH=${hook.env.PATH}`,
        ]);
        // Above 9 no shell can close any: this test's own parent may have left some open.
        const low = descriptors.filter(line => Number.parseInt(line, 10) < 10);
        t.strictSame(low, ['0 /dev/null', '1 /dev/null', '2 /dev/null'], 'its log it opens itself');
        t.strictSame(await readdir(join(hook.home, 'log')), []);
        const session = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[5];
        t.equal(session, String(pid));
      },
    );

    t.test('starts the worker where there is no setsid', async t => {
      const hook = await stage(t);
      await hook.fakeNode();
      const bin = join(hook.dir, 'bin');
      await mkdir(bin);
      for (const program of ['sh', 'dd', 'mv', 'sync', 'env', 'cat', 'sleep']) {
        await symlink(findProgram(program)!, join(bin, program));
      }
      t.match(await hook.run(REFS, { env: { PATH: bin } }), { status: 0, stdout: '', stderr: '' });
      const { args } = await hook.started();
      t.strictSame(args.slice(0, 8), [...FLAGS, `${hook.app}/src/worker.ts`]);
    });

    t.test('starts no second worker, but takes no other process for one', async t => {
      const hook = await stage(t);
      await hook.fakeNode();
      await copyFile(findProgram('sleep')!, join(hook.dir, 'belfry-worker'));
      const worker = spawn(join(hook.dir, 'belfry-worker'), ['100'], { stdio: 'ignore' });
      await once(worker, 'spawn');
      await writeFile(join(hook.home, 'worker.pid'), `${worker.pid}\n`);
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      await hook.ended(worker.pid);
      await t.rejects(stat(join(hook.dir, 'started')), 'nothing was started');
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      const zombie = await makeZombie(t, join(hook.dir, 'belfry-worker'));
      for (const text of [`${worker.pid}\n`, `${zombie}\n`, `${process.pid}\n`, '../../etc\n', '']) {
        await writeFile(join(hook.home, 'worker.pid'), text);
        await rm(join(hook.dir, 'started'), { force: true });
        t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
        const { pid } = await hook.started();
        process.kill(pid);
      }
    });

    t.test('leaves starting the worker to the home’s owner and root', async t => {
      if (!isRoot) {
        t.pass('skipped', { skip: 'only root can act as two users' });
        return;
      }
      const hook = await stage(t);
      await hook.fakeNode();
      for (const path of ['spool/new', 'spool/tmp', 'log']) await chmod(join(hook.home, path), 0o777);
      await chmod(hook.dir, 0o777);
      await chown(hook.home, 65534, 65534);
      t.match(await hook.run(REFS, { uid: 65533 }), { status: 0, stdout: '', stderr: '' });
      t.equal((await hook.spool()).length, 1);
      await hook.ended();
      await t.rejects(stat(join(hook.dir, 'started')), 'nothing was started');
      t.match(await hook.run(REFS, { uid: 65534 }), { status: 0, stdout: '', stderr: '' });
      await hook.started();
    });

    t.test('needs neither the program nor a log', async t => {
      const hook = await stage(t);
      await rm(join(hook.home, 'log'), { recursive: true });
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      t.equal((await hook.spool()).length, 1);
    });

    t.test('waits for the outcome when it is asked to', async t => {
      const cases: [file: string | null, option: string | null, seconds: number | null][] = [
        [null, null, null],
        [null, 'belfry.wait', 10],
        [null, 'belfry.wait=3', 3],
        [null, 'belfry.wait=0', null],
        [null, 'belfry.wait=007', 7],
        [null, 'belfry.wait=601', 600],
        [null, 'belfry.wait=99999999999999999999', 600],
        [null, 'belfry.wait=', 10],
        [null, 'belfry.wait=1;touch pwned', 10],
        [null, 'belfry.waiting', null],
        ['5\n', null, 5],
        ['5', null, 5],
        ['5\n', 'belfry.wait=0', null],
        ['0\n', null, null],
        ['x\n', null, null],
        ['5\n', 'belfry.wait=6', 6],
      ];
      for (const [file, option, seconds] of cases) {
        const hook = await stage(t);
        await hook.fakeNode();
        await hook.fakeWaiting();
        if (file !== null) await writeFile(join(hook.home, 'push.wait'), file);
        const env = option === null ? {} : { GIT_PUSH_OPTION_COUNT: '1', GIT_PUSH_OPTION_0: option };
        const ran = await hook.run(REFS, { env });
        t.match(ran, { status: 0, stderr: '' });
        const [push] = await hook.spool();
        const wait = push?.header.find(line => line.startsWith('wait '))?.split(' ') ?? [];
        if (seconds === null) t.strictSame([ran.stdout, wait], ['', []], `${file} ${option}`);
        else {
          const token = wait[2] ?? '';
          t.equal(ran.stdout, `waited: ${hook.home} ${seconds} 0\n${token}\n`, `${file} ${option}`);
          t.match(token, /^[0-9a-f-]{36}$/);
          t.not(token, push?.name, 'the name of the file stands on command lines');
        }
        await hook.started();
      }
    });

    t.test('works as one file of a dispatcher that pipes the input to it', async t => {
      const hook = await stage(t);
      const directory = `${hook.hook}.d`;
      await mkdir(directory);
      await writeFile(join(directory, 'belfry'), await hookText(shell, hook.app, hook.home), { mode: 0o755 });
      await writeFile(
        hook.hook,
        '#!/bin/sh\ndata=$(cat)\nfor hook in "$(dirname "$0")/$(basename "$0").d"/*; do echo "$data" | "$hook" || exit; done\n',
      );
      t.match(await hook.run(MANY), { status: 0, stdout: '', stderr: '' });
      const [file] = await hook.spool();
      t.ok(file?.body.equals(MANY));
      await rm(join(hook.home, 'spool'), { recursive: true });
      const stderr =
        "belfry: the push succeeded, but webhooks are not told of it (no such directory); please tell the server's admin\n";
      t.match(await hook.run(MANY), { status: 0, stdout: '', stderr });
    });

    t.test('works where all programs are busybox', async t => {
      if (!needs(t, 'busybox')) return;
      const hook = await stage(t);
      const bin = join(hook.dir, 'bin');
      await mkdir(bin);
      for (const program of ['sh', 'dd', 'mv', 'sync', 'env', 'cat', 'rm', 'setsid', 'sleep', 'logger']) {
        await symlink(findProgram('busybox')!, join(bin, program));
      }
      await hook.foreign(`cat >'${hook.dir}/input'; exit 6`);
      t.match(await hook.run(MANY, { env: { PATH: bin } }), { status: 6, stdout: '', stderr: '' });
      t.ok((await hook.spool())[0]?.body.equals(MANY));
      const stderr =
        "belfry: the push succeeded, but webhooks are not told of it (File too large); please tell the server's admin\n";
      const before = "trap '' XFSZ; ulimit -S -f 0";
      const silent = await hook.foreign('exit 6');
      t.match(
        await hook.run(MANY, { env: { PATH: bin }, before }),
        { status: 6, stdout: '', stderr },
        silent,
      );
    });

    t.test('names the file by process and time where the kernel gives no random name', async t => {
      const hook = await stage(t);
      const text = (await readFile(hook.hook, 'utf8')).replaceAll(
        '/proc/sys/kernel/random/uuid',
        '/nonexistent/uuid',
      );
      await writeFile(hook.hook, text);
      t.match(await hook.run(REFS), { status: 0, stdout: '', stderr: '' });
      const [file] = await hook.spool();
      t.match(file?.name, new RegExp(`^${file?.header[2]?.slice('hook '.length)}-\\d{10}$`));
    });

    t.test('refuses a path that would break the header', async t => {
      const hook = await stage(t);
      const path = join(hook.dir, 'a\ndirectory b');
      await mkdir(path);
      const stderr =
        "belfry: the push succeeded, but webhooks are not told of it (the repository's path contains a line feed); please tell the server's admin\n";
      t.match(await hook.run(REFS, { cwd: path }), { status: 0, stdout: '', stderr });
      t.strictSame(await hook.spool(), []);
    });
  });
}

/** A dead child of a parent that does not look: gives its process id. */
async function makeZombie(t: Test, program: string): Promise<number> {
  const script = `"$1" 100 & echo $!; exec sleep 100`;
  const parent = spawn('sh', ['-c', script, 'sh', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill('SIGKILL'));
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(String(said).trim());
  // A shell would look after its child when it hears of the death.
  await until('the shell to be gone', async () =>
    /^sleep\n$/.test(await readFile(`/proc/${parent.pid}/comm`, 'utf8')),
  );
  process.kill(pid, 'SIGKILL');
  await until('a zombie', async () => /\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')));
  return pid;
}
