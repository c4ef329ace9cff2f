/** Events of other systems. */
import type { Test } from 'tap';
import { deliveriesFor } from '../../../src/webhooks/deliveries-for.ts';
import { matches } from '../../support/matches.ts';
import { sampleIssue } from '../../support/sample-events.ts';
import { NOW, register, sampleWebhook } from '../samples.ts';
import type { Open } from './open.ts';

export function emissionsContract(t: Test, open: Open): void {
  t.test('a thing keeps its id, per repository, kind and tracker', async t => {
    const { store } = await open(t);
    const { id: one } = await register(store, '/srv/git/acme/app.git', NOW);
    const { id: two } = await register(store, '/srv/git/acme/lib.git', NOW);
    const key = { kind: 'issue', tracker: '', externalId: '7' } as const;
    const first = await store.emissions.externalObject(one, key, NOW);
    t.same(first, { id: 36 ** 4 + 1, number: null, lastKnown: null, firstSeenAt: NOW });
    t.same(await store.emissions.externalObject(one, key, NOW + 1), first);
    const others = [
      await store.emissions.externalObject(two, key, NOW),
      await store.emissions.externalObject(one, { ...key, kind: 'note' }, NOW),
      await store.emissions.externalObject(one, { ...key, tracker: 'jira' }, NOW),
      await store.emissions.externalObject(one, { ...key, externalId: '8' }, NOW),
    ];
    t.equal(new Set([first, ...others].map(thing => thing.id)).size, 5);
    const named = await store.emissions.externalObject(one, { ...key, number: 'APP-7' }, NOW + 2);
    t.same(named, { ...first, number: 'APP-7' }, 'a number may come later');
    t.same(await store.emissions.externalObject(one, key, NOW + 3), named, 'and stays');
    const known = await store.emissions.externalObject(one, { ...key, lastKnown: 'red' }, NOW + 4);
    t.strictSame(known, { ...named, lastKnown: 'red' }, 'what is known of it as well');
    t.strictSame(await store.emissions.externalObject(one, { ...key, number: 'APP-7' }, NOW + 5), known);
    t.match(await store.emissions.externalObject(one, { ...key, lastKnown: 'blue' }, NOW + 6), {
      lastKnown: 'blue',
    });
  });

  t.test('a key is one event, and is forgotten with it', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const repository = await register(store, '/srv/git/acme/app.git', NOW);
    await store.webhooks.add(sampleWebhook({ events: ['issue'] }), '', NOW);
    const emission = { repository, key: 'journal-1', event: sampleIssue() };
    const first = await store.emissions.record(emission, deliveriesFor, NOW);
    t.match(first, { fresh: true, deliveries: 1 });
    t.same(await store.emissions.record(emission, deliveriesFor, NOW), {
      fresh: false,
      eventId: first.eventId,
      deliveries: 0,
    });
    t.equal(await store.emissions.known(repository.id, 'journal-1'), first.eventId);
    t.match(await store.emissions.record({ ...emission, key: null }, deliveriesFor, NOW), { fresh: true });
    t.match(
      await store.emissions.record({ ...emission, key: null }, deliveriesFor, NOW),
      { fresh: true },
      'without a key, another',
    );

    const quiet = {
      repository: { id: repository.id, company: null, root: null },
      key: 'old',
      event: sampleIssue(),
    };
    await store.webhooks.remove(1, NOW);
    await store.emissions.record(quiet, deliveriesFor, NOW);
    await store.prune.step({ deliveries: 0, events: 0 }, NOW + 1, 1_000);
    t.equal(await store.emissions.known(repository.id, 'old'), null);
  });

  t.test('people by their e-mail address', async t => {
    const { store } = await open(t);
    await store.users.add({ login: 'li', name: '李', emails: ['Li@one.example'] }, NOW);
    t.match(await store.users.ensureByEmail('li@ONE.example', 'x', NOW), { login: 'li', name: '李' });
    const other = await store.users.ensureByEmail('li@two.example', undefined, NOW);
    matches(
      t,
      other,
      { login: 'li@two.example', name: 'li', emails: ['li@two.example'] },
      'the login is taken',
    );
    t.same(await store.users.ensureByEmail('li@two.example', 'x', NOW), other);
    t.match(await store.users.ensureByEmail('wu@two.example', '吴', NOW), { login: 'wu', name: '吴' });
  });
}
