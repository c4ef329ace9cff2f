import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSecretBox } from '../../src/store/secret-box.ts';

t.test('sealed and opened: any text, differently each time, in its place only', async t => {
  const file = join(t.testdir({}), 'key');
  const box = createSecretBox(file);
  for (const text of ['', 'a', 'пароль 密码 🔑', '\0\n', 'x'.repeat(100_000)]) {
    const sealed = box.seal(text, 'here');
    t.equal(box.open(sealed, 'here'), text);
    t.not(box.seal(text, 'here'), sealed);
    t.throws(() => box.open(sealed, 'there'), {
      code: 'key',
      message: `there: sealed with another key than ${file}`,
    });
  }
});

t.test('the key: made at the first seal, for its owner only, 32 bytes, and kept', async t => {
  const dir = t.testdir({});
  const file = join(dir, 'key');
  const box = createSecretBox(file);
  t.same(readdirSync(dir), [], 'most commands never need one');
  t.throws(() => box.open('v1.AAAA', 'x'), { code: 'key', message: `The key file ${file} is missing` });
  t.same(readdirSync(dir), [], 'opening makes none: it could open nothing');
  const before = process.umask(0);
  const sealed = box.seal('text', 'x');
  process.umask(before);
  t.same(readdirSync(dir), ['key']);
  t.equal(statSync(file).mode & 0o777, 0o600, 'whatever the umask');
  t.equal(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64').length, 32);
  t.equal(createSecretBox(file).open(sealed, 'x'), 'text', 'after a restart');
});

t.test('damaged: every byte counts', async t => {
  const file = join(t.testdir({}), 'key');
  const box = createSecretBox(file);
  const sealed = box.seal('text', 'x');
  const bytes = Buffer.from(sealed.slice(3), 'base64');
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    t.throws(() => box.open(`v1.${damaged.toString('base64')}`, 'x'), { code: 'key' }, `byte ${at}`);
  }
  for (const rubbish of ['', 'v1.', 'v1.AAAA', sealed.slice(0, -8), 'nonsense']) {
    t.throws(() => box.open(rubbish, 'x'), { code: 'key' }, rubbish);
  }
});

t.test('a key file that cannot be used says what is wrong with it', async t => {
  const dir = t.testdir({ key: 'c2hvcnQ=\n', folder: {} });
  const file = join(dir, 'key');
  const box = createSecretBox(file);
  t.throws(() => box.seal('a', 'x'), {
    code: 'key',
    message: `The key file ${file}: wanted 32 bytes of key, got 5`,
  });
  t.equal(readFileSync(file, 'utf8'), 'c2hvcnQ=\n', 'and it is left alone');
  t.throws(() => createSecretBox(join(dir, 'folder')).seal('a', 'x'), {
    code: 'key',
    message: /cannot be read: it is not a regular file/,
  });
  writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64')}  \n\n`);
  chmodSync(file, 0o400);
  t.equal(box.open(box.seal('a', 'x'), 'x'), 'a', 'white space around it does not matter');
});
