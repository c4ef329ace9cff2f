import { deepStrictEqual as deepEqual } from 'node:assert';
import * as fc from 'fast-check';
import t from 'tap';
import { parseSpoolFile, type SpooledPush } from '../../src/spool/parse-spool-file.ts';
import '../support/fixed-seed.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const HEADER = 'belfry-push 1\ndirectory /srv/git/acme/app.git\nhook 12345\n';
const parse = (text: string | Buffer) => parseSpoolFile(Buffer.from(text as string));
const good = (text: string | Buffer) => parse(text) as SpooledPush;

t.test('what the hook writes', async t => {
  const push = good(
    `${HEADER}env GL_USER alice\nenv GIT_PUSH_CERT_SIGNER Zhang San <z@example.com>\noption ci.skip\noption belfry.wait=5\n\n` +
      `${OLD} ${NEW} refs/heads/main\n${'0'.repeat(64)} ${'c'.repeat(64)} refs/tags/v1\n`,
  );
  t.equal(push.directory, '/srv/git/acme/app.git');
  t.equal(push.hookPid, 12345);
  t.same(
    [...push.environment],
    [
      ['GL_USER', 'alice'],
      ['GIT_PUSH_CERT_SIGNER', 'Zhang San <z@example.com>'],
    ],
  );
  t.same(push.options, ['ci.skip', 'belfry.wait=5']);
  t.same(push.updates, [
    { old: OLD, new: NEW, ref: 'refs/heads/main' },
    { old: '0'.repeat(64), new: 'c'.repeat(64), ref: 'refs/tags/v1' },
  ]);
});

t.test(
  'odd but right: no refs, spaces, values with anything but a line feed, lines of a later version',
  async t => {
    t.same(good(`${HEADER}\n`).updates, []);
    t.same(good('belfry-push 1\ndirectory /srv/a b/c.git\n\n').directory, '/srv/a b/c.git');
    t.equal(good('belfry-push 1\ndirectory /x\n\n').hookPid, null);
    t.same(good(`${HEADER}option \noption  two  \nfuture thing\nenv EMPTY \nenv BARE\n\n`).options, [
      '',
      ' two  ',
    ]);
    t.same(
      [...good(`${HEADER}env A \nenv __proto__ x\n\n`).environment],
      [
        ['A', ''],
        ['__proto__', 'x'],
      ],
    );
    t.same(good(`${HEADER}option \u001b[31m\t"'$(id)\r\n\n`).options, ['\u001b[31m\t"\'$(id)\r']);
    t.same(
      good(`${HEADER}\n${OLD} ${NEW} refs/heads/a b\u0007张\n`).updates[0]!.ref,
      'refs/heads/a b\u0007张',
    );
  },
);

t.test('bytes that are no UTF-8 become U+FFFD in names, and are refused in a directory', async t => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  t.equal(
    good(bytes(`${HEADER}\n${OLD} ${NEW} refs/heads/\xff\xfe\n`)).updates[0]!.ref,
    'refs/heads/\ufffd\ufffd',
  );
  t.equal(good(bytes(`${HEADER}env GL_USER \xe9\n\n`)).environment.get('GL_USER'), '\ufffd');
  t.equal(parse(bytes('belfry-push 1\ndirectory /srv/\xff.git\n\n')), 'its directory name is not UTF-8');
});

t.test(
  'input that a dispatcher has eaten or cut passed for a push of 0 refs, without its last ref',
  async t => {
    const heard = (body: string) => {
      const { updates, unfinished, lost } = good(`${HEADER}\n${body}`);
      return [updates.map(({ ref }) => ref), unfinished?.ref ?? null, lost];
    };
    const line = (ref: string) => `${OLD} ${NEW} ${ref}`;
    const [a, b] = ['refs/heads/a', 'refs/heads/b'];
    t.strictSame(heard(`${line(a)}\n${line(b)}\n`), [[a, b], null, null], 'whole');
    t.strictSame(heard(''), [[], null, 'it has no ref updates']);
    for (const blank of ['\n', '\n\n', ' \n', '\r\n'])
      t.strictSame(heard(blank), [[], null, 'a blank line is not a ref update'], JSON.stringify(blank));
    t.strictSame(heard(`${line(a)}\n${line(b)}`), [[a], b, 'its last line has no end']);
    t.strictSame(heard(line(a)), [[], a, 'its last line has no end']);
    t.strictSame(heard(`${line(a)}\n${OLD} ${NEW.slice(9)}`), [[a], null, 'its last line has no end']);
    t.strictSame(heard(`${line(a)}\n${OLD} ${NEW} `), [[a], null, 'its last line has no end']);
    t.strictSame(heard(`${line(a)}\n\n`), [[a], null, 'a blank line is not a ref update']);
    t.strictSame(
      heard(`${NEW} refs/heads/x\n${line(a)}\n`),
      [[a], null, `"${NEW} refs/heads/x" is not a ref update`],
      'the beginning is missing',
    );
    t.strictSame(heard(`${line(a)}\r\n${line(b)}\r\n`), [[a, b], null, null], 'line ends of another system');
    t.strictSame(heard(`${line(a)} \n`), [[a], null, null], 'no name of a ref ends in a blank');
    t.strictSame(
      heard(`${line(a)} ${line(b)}\n`),
      [[a, b], null, null],
      'as `echo $refs` makes of two lines',
    );
    t.strictSame(heard(`${line(a)} ${line(b)}`), [[a], b, 'its last line has no end']);
  },
);

t.test('rubbish of every sort, with a sentence that says why', async t => {
  const cases: [what: string, content: string | Buffer, reason: string][] = [
    ['nothing', '', 'it does not begin with "belfry-push"'],
    ['another file', '#!/bin/sh\n', 'it does not begin with "belfry-push"'],
    ['zeros', Buffer.alloc(100), 'it does not begin with "belfry-push"'],
    ['a beginning', 'belfry-push', 'it does not begin with "belfry-push"'],
    ['no version', 'belfry-push \ndirectory /x\n\n', 'it has an unknown version'],
    ['a later version', 'belfry-push 2\ndirectory /x\n\n', 'it has an unknown version'],
    ['no line at all', 'belfry-push 1', 'it has an unknown version'],
    ['a header cut short', 'belfry-push 1\ndirectory /x\n', 'its header does not end'],
    ['no directory', 'belfry-push 1\nhook 1\n\n', 'it names no absolute directory'],
    ['a relative directory', 'belfry-push 1\ndirectory x/y\n\n', 'it names no absolute directory'],
  ];
  for (const [what, content, reason] of cases) t.equal(parse(content), reason, what);
});

t.test(
  'a line that is not a ref update is no reason to give up the others, and is quoted shortly',
  async t => {
    for (const text of [
      'hello',
      `${OLD.slice(1)} ${NEW} refs/heads/x`,
      `${OLD.toUpperCase()} ${NEW} r`,
      'x'.repeat(10_000),
    ]) {
      const { updates, lost } = good(`${HEADER}\n${OLD} ${NEW} refs/heads/a\n${text}\n`);
      t.strictSame(updates, [{ old: OLD, new: NEW, ref: 'refs/heads/a' }], text.slice(0, 20));
      t.equal(lost, `"${text.slice(0, 200)}" is not a ref update`);
    }
  },
);

t.test('it never throws, whatever bytes come', async t => {
  const part = fc.constantFrom(
    'belfry-push ',
    '1',
    '\n',
    '\n\n',
    'directory /x',
    'env ',
    'hook x',
    'option',
    OLD,
    ' ',
    NEW,
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string())), parts => {
        const result = parse(parts.join(''));
        return typeof result === 'string' ? result !== '' : result.directory.startsWith('/');
      }),
      { numRuns: 3_000 },
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(fc.property(fc.uint8Array(), bytes => parse(Buffer.from(bytes)) !== undefined)),
  );
});

t.test('what is written is what is read', async t => {
  // As the hook writes it: no value has a line feed, git's names have no control character.
  const value = fc.string({ unit: 'binary' }).map(text => text.replaceAll('\n', ' ').toWellFormed());
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const ref = value.map(text => `refs/heads/${text.replaceAll(/[ \t\r]/g, '-')}`);
  const update = fc.record(
    { old: fc.oneof(hex(40), fc.constant('0'.repeat(64))), new: hex(40), ref },
    { noNullPrototype: true },
  );
  const pushed = fc.record({
    directory: value.map(text => `/${text.replaceAll('\ufffd', '')}`),
    environment: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), value),
    options: fc.array(value),
    updates: fc.array(update),
  });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(pushed, ({ directory, environment, options, updates }) => {
        const read = good(
          [
            'belfry-push 1',
            `directory ${directory}`,
            ...Object.entries(environment).map(([name, text]) => `env ${name} ${text}`),
            ...options.map(text => `option ${text}`),
            '',
            ...updates.map(one => `${one.old} ${one.new} ${one.ref}`),
            '',
          ].join('\n'),
        );
        deepEqual(
          { ...read, environment: [...read.environment].sort() },
          { ...read, directory, environment: Object.entries(environment).sort(), options, updates },
        );
      }),
      { numRuns: 300 },
    ),
  );
});

t.test('10,000 refs', async t => {
  const lines = Array.from({ length: 10_000 }, (_, n) => `${OLD} ${NEW} refs/heads/branch-${n}\n`);
  t.equal(good(`${HEADER}\n${lines.join('')}`).updates.length, 10_000);
});
