/** The names that an admin may not give are those that each kind really sends. */
import t from 'tap';
import { loadKind } from '../../src/kinds/load-kind.ts';
import { isReserved } from '../../src/kinds/reserved-headers.ts';
import { isGrouped, KIND_NAMES } from '../../src/model/names.ts';
import { samplePush } from '../support/sample-events.ts';

const SOURCE = {
  web: 'https://git.example.com',
  clone: { http: null, ssh: null },
  webhook: { id: 1, shownUrl: 'https://ci.example.com/', createdAt: 0 },
  test: false,
};

t.test('every header of every kind is reserved', async t => {
  const content = samplePush();
  for (const name of KIND_NAMES.filter(one => !isGrouped(one))) {
    const kind = await loadKind(name);
    for (const auth of ['signature', 'password'] as const)
      for (const path of ['/git/notifyCommit', '/generic-webhook-trigger/invoke']) {
        const request = kind.seal(JSON.stringify(content.data), {
          url: `https://ci.example.com${path}`,
          secret: 'secret',
          auth,
          now: 0,
          deliveryId: 'id',
          redeliveries: 0,
          event: 'push',
          webhook: { id: 1, url: 'https://git.example.com/' },
          test: false,
          composed: { event: 'push', eventId: 1, repositoryId: 1, source: SOURCE },
        });
        const free = request.headers.map(([header]) => header).filter(header => !isReserved(name, header));
        t.strictSame(free, [], `${name} ${auth} ${path}`);
      }
  }
});

t.test('what a kind does not send is free', async t => {
  t.equal(isReserved('custom', 'Accept'), false);
  t.equal(isReserved('custom', 'X-Hub-Signature-256'), false);
  t.equal(isReserved('gitee', 'X-Hub-Signature-256'), false);
  t.equal(isReserved('gitee', 'Authorization'), false);
});
