/** Every name that git takes for a ref, pushed for real: each is announced exactly, also what is no UTF-8. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { SEED } from '../support/fixed-seed.ts';
import { must, run } from '../support/run.ts';
import { tower } from '../support/tower.ts';

t.setTimeout(180_000);

/** What `git check-ref-format` forbids: control characters, space, `~^:?*[\`, and some sequences. */
const byte = fc
  .integer({ min: 0x21, max: 0xff })
  .filter(code => !'~^:?*[\\\u007f'.includes(String.fromCharCode(code)));
const raw = fc.array(byte, { minLength: 1, maxLength: 40 }).map(codes => Buffer.from(codes));
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map(Buffer.from);
const nasty = fc
  .constantFrom(
    '-rf',
    '--upload-pack=touch$IFS',
    '$(id)',
    '`id`',
    ';id',
    '|id',
    "'",
    '"',
    '&',
    '#',
    '%00',
    '{}',
    '<b>',
    '&amp;',
    '\u009b31m',
    '\u202egit.exe',
    '\u2028',
    '\u0085',
    '\ufeff',
    '\ufffd',
    'a@b',
    '@',
    'HEAD',
    'refs/heads/main',
    '..a',
    '%s',
    '\u{1f514}',
    'e\u0301',
    '\ufdd0',
  )
  .map(Buffer.from);

t.test('every name that git takes', async t => {
  const stage = await tower(t);
  const { repository, belfry, receiver } = stage;
  const head = await repository.commit();
  await repository.push(['main']);
  const candidates = fc.sample(fc.oneof(raw, text, nasty), {
    numRuns: 150,
    seed: SEED,
  });
  // In a directory of its own: no name stands in another's way.
  const refs = candidates
    .map((name, n) => Buffer.concat([Buffer.from(`refs/heads/n${n}/`), name]))
    .filter(ref => !ref.includes(0) && !ref.includes(0x0a));
  const names = new Map((await taken(refs, repository.env)).map(ref => [ref.toString('latin1'), ref]));
  t.ok(names.size > 80, `${names.size} names`);
  const lines = [...names.values()].map(ref =>
    Buffer.concat([Buffer.from('create '), ref, Buffer.from(`\0${head}\0`)]),
  );
  const { work, env } = repository;
  await must('git', ['update-ref', '-z', '--stdin'], { cwd: work, env, stdin: Buffer.concat(lines) });
  await stage.webhook('/hook', ['--all']);

  const pushed = await repository.push(['refs/heads/n*:refs/heads/n*']);
  t.equal(pushed.status, 0);
  const requests = await receiver.received(names.size, { limitMs: 100_000 });
  await stage.settled(names.size);
  const bodies = requests.map(({ body }) => new TextDecoder('utf-8', { fatal: true }).decode(body));
  const told = bodies.map(body => JSON.parse(body).ref as string);
  t.same(told.sort(), [...names.values()].map(ref => ref.toString('utf8')).sort(), 'each as it is');
  t.equal(receiver.requests.length, names.size, 'and once');

  const shown = await belfry.run(['deliveries', '--limit', '1000']);
  const json = await belfry.run(['deliveries', '--limit', '1000', '--json']);
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;
  for (const text of [shown.stdout, json.stdout, log]) t.notMatch(text, dangerous);
  const read = json.json<{ ref: string }[]>().map(({ ref }) => ref);
  t.same(read.sort(), told, 'programs read the true names');

  const scanned = await belfry.run(['scan', '--json']);
  t.equal(scanned.status, 0, scanned.stderr);
  await repository.push(['HEAD:refs/heads/last']);
  await receiver.received(names.size + 1, { limitMs: 60_000 });
  t.equal(receiver.requests.length, names.size + 1, 'a comparison has nothing to add');
});

/** An argument of a process holds text only: bytes go through a shell's printf. */
async function taken(refs: Buffer[], env: Record<string, string>): Promise<Buffer[]> {
  const lines = refs.map((ref, n) => {
    const octal = [...ref].map(code => `\\${code.toString(8).padStart(3, '0')}`).join('');
    return `git check-ref-format "$(printf '${octal}')" && echo ${n}`;
  });
  const { stdout } = await run('sh', [], { env, stdin: `${lines.join('\n')}\n` });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map(n => refs[Number(n)]!);
}
