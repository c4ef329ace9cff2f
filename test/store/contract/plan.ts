/** What a file wants is done as a whole or not at all; a webhook that lacks a secret is owed what it is not sent. */
import type { Test } from 'tap';
import type { Planned } from '../../../src/model/planned.ts';
import { settleNames } from '../../../src/model/settle-names.ts';
import { matches } from '../../support/matches.ts';
import { branches, NOW, recordPush, sampleWebhook } from '../samples.ts';
import type { Open } from './open.ts';

const NOTHING: Planned = {
  webhooks: [],
  removed: [],
  users: [],
  settings: [],
  roots: [],
  removedRoots: [],
  places: [],
  examined: new Set(),
};

export function planContract(t: Test, open: Open): void {
  t.test('all of it, in one go', async t => {
    const { store, again } = await open(t);
    const apply = (planned: Partial<Planned>) =>
      store.plan.apply({ ...NOTHING, ...planned }, settleNames, NOW);
    const old = await store.webhooks.add(sampleWebhook({ name: 'old' }), 'x', NOW);
    const kept = await store.webhooks.add(sampleWebhook({ name: 'kept' }), 'x', NOW);
    await recordPush(store, branches('a', 'b'));
    await store.settings.set('keep.days', '5');
    await store.roots.add('/srv/other');
    await store.users.add({ login: 'li', name: 'Li', emails: ['li@example.com'] }, NOW);
    const path = '/srv/more/acme/new.git';
    const place = { path, directory: path, root: '/srv/more', linked: false, identity: null };
    const applied = await apply({
      webhooks: [
        { id: null, input: sampleWebhook({ name: 'new' }), masked: 'y', revision: null, place: path },
        {
          id: kept.id,
          input: sampleWebhook({ name: 'kept', secret: 'another secret' }),
          masked: 'z',
          revision: await store.webhooks.revision(kept.id),
          place: null,
        },
      ],
      removed: [{ id: old.id, revision: await store.webhooks.revision(old.id) }],
      users: [
        { login: 'li', emails: [] },
        { login: 'wang', name: '王', emails: ['li@example.com'] },
      ],
      settings: [
        ['keep.days', null],
        ['web.url', 'https://git.example.com'],
      ],
      roots: [{ path: '/srv/more', all_updates: true, merge_requests: 'on' }],
      removedRoots: ['/srv/other'],
      places: [place],
      examined: new Set([path]),
    });
    t.strictSame(applied, { webhooks: [old.id + 2, kept.id], failed: 2 });
    const other = await again();
    const row = await other.repositories.byName('acme/new');
    matches(t, await other.webhooks.list(), [
      { name: 'kept', url_masked: 'z', scope: 'all' },
      { name: 'new', url_masked: 'y', scope: `repository:${row!.id}` },
    ]);
    t.equal((await other.webhooks.target(kept.id)).secret, 'another secret');
    t.strictSame([...(await other.settings.all())], [['web.url', 'https://git.example.com']]);
    t.strictSame(await other.roots.details(), [
      { path: '/srv/git', all_updates: false, merge_requests: null },
      { path: '/srv/more', all_updates: true, merge_requests: 'on' },
    ]);
    const users = (await other.users.list()).filter(({ login }) => login !== 'zhang-san');
    matches(t, users, [
      { login: 'li', name: 'Li', emails: [] },
      { login: 'wang', name: '王', emails: ['li@example.com'] },
    ]);
  });

  t.test(
    'or nothing: a change that was made from an older state, a name or an address that is taken',
    async t => {
      const { store } = await open(t);
      const { id } = await store.webhooks.add(sampleWebhook({ name: 'ci' }), 'x', NOW);
      await store.users.add({ login: 'li', name: 'Li', emails: ['li@example.com'] }, NOW);
      const revision = await store.webhooks.revision(id);
      await store.webhooks.replace(id, sampleWebhook({ name: 'ci', keyword: 'k' }), 'x', NOW);
      const before = [await store.webhooks.list(), await store.users.list(), await store.roots.list()];
      const made = { id: null, masked: 'x', revision: null, place: null };
      const root = { path: '/srv/more', all_updates: false, merge_requests: null };
      for (const planned of [
        { removed: [{ id, revision }] },
        { webhooks: [{ id, input: sampleWebhook({ name: 'ci' }), masked: 'x', revision, place: null }] },
        { webhooks: [{ ...made, input: sampleWebhook({ name: 'ci' }) }] },
        { users: [{ login: 'wang', emails: ['li@example.com'] }] },
      ]) {
        const all = {
          ...NOTHING,
          roots: [root],
          settings: [['keep.days', '5']] as [string, string][],
          ...planned,
        };
        await t.rejects(store.plan.apply(all, settleNames, NOW), { code: 'conflict' });
      }
      t.strictSame([await store.webhooks.list(), await store.users.list(), await store.roots.list()], before);
      t.equal((await store.settings.all()).size, 0);
    },
  );

  t.test('a repository that could be one that is known is looked at first', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const identity = { inode: '7', birth: '1', device: '1' };
    const path = '/srv/git/acme/app.git';
    const place = { path, directory: path, root: '/srv/git', linked: false, identity };
    const known = await store.repositories.settle([place], new Set([path]), [path], settleNames, NOW);
    t.ok('rows' in known);
    const moved = '/srv/git/acme/renamed.git';
    const planned: Planned = {
      ...NOTHING,
      settings: [['keep.days', '5']],
      places: [{ ...place, path: moved, directory: moved }],
      examined: new Set([moved]),
    };
    t.strictSame(await store.plan.apply(planned, settleNames, NOW), { unexamined: [path] });
    t.equal((await store.settings.all()).size, 0, 'nothing was done');
    const examined = new Set([moved, path]);
    t.ok('webhooks' in (await store.plan.apply({ ...planned, examined }, settleNames, NOW)));
    t.strictSame(
      (await store.repositories.list()).map(({ full_name }) => full_name),
      ['acme/renamed'],
    );
  });

  t.test('what a webhook lacks holds what it is owed, until that is given', async t => {
    const { store } = await open(t);
    const { webhooks } = store;
    const input = sampleWebhook({ secret: null, missing: ['secret', 'headers.X-Key'] });
    const { id, missing, disabled_reason } = await webhooks.add(input, 'x', NOW);
    t.strictSame(missing, ['secret', 'headers.X-Key']);
    t.equal(disabled_reason, 'secret missing: secret, headers.X-Key');
    await recordPush(store, branches('a'));
    const states = async () => (await store.deliveries.list({ limit: 9 })).map(one => one.state);
    t.strictSame(await states(), ['held']);
    await t.rejects(webhooks.enable(id, NOW), { code: 'conflict', message: /secret missing/ });
    await webhooks.replace(id, sampleWebhook({ missing: ['headers.X-Key'] }), 'x', NOW);
    t.strictSame(await states(), ['held']);
    const whole = await webhooks.replace(id, sampleWebhook(), 'x', NOW + 1);
    t.match(whole, { disabled_at: null, disabled_reason: null });
    t.strictSame(whole.missing, []);
    t.strictSame(await states(), ['pending']);
    await webhooks.replace(id, sampleWebhook({ missing: ['secret'] }), 'x', NOW);
    t.strictSame(await states(), ['held'], 'also one that was complete');
    await webhooks.disable(id, NOW);
    await webhooks.replace(id, sampleWebhook({ active: false }), 'x', NOW);
    t.strictSame(await states(), ['held'], 'an admin has switched it off');
  });

  t.test('names are unique, and none is no name', async t => {
    const { webhooks } = (await open(t)).store;
    const taken = { code: 'conflict', message: 'The name "ci" belongs to webhook 1 already' };
    await webhooks.add(sampleWebhook({ name: 'ci' }), 'x', NOW);
    await t.rejects(webhooks.add(sampleWebhook({ name: 'ci' }), 'x', NOW), taken);
    const { id } = await webhooks.add(sampleWebhook({ name: '' }), 'x', NOW);
    await webhooks.add(sampleWebhook({ name: '' }), 'x', NOW);
    await t.rejects(webhooks.replace(id, sampleWebhook({ name: 'ci' }), 'x', NOW), taken);
    await webhooks.replace(1, sampleWebhook({ name: 'ci' }), 'x', NOW);
  });

  t.test('whole: with what is secret, and the revision that a change is made from', async t => {
    const { store } = await open(t);
    const headers = [['X-Key', 'a key']] as const;
    const { id } = await store.webhooks.add(sampleWebhook({ headers }), 'x', NOW);
    const [whole] = await store.webhooks.whole();
    t.strictSame(whole!.webhook, await store.webhooks.get(id));
    t.strictSame(whole!.target, await store.webhooks.target(id));
    t.equal(whole!.revision, await store.webhooks.revision(id));
  });
}
