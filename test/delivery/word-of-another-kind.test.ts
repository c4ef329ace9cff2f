/** A delivery that waits for `create` goes out as that, or not at all: as a whole event it would come twice. */
import t from 'tap';
import { plannedRequest } from '../../src/delivery/attempt.ts';
import { outgoingRequest } from '../../src/delivery/deliver-job.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { claim, NOW, recordPush, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { sampleNewBranch } from '../support/sample-events.ts';

const url = 'https://ci.example.com/hook';

t.test('a webhook that was of the kind gitea, and is another one now', async t => {
  const { store } = openTestStore(t);
  const settings = resolveSettings(new Map(), 'git.example.com');
  const { id } = await store.webhooks.add(
    sampleWebhook({ url, kind: 'gitea', events: ['push', 'create'] }),
    url,
    NOW,
  );
  await recordPush(store, [sampleNewBranch('x')]);
  const jobs = await claim(store, id, { firsts: 9 });
  t.strictSame(
    jobs.map(job => job.word),
    ['create', null],
  );
  for (const kind of ['gitee', 'gitlab', 'custom', 'slack'] as const) {
    const webhook = sampleWebhook({ url, kind, auth: 'none', secret: null, events: ['push'] });
    await store.webhooks.replace(id, webhook, url, NOW);
    const target = await store.webhooks.target(id);
    const planned = await Promise.all(
      jobs.map(job => plannedRequest(outgoingRequest(job, target, settings, NOW), () => NOW)),
    );
    t.strictSame(
      planned.map(one => ('unsent' in one ? one.unsent.code : one.method)),
      ['not-spoken', 'POST'],
      kind,
    );
  }
});
