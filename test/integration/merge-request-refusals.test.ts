/** What cannot be a merge request is refused with one line, and nothing of it stays. */
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { matches } from '../support/matches.ts';
import { requestStage } from '../support/request-stage.ts';
import { run } from '../support/run.ts';

t.test('refusals', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  await repository.git('tag', '-m', 'a tag', 'v1');
  const cases: [what: string, refs: string[], options: string[], line: string][] = [
    ['no such target', ['HEAD:refs/for/nowhere/x'], [], '(there is no branch nowhere to merge into)'],
    ['no target', ['HEAD:refs/for/refs/heads/main'], [], '(name the branch without refs/: refs/for/main)'],
    ['deleting', [':refs/for/main'], [], '(there is nothing to delete: close a merge request with -o close)'],
    [
      'an old head',
      ['main:refs/for/main'],
      [],
      `(main contains ${stage.root.slice(0, 12)} already: nothing to merge)`,
    ],
    ['a tag', ['v1:refs/for/main'], [], '(wanted a commit, got a tag)'],
    [
      'a topic with control characters',
      ['HEAD:refs/for/main'],
      ['topic=a\x1b[31mb'],
      '(the topic contains control characters)',
    ],
    [
      'one that turns the line around',
      ['HEAD:refs/for/main'],
      ['topic=a\u202eb'],
      '(the topic contains control characters)',
    ],
    [
      'a topic in base 64 that is none',
      ['HEAD:refs/for/main'],
      ['topic={base64}%%%'],
      '(option topic: what is behind {base64} is not UTF-8 text in base 64)',
    ],
    [
      'a hidden line feed',
      ['HEAD:refs/for/main'],
      ['topic={base64}YQpi'],
      '(the topic contains control characters)',
    ],
    [
      'a draft that is neither',
      ['HEAD:refs/for/main'],
      ['draft=maybe'],
      '(option draft: wanted true or false, got "maybe")',
    ],
    [
      'closing what does not exist',
      ['HEAD:refs/for/main/x'],
      ['close'],
      '(no merge request of yours for main with the topic x is open)',
    ],
    [
      'twice the same',
      ['HEAD:refs/for/main/x', 'HEAD:refs/for/main'],
      ['topic=x'],
      '(this push goes to the same merge request twice)',
    ],
  ];
  for (const [what, refs, options, line] of cases) {
    const said = await stage.refused(refs, { options });
    const reasons = said.split('\n').filter(one => one.includes('[remote rejected]'));
    t.equal(reasons.length, 1, `${what}: one line`);
    t.ok(reasons[0]?.includes(line), `${what}: ${reasons[0]}`);
  }
  t.equal(await repository.server('for-each-ref', '--format=%(refname)', 'refs/pull/2', 'refs/for'), '');
  matches(
    t,
    await stage.next(),
    [{ action: 'open', number: 1, source_branch: 'x' }],
    'only what was not refused',
  );

  const both = await stage.refused(['HEAD:refs/for/nowhere', 'HEAD:refs/heads/other']);
  t.match(both, /\[new branch\] +HEAD -> other/, 'another ref of the push goes on');
  const many = Array.from({ length: 101 }, (_, nth) => `HEAD:refs/for/main/${nth}`);
  t.match(
    await stage.refused([...many, 'HEAD:refs/heads/third']),
    /\[new branch\] +HEAD -> third\n(.*\n)*.*\(at most 100 merge requests fit into one push, this has 101\)/,
  );
  const atomic = await repository.push(['--atomic', 'HEAD:refs/for/nowhere', 'HEAD:refs/for/main/y'], {
    env: { BELFRY_USER: 'alice' },
  });
  t.match(atomic.stderr, 'another ref of this atomic push is refused');
  t.equal(await stage.ref('refs/pull/2/head'), null);
});

t.test('names that no git client sends', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  await repository.git('push', '-q', repository.path, 'HEAD:refs/heads/objects');
  const send = async (ref: Buffer) => {
    const line = Buffer.concat([
      Buffer.from(`${'0'.repeat(40)} ${head} `),
      ref,
      Buffer.from('\0 report-status'),
    ]);
    const length = Buffer.from((line.length + 4).toString(16).padStart(4, '0'));
    const empty = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');
    const stdin = Buffer.concat([length, line, Buffer.from('0000'), empty]);
    const ran = await run('git', ['receive-pack', repository.path], {
      env: { ...repository.env, BELFRY_USER: 'eve' },
      stdin,
    });
    return ran.stdout.slice(ran.stdout.indexOf('unpack ok'));
  };
  for (const [name, reason] of [
    ['a\x1b[2Jb', 'the name contains control characters'],
    ['main/a\nb', 'the name contains control characters'],
    ['main/../../x', 'the name contains what Git allows in no branch'],
    ['ma?n', 'the name contains what Git allows in no branch'],
    ['main/x/', 'the name contains what Git allows in no branch'],
    ['', 'name the branch to merge into: refs/for/<branch>'],
  ] as const) {
    t.match(
      await send(Buffer.from(`refs/for/${name}`)),
      `ng refs/for/${name} ${reason}`,
      JSON.stringify(name),
    );
  }
  const latin1 = await send(Buffer.from('refs/for/main/\xfc', 'latin1'));
  t.match(latin1, 'the name is not UTF-8');
  t.equal(await repository.server('for-each-ref', 'refs/pull', 'refs/for'), '');
});

t.test('hostile topics and titles are only text', async t => {
  const stage = await requestStage(t);
  const hostile = '$(touch pwned)`id`; --upload-pack=x ../../<b>"\' 🔔';
  await stage.branch('work', { 'b.txt': 'b\n' });
  const long = Buffer.from(`\x1b]0;x\x07\u202etitle\r\n${'x'.repeat(3_000)}`).toString('base64');
  await stage.push(['HEAD:refs/for/main'], {
    options: [`topic=${hostile}`, `title={base64}${long}`, `description=${hostile}`],
  });
  const [opened] = await stage.next();
  t.match(opened, { source_branch: hostile, body: hostile });
  t.equal((opened!.title as string).length, 255);
  t.notMatch(opened!.title, /\p{Cc}/u);
  matches(t, await stage.belfry.json(['mr', 'list']), [{ topic: hostile, number: 1 }]);
  const table = (await stage.belfry.run(['mr', 'show', '1', '--repo', 'acme/app'])).stdout;
  t.notMatch(table, /[\x1b\u202e]/, 'nothing reaches the terminal');
  await stage.push(['HEAD:refs/for/main'], { options: [`topic=${hostile}`, 'close'] });
  matches(t, await stage.next(), [{ action: 'close', number: 1 }]);
});

t.test('without belfry the push is refused plainly, and others go on', async t => {
  const stage = await requestStage(t);
  await stage.branch('work', { 'b.txt': 'b\n' });
  await rename(join(stage.belfry.home, 'belfry.db'), join(stage.belfry.home, 'away.db'));
  await stage.belfry.stopWorker();
  await writeFile(
    join(stage.belfry.home, 'belfry.db'),
    'this is no database, and it is long enough to be read'.repeat(20),
  );
  const said = await stage.refused(['HEAD:refs/for/main', 'HEAD:refs/heads/other']);
  t.match(said, /refs\/for\/main \(belfry cannot take merge requests now: .*belfry\.db/);
  t.match(said, /\[new branch\] +HEAD -> other/);

  const hook = join(stage.repository.path, 'hooks', 'proc-receive');
  await writeFile(
    hook,
    (await readFile(hook, 'utf8')).replace(/^belfry_app=.*$/m, `belfry_app='${stage.dir}/gone'`),
  );
  const gone = await stage.refused(['HEAD:refs/for/main', 'HEAD:refs/heads/third']);
  t.match(gone, 'remote: belfry: merge requests are not available: belfry is not installed in');
  t.match(gone, /\[new branch\] +HEAD -> third/);
  t.equal(await stage.ref('refs/pull/1/head'), null);
});

t.test(
  'a repository that may lead to objects of another one: a request could write those into it',
  async t => {
    const stage = await requestStage(t);
    const { repository, belfry } = stage;
    await stage.branch('work', { 'b.txt': 'b\n' });
    await stage.push(['HEAD:refs/for/main/one']);
    await stage.next();
    await belfry.run(['mr', 'close', '1', '--repo', 'acme/app']);
    const objects = join(repository.path, 'objects');
    const alternates = join(objects, 'info', 'alternates');
    await chmod(objects, 0o775);
    await writeFile(alternates, `${join(repository.work, '.git', 'objects')}\n`);
    const said = await stage.refused(['HEAD:refs/for/main/two']);
    t.ok(said.includes("(belfry does not read this repository's objects: it borrows objects from "), said);
    t.equal(await repository.server('for-each-ref', '--format=%(refname)', 'refs/pull/2'), '');
    const reopened = await belfry.run(['mr', 'reopen', '1', '--repo', 'acme/app']);
    t.equal(reopened.status, 1);
    t.match(reopened.stderr, /!1 cannot be read: It borrows objects from .*\n.*belfry doctor/);
    await rm(alternates);
    t.match(await belfry.run(['mr', 'reopen', '1', '--repo', 'acme/app']), { status: 0 });
  },
);
