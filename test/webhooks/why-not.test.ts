import fc from 'fast-check';
import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { KIND_NAMES } from '../../src/model/names.ts';
import type { Subscriber } from '../../src/model/webhook.ts';
import { deliveriesOf, whyNot } from '../../src/webhooks/deliveries-for.ts';
import { explainRefusal } from '../../src/webhooks/explain-refusal.ts';
import { askedOf, type Occasion } from '../../src/webhooks/refusal.ts';
import {
  sampleDeletedBranch,
  sampleIssue,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNotes,
  samplePush,
  sampleTag,
} from '../support/sample-events.ts';

const EVENTS: EventContent[] = [
  samplePush({ ref: 'refs/heads/main' }),
  samplePush({ ref: 'refs/heads/dev' }),
  sampleNewBranch('main'),
  sampleDeletedBranch('dev'),
  sampleTag('v1'),
  sampleMergeRequest(),
  sampleMergeRequest({ action: 'approved' }),
  sampleIssue(),
  ...sampleNotes(),
];

const globs = (...some: string[]) => fc.subarray([...some, ...some.map(glob => `!${glob}`)]);
const subscriber: fc.Arbitrary<Subscriber> = fc.record({
  id: fc.constant(7),
  name: fc.constantFrom('CI', 'audit'),
  scope: fc.constantFrom('all', 'repository:1', 'company:acme'),
  kind: fc.constantFrom(...KIND_NAMES),
  events: fc.subarray(['push', 'tag_push', 'merge_request', 'issue', 'note', 'create', 'delete'], {
    minLength: 1,
  }),
  repos: globs('acme/*', '**/app'),
  branches: globs('main', 'd*'),
  tags: globs('v*'),
  paths: globs('docs/**', 'src/*'),
  pushers: globs('alice', '*-bot'),
  skip_ci: fc.boolean(),
  latest_only: fc.constantFrom(null, 5),
  disabled_at: fc.constantFrom(null, 1),
  payload: fc.constantFrom(null, 'gitee', 'github', 'gitlab', 'gitea'),
});
const occasion: fc.Arbitrary<Occasion> = fc.record({
  pusher: fc.constantFrom(null, 'alice', 'renovate-bot'),
  options: fc.subarray(['ci.skip', 'belfry.skip', 'belfry.skip=CI', 'belfry.skip=7', 'x']),
  skip: fc.constantFrom('off', 'repository', 'all'),
});
const event: fc.Arbitrary<EventContent> = fc
  .tuple(fc.constantFrom(...EVENTS), fc.constantFrom(undefined, [], ['docs/a'], ['src/b', 'README']))
  .map(([content, paths]) => {
    const facts = paths === undefined ? content.facts : { ...content.facts, paths };
    return { ...content, facts } as EventContent;
  });

t.test('what explains that a webhook hears nothing, and what makes deliveries, agree', async t => {
  let [told, not] = [0, 0];
  fc.assert(
    fc.property(subscriber, event, occasion, (webhook, content, on) => {
      const why = whyNot(webhook, content, askedOf(content, on));
      const owed = [...deliveriesOf(on)([{ id: 1, content }], [webhook])];
      if (why === null) told++;
      else not++;
      if (why !== null && explainRefusal(why, webhook, askedOf(content, on)) === '') return false;
      return owed.length > 0 === (why === null);
    }),
    { numRuns: 3_000 },
  );
  t.ok(told > 100 && not > 100, `${told} told, ${not} not`);
});
