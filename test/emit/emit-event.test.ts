/** Whatever the compact form accepts becomes a body that Gitee's format accepts. */

import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { emitEvent } from '../../src/emit/emit-event.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { register } from '../store/samples.ts';
import { PROJECT } from '../support/belfry.ts';
import { EMIT_INPUTS } from '../support/emit-inputs.ts';
import { gitRepository } from '../support/git-repository.ts';
import { giteeProblems } from '../support/gitee-problems.ts';
import '../support/fixed-seed.ts';

t.test('what the compact form accepts, the format of Gitee accepts', async t => {
  const dir = t.testdir({});
  const repository = await gitRepository(dir);
  await repository.commit();
  await repository.push(['main']);
  const store = openStore({ home: dir, migrations: join(PROJECT, 'migrations'), opening: 'make' });
  t.teardown(() => store.close());
  await store.roots.add(join(dir, 'root'));
  const row = await register(store, repository.path, 1);
  const settings = resolveSettings(new Map([['web.url', 'https://git.example.com']]), hostname());
  const hook = { hook_id: 1, hook_url: '', password: '', sign: '', timestamp: '1' };
  const bodies: string[] = [];
  const record: typeof store.emissions.record = async ({ event }) => {
    const { sortedJson } = await import('../../src/gitee/json.ts');
    bodies.push(sortedJson({ ...event.data, ...hook, hook_name: `${event.name}_hooks` }));
    return { fresh: true, eventId: bodies.length, deliveries: 0 };
  };
  const deps = { store: { ...store, emissions: { ...store.emissions, record } }, settings, now: Date.now() };

  for (const name of ['issue', 'merge_request', 'note'] as const) {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(EMIT_INPUTS[name], async made => {
        // As it comes from outside: what is not defined is not there.
        const input = JSON.parse(JSON.stringify(made));
        const outcome = await emitEvent({ name, row, input, key: null }, deps);
        if ('problems' in outcome) return;
        accepted++;
        const problems = giteeProblems(bodies.pop()!);
        if (problems.length > 0) throw new Error(problems.join('\n'));
      }),
      { numRuns: 300 },
    );
    t.ok(accepted >= 100, `${name}: ${accepted} of 300 were accepted`);
  }
});
