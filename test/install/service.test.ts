/** What brings the worker back after a reboot. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { fakeProgram, installStage, isRoot, setPlaces } from '../install-stage.ts';
import { must, run } from '../support/run.ts';

t.test('brings the worker back by a crontab where there is no systemd', async t => {
  const stage = await installStage(t);
  const { places, home, srv, bin, install } = stage;
  const table = join(stage.dir, 'crontab');
  const shell = `f='${table.replaceAll("'", "'\\''")}'`;
  const { env } = await fakeProgram(
    stage,
    'crontab',
    `${shell}\n[ "$1" != -u ] || shift 2\ncase $1 in -l) cat "$f" 2>/dev/null ;; -r) rm "$f" ;; -) cat >"$f.new"; mv "$f.new" "$f" ;; esac`,
  );
  await setPlaces(stage.source, { systemd: '/nonexistent' });
  const args = places.filter(argument => argument !== '--no-service');
  await writeFile(table, 'MAILTO=me\n0 0 * * * true\n');
  const first = await install([...args, srv], { env });
  t.match(first, {
    status: 0,
    stderr: '',
    stdout: /After a reboot, a line in the crontab of \w+ starts the worker\n/,
  });
  const lines = (await readFile(table, 'utf8')).split('\n');
  t.strictSame(lines.slice(0, 2), ['MAILTO=me', '0 0 * * * true']);
  t.equal(lines.length, 4);
  const command = lines[2]!.match(/^\*\/5 \* \* \* \* (.*)$/)?.[1]?.replaceAll('\\%', '%');
  t.match(command, 'src/start-worker.sh', 'as the hooks start it');
  t.match(
    await run('sh', ['-c', command!], { env: stage.env }),
    { status: 0, stdout: '', stderr: '' },
    'as cron would run it',
  );
  await install([...args, srv], { env });
  t.strictSame((await readFile(table, 'utf8')).split('\n'), lines);
  await install(['--bin', bin, '--uninstall'], { env });
  t.equal(await readFile(table, 'utf8'), 'MAILTO=me\n0 0 * * * true\n');
  await rm(table);
  await rm(home, { recursive: true });
});

t.test('brings the worker back by systemd where that runs', async t => {
  const stage = await installStage(t);
  const { places, home, prefix, srv, bin, dir, install } = stage;
  const { env: withFake, said } = await fakeProgram(
    stage,
    'systemctl',
    `echo "$*" >>'${dir.replaceAll("'", "'\\''")}/said'`,
  );
  const units = join(dir, 'units');
  await setPlaces(stage.source, { systemd: '/', units });
  const args = places.filter(argument => argument !== '--no-service');
  const env = { ...withFake, XDG_CONFIG_HOME: join(dir, 'config') };
  t.match(await install([...args, srv], { env }), {
    status: 0,
    stderr: '',
    stdout: /the systemd unit belfry.*\.service starts the worker/,
  });
  const place = isRoot ? units : join(dir, 'config', 'systemd', 'user');
  const name = (await readdir(place)).find(one => one.endsWith('.service'))!;
  const timer = name.replace('.service', '.timer');
  t.match(await readFile(join(place, timer), 'utf8'), '\nOnCalendar=hourly\n', 'for the daily comparison');
  const unit = await readFile(join(place, name), 'utf8');
  const quoted = (path: string) => `"${path.replaceAll('$', '$$$$')}"`;
  t.match(
    unit,
    `\nExecStart=/bin/sh ${quoted(join(prefix, 'src/start-worker.sh'))} ${quoted(join(prefix, 'node_modules/.bin/node'))} --home ${quoted(home)}\n`,
  );
  if (isRoot) t.match(unit, '\nUser=root\n');
  const user = isRoot ? '' : '--user ';
  t.match(await said(), `${user}daemon-reload\n${user}enable --now --no-block ${name} ${timer}\n`);
  await rm(join(dir, 'said'));
  await install([...args, srv], { env });
  t.notMatch(await said(), 'enable', 'nothing to do again');

  await must('git', ['init', '-q', '--bare', '--shared=group', join(srv, 'shared.git')], { env: stage.env });
  const whose = isRoot ? ['--user', 'nobody'] : [];
  if (isRoot) await must('chown', ['-R', 'nobody:65534', srv], { env: stage.env });
  t.match(await install([...args, ...whose, srv], { env }), { status: 0, stderr: '' });
  const path = name.replace('.service', '.path');
  t.match(
    await readFile(join(place, path), 'utf8'),
    `\nPathChanged=${home}/spool/new\n`,
    'for pushes of accounts that cannot start it',
  );
  t.match(await said(), `enable --now --no-block ${name} ${timer} ${path}\n`);
  const service = await readFile(join(place, name), 'utf8');
  if (isRoot) t.match(service, '\nUser=nobody\n');
  t.match(
    service,
    / --replace\n/,
    'a worker that a push has started makes room: this one is not started in vain',
  );
  t.match(await readFile(join(place, name), 'utf8'), '\nRestart=always\n', 'and it stays');
  t.match(await install(['--bin', bin, '--uninstall'], { env }), { status: 0, stderr: '' });
  t.strictSame(await readdir(place), []);
  t.match(
    await said(),
    `disable --now ${path}\n${user}disable --now ${timer}\n${user}disable --now ${name}\n`,
  );
});
