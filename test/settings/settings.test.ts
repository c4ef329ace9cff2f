import t from 'tap';
import { linkBases } from '../../src/settings/link-bases.ts';
import {
  defaultSettings,
  isSettingKey,
  parseSetting,
  resolveSettings,
  SETTING_KEYS,
  type SettingKey,
  settingHelp,
} from '../../src/settings/settings.ts';

t.test('the defaults, as they stand in the README', async t => {
  const { 'web.url': web, ...rest } = defaultSettings('git.example.com');
  t.equal(web, 'http://git.example.com');
  t.match(rest, {
    'web.style': 'gitee',
    'clone.http': 'http://git.example.com',
    'clone.ssh': 'git@git.example.com:',
    'clone.git': 'git://git.example.com/',
    'mail.domain': 'users.noreply.git.example.com',
    'time.offset': '+08:00',
    'push.wait': 0,
    'payload.commits': 100,
    'delivery.concurrency': 8,
    'delivery.connect_timeout': 3,
    'delivery.timeout': 10,
    'keep.days': 30,
    'keep.deliveries': 1_000_000,
    'worker.linger': 60,
    'robot.language': 'en',
    'test.header': 'hook',
    'net.allow': [],
    'net.deny': [],
  });
  t.same(Object.keys(defaultSettings('h')).sort(), [...SETTING_KEYS].sort(), 'every setting has one');
  t.same(Object.keys(settingHelp).sort(), [...SETTING_KEYS].sort(), 'and says what it is for');
  for (const key of SETTING_KEYS) t.ok(isSettingKey(key));
  for (const key of ['', 'web', 'toString', '__proto__', 'WEB.URL']) t.notOk(isSettingKey(key), key);
});

t.test('what was set wins; the other links follow the address of the web front end', async t => {
  const stored = new Map([
    ['web.url', 'https://code.example.org/git/'],
    ['keep.days', '7'],
    ['net.deny', '10.0.0.0/8, *.internal'],
    ['of.a.newer.belfry', 'x'],
  ]);
  const settings = resolveSettings(stored, 'host');
  t.match(settings, {
    'web.url': 'https://code.example.org/git',
    'clone.ssh': 'git@code.example.org:',
    'mail.domain': 'users.noreply.code.example.org',
    'keep.days': 7,
    'net.deny': ['10.0.0.0/8', '*.internal'],
    'delivery.timeout': 10,
  });
  t.same(linkBases(settings), {
    web: 'https://code.example.org/git',
    style: 'gitee',
    http: settings['clone.http'],
    ssh: 'git@code.example.org:',
    git: 'git://code.example.org/',
  });
  t.notOk('of.a.newer.belfry' in settings);
});

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
      {
        name: 'BelfryError',
        code: 'invalid',
        message: new RegExp(
          `^setting ${key}: "${text.replace(/[.*+?/()]/g, '\\$&')}" does not fit \\(.+\\)$`,
          's',
        ),
        hint: `${key}: ${settingHelp[key]}`,
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
