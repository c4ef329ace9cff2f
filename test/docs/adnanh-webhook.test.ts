/** The hooks of `docs/adnanh-webhook.md`, run by adnanh/webhook just as the page has them but for the command. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { serveHooks } from '../support/forge-receivers.ts';
import { needs } from '../support/needs.ts';
import { tower } from '../support/tower.ts';

const PAGE = readFileSync(join(PROJECT, 'docs', 'adnanh-webhook.md'), 'utf8');
const [, HOOKS] = /^```json\n(.*?)^```$/ms.exec(PAGE)!;
const [, COMMAND] = /"execute-command": "(.*?)"/.exec(HOOKS!)!;
const [, SECRET] = /"secret": "(.*?)"/.exec(HOOKS!)!;
const OTHER = `${SECRET} no more`;

interface Shown {
  attempts_made: { status: number; verdict: string; hint: string | null; response_body: string }[];
}

t.test('what the page says of each answer', async t => {
  if (!needs(t, 'webhook')) return;
  const { belfry, dir, repository, settled } = await tower(t);
  const file = join(dir, 'hooks.json');
  const serve = async (command: string) => {
    await writeFile(file, HOOKS!.replace(COMMAND!, command));
    return serveHooks(t, file);
  };
  const add = async (url: string, secret = SECRET!) => {
    const args = ['webhook', 'add', url, '--repo', 'acme/app', '--kind', 'github', '--events', 'push'];
    return (await belfry.json<{ id: number }>([...args, '--secret-env', 'S'], { env: { S: secret } })).id;
  };
  const told = async (id: number) => {
    const [line] = await belfry.json<{ id: string }[]>(['deliveries', '--webhook', String(id)]);
    return (await belfry.json<Shown>(['delivery', 'show', line!.id])).attempts_made[0]!;
  };
  const url = await serve('/bin/echo');
  const runs = await add(`${url}/deploy-app`);
  const forged = await add(`${url}/deploy-app`, OTHER);
  const fails = await add(`${await serve('/bin/false')}/deploy-app`);
  const nowhere = await add(`${url}/deploy`);

  const tip = await repository.commit();
  await repository.push(['main']);
  await settled(4);
  const ran = await told(runs);
  t.match(ran, { status: 200, verdict: 'ok', hint: null });
  t.match(ran.response_body, new RegExp(`^${tip} \\S+\n$`));
  const said: [id: number, status: number, answer: string][] = [
    [forged, 500, 'Error occurred while evaluating hook rules.'],
    [fails, 500, "Error occurred while executing the hook's command."],
    [nowhere, 404, 'Hook not found.'],
  ];
  for (const [id, status, answer] of said) {
    t.match(await told(id), { status, verdict: 'transient', response_body: answer });
    t.ok(PAGE.includes(`${status}, \`${answer}\``), answer);
  }

  await repository.push(['main:side']);
  await settled(8);
  const silent = {
    status: 200,
    verdict: 'ok',
    hint: /not run/,
    response_body: 'Hook rules were not satisfied.',
  };
  t.match(await told(runs), silent, 'another branch');
  t.ok(PAGE.includes(`200, \`${silent.response_body}\``));
  await repository.server('config', 'receive.denyDeleteCurrent', 'ignore');
  await repository.push([':main']);
  await settled(12);
  t.match(await told(runs), silent, 'a deleted branch');
  const test = await belfry.run(['webhook', 'test', String(runs)]);
  t.match(test, { status: 0, stdout: /Hook rules were not satisfied\./ }, 'a ping');
});
