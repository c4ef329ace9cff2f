import t from 'tap';
import { parseSetting } from '../../src/settings/parse-setting.ts';
import { type SettingKey, settingHelp } from '../../src/settings/settings.ts';

t.test('what fits', async t => {
  const good: [SettingKey, string, unknown][] = [
    ['web.url', 'http://localhost:8080', 'http://localhost:8080'],
    ['web.url', 'https://git.example.com///', 'https://git.example.com'],
    ['web.style', 'cgit', 'cgit'],
    ['clone.ssh', 'ssh://git@example.com:2222/', 'ssh://git@example.com:2222/'],
    ['mail.domain', 'example.com', 'example.com'],
    ['time.offset', '-03:30', '-03:30'],
    ['push.wait', '2.5', 2.5],
    ['push.wait', ' 0 ', 0],
    ['payload.commits', '0', 0],
    ['delivery.concurrency', '1000', 1000],
    ['delivery.timeout', '0.5', 0.5],
    ['keep.deliveries', '0', 0],
    ['robot.language', 'zh', 'zh'],
    ['test.header', 'underscore', 'underscore'],
    ['net.allow', '169.254.0.1  ci.example.com', ['169.254.0.1', 'ci.example.com']],
    ['net.allow', '', []],
  ];
  for (const [key, text, value] of good) t.same(parseSetting(key, text), value, `${key} ${text}`);
});

t.test('what does not fit says what was wanted, what came, and what the setting is for', async t => {
  const bad: [SettingKey, string][] = [
    ['web.url', 'git.example.com'],
    ['web.url', 'ftp://git.example.com'],
    ['web.url', ''],
    ['web.style', 'github'],
    ['clone.ssh', ''],
    ['mail.domain', 'a@b'],
    ['time.offset', '+24:00'],
    ['time.offset', '0800'],
    ['time.offset', 'Z'],
    ['push.wait', '-1'],
    ['push.wait', '601'],
    ['push.wait', 'NaN'],
    ['payload.commits', '1.5'],
    ['payload.commits', '10001'],
    ['delivery.concurrency', '0'],
    ['keep.days', '0'],
    ['keep.days', 'many'],
    ['worker.linger', 'Infinity'],
    ['robot.language', 'de'],
    ['net.deny', '10.0.0.0/99'],
    ['net.allow', 'http://x/'],
  ];
  for (const [key, text] of bad) {
    t.throws(
      () => parseSetting(key, text),
      // The words of the library that found it.
      { message: /^(?!.*\b(Invalid|expected|received|Too (small|big))\b)/s },
      `${key} ${text}`,
    );
    t.throws(
      () => parseSetting(key, text),
      {
        name: 'BelfryError',
        code: 'invalid',
        message: new RegExp(`^${key}: wanted .+, got ".*"`, 's'),
        hint: settingHelp[key],
      },
      `${key} ${text}`,
    );
  }
});

t.test('nothing at all is no number: a time-out of 0 s would fail every delivery', async t => {
  for (const key of ['delivery.timeout', 'delivery.connect_timeout'] as const) {
    for (const text of ['', ' ', '0', '0.0', '0x10', '1e1', 'true']) {
      t.throws(() => parseSetting(key, text), { code: 'invalid' }, `${key} "${text}"`);
    }
  }
  t.throws(() => parseSetting('push.wait', ''), { code: 'invalid' });
});
