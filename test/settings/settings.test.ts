import t from 'tap';
import {
  defaultSettings,
  isSettingKey,
  linkBases,
  resolveSettings,
  SETTING_KEYS,
  settingHelp,
} from '../../src/settings/settings.ts';
import { matches } from '../support/matches.ts';

t.test('the defaults, as they stand in docs/settings.md', async t => {
  const { 'web.url': web, ...rest } = defaultSettings('git.example.com');
  t.equal(web, 'http://git.example.com');
  matches(t, rest, {
    'web.style': 'gitee',
    'clone.http': 'http://git.example.com',
    'clone.ssh': 'git@git.example.com:',
    'clone.git': 'git://git.example.com/',
    'mail.domain': 'users.noreply.git.example.com',
    'time.offset': '+08:00',
    'push.wait': 0,
    'push.trusted': [],
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
  matches(t, settings, {
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

t.test('what somebody wrote into the database by hand', async t => {
  const stored = (text: string) => resolveSettings(new Map([['keep.days', text]]), 'host');
  for (const text of ['', 'many', 'NaN', 'Infinity'])
    t.throws(() => stored(text), { code: 'invalid', message: /keep\.days.*wanted a number/ }, text);
});

t.test('a slash at the end of web.url came twice into clone URLs', async t => {
  const settings = resolveSettings(new Map([['web.url', 'https://git.example.com/cgit/']]), 'host');
  t.equal(settings['clone.http'], 'https://git.example.com/cgit');
  t.equal(settings['web.url'], 'https://git.example.com/cgit');
});
