/** The file of the example is planned and applied as an admin does it, and then there is nothing to do. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { planStage } from '../commands/plan-stage.ts';
import { PROJECT } from '../support/belfry.ts';

t.test('webhooks in Git', async t => {
  const { plan, apply, repository, root, dir, run } = await planStage(t);
  for (const name of ['acme/app', 'acme/sandbox']) repository(name);
  const secrets = join(dir, 'secrets');
  for (const [name, value] of [
    ['argo-cd/secret', 'a secret'],
    ['chat/url', 'https://hooks.slack.com/services/T0/B0/x'],
  ] as const) {
    mkdirSync(join(secrets, name, '..'), { recursive: true });
    writeFileSync(join(secrets, name), `${value}\n`, { mode: 0o600 });
  }
  const env = { BELFRY_DOCS_TOKEN: 'Bearer x', BELFRY_TICKETS_SECRET: 'another secret' };
  const file = readFileSync(join(PROJECT, 'examples/webhooks-in-git/belfry.yaml'), 'utf8');
  const here = file.replaceAll('/srv/git', root);
  t.not(here, file);
  const args = ['--secrets', secrets];
  const planned = await plan(here, args, { env });
  t.equal(planned.status, 3, planned.stderr);
  t.match(planned.stdout, /^10 to create$/m);
  const applied = await apply(here, [...args, '--secrets-out', join(dir, 'new')], { env });
  t.equal(applied.status, 0, applied.stderr);
  t.match(await plan(here, args, { env }), { status: 0, stdout: 'Nothing to do\n' });
  t.equal((await run(['webhook', 'list', '--json'])).json().length, 5);
});
