/** Names and texts of units, and how they follow a home whose units an older belfry has named. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { crontabLine } from '../../../src/commands/setup/crontab.ts';
import { parseOptions } from '../../../src/commands/setup/options.ts';
import { checkUnits, installUnits, removeUnits, type Systemd } from '../../../src/commands/setup/systemd.ts';
import {
  formerUnitName,
  homeOfUnit,
  isUnitOf,
  unitName,
  unitTexts,
} from '../../../src/commands/setup/units.ts';

const USUAL = '/var/lib/belfry';

t.test('homes whose paths differ have units of different names', t => {
  t.equal(unitName(USUAL, USUAL), 'belfry');
  // As systemd-escape --path says.
  const names: [home: string, name: string][] = [
    ['/h/a-b', 'belfry-h-a\\x2db'],
    ['/h/a/b', 'belfry-h-a-b'],
    ['/h/.a b', 'belfry-h-.a\\x20b'],
    ['/.h', 'belfry-\\x2eh'],
    ['/ü', 'belfry-\\xc3\\xbc'],
    ['/h//a/', 'belfry-h-a'],
  ];
  for (const [home, name] of names) t.equal(unitName(home, USUAL), name, home);
  t.equal(formerUnitName('/h/a-b'), formerUnitName('/h/a/b'), 'which was not so');
  const long = ['/srv/版本/'.repeat(30), '/srv/版本/'.repeat(31)].map(home =>
    unitName(`${home}belfry`, USUAL),
  );
  t.not(long[0], long[1]);
  for (const name of long) t.ok(`${name}.service`.length < 256, 'as long as a file name may be');
  t.end();
});

t.test('a unit says whose it is', t => {
  const odd = '/h/a "b" $c %d\\e';
  const input = { prefix: '/opt/belfry', node: '/opt/belfry/node', home: odd, user: 'git', shared: true };
  const { service = '' } = unitTexts(input);
  t.match(service, '\nUser=git\n');
  t.match(service, ' --home "/h/a \\"b\\" $$c %%d\\\\e" --replace\n');
  t.ok(isUnitOf(odd, service));
  t.equal(homeOfUnit(service), odd);
  t.equal(homeOfUnit('[Service]\nExecStart=/bin/true\n'), null);
  t.notOk(isUnitOf('/h/a', service));
  t.notMatch(unitTexts({ ...input, shared: false }).service, '--replace');
  t.notMatch(unitTexts({ ...input, user: null }).service, 'User=');
  const line = crontabLine({ prefix: '/opt/belfry', node: '/node', home: "/h/o'k %", shared: false });
  t.match(line, "--home '/h/o'\\''k \\%' --once");
  t.match(line, /# belfry \/h\/o'k %$/);
  t.end();
});

t.test(
  'units that an older belfry has named go over to their home’s own name, and to no other home',
  async t => {
    const dir = t.testdir({ units: {} });
    const units = join(dir, 'units');
    const asked: string[] = [];
    const systemd = (name: string): Systemd => ({
      directory: units,
      name,
      ctl: async (...args) => asked.push(args.join(' ')) > 0,
    });
    const options = (home: string) => {
      const places = ['--source=/s', '--prefix=/opt/belfry', '--bin=/b', `--home=${home}`];
      return parseOptions(['install', ...places]).options;
    };
    const [one, two] = ['/h/a-b', '/h/a/b'];
    const input = { user: process.geteuid!() === 0 ? 'root' : null, node: '/node', shared: false };
    const former = unitTexts({ prefix: '/opt/belfry', home: one, ...input });
    for (const [ending, text] of Object.entries(former))
      await writeFile(join(units, `belfry-h-a-b.${ending}`), text);

    await t.rejects(checkUnits(options(two), systemd('belfry-h-a-b')), {
      code: 'conflict',
      message: `${units}/belfry-h-a-b.service is the unit of another home, ${one}`,
    });
    await checkUnits(options(one), systemd('belfry-h-a\\x2db'));
    t.strictSame(await installUnits(options(one), systemd('belfry-h-a\\x2db'), input), {
      changed: true,
      taken: true,
    });
    t.strictSame(await readdir(units), ['belfry-h-a\\x2db.service', 'belfry-h-a\\x2db.timer']);
    t.strictSame(asked, [
      'disable --now belfry-h-a-b.timer',
      'disable --now belfry-h-a-b.service',
      'daemon-reload',
      'enable --now --no-block belfry-h-a\\x2db.service belfry-h-a\\x2db.timer',
      'try-restart --no-block belfry-h-a\\x2db.service',
    ]);
    await checkUnits(options(two), systemd('belfry-h-a-b'));
    await installUnits(options(two), systemd('belfry-h-a-b'), input);
    t.equal((await readdir(units)).length, 4);
    asked.length = 0;
    t.strictSame(await installUnits(options(one), systemd('belfry-h-a\\x2db'), input), {
      changed: false,
      taken: true,
    });
    t.strictSame(asked, [], 'nothing to do again');
    await removeUnits(one, systemd('belfry-h-a\\x2db'), true);
    t.strictSame(
      await readdir(units),
      ['belfry-h-a-b.service', 'belfry-h-a-b.timer'],
      'the other home keeps its own',
    );
    t.match(await readFile(join(units, 'belfry-h-a-b.service'), 'utf8'), `--home "${two}"`);
  },
);
