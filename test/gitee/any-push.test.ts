/** Whatever a commit, a tag or a ref holds: the event fits its schema, the body is UTF-8 JSON, and the log can print it. */
import fc from 'fast-check';
import t from 'tap';
import { buildPush } from '../../src/gitee/build-push.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import { sortedJson } from '../../src/gitee/json.ts';
import type { Commit, RefChange } from '../../src/model/change.ts';
import { repositoryLinks } from '../../src/model/links.ts';
import { sampleRepository, sampleUser } from '../support/sample-events.ts';
import '../support/fixed-seed.ts';

const bases = {
  web: 'https://git.example.com',
  style: 'gitee',
  http: 'https://x',
  ssh: 'git@x:',
  git: 'git://x/',
} as const;
const pusher = sampleUser();

/** As git's bytes come in: decoded, what is no UTF-8 replaced; and worse than that, any code units. */
const text = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes).toString('utf8')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map(units => String.fromCharCode(...units)),
  fc.string({ unit: 'binary' }),
);
const id = fc.stringMatching(/^[0-9a-f]{40}$/);
const person = fc.record({
  name: text,
  email: text,
  seconds: fc.nat(),
  offset: fc.stringMatching(/^[+-][01][0-9][0-5][0-9]$/),
});
const commit: fc.Arbitrary<Commit> = fc.record({
  id,
  tree: id,
  parents: fc.array(id, { maxLength: 3 }),
  message: text,
  author: person,
  committer: person,
  added: fc.array(text, { maxLength: 3 }),
  removed: fc.array(text, { maxLength: 3 }),
  modified: fc.array(text, { maxLength: 3 }),
});
const change: fc.Arbitrary<RefChange> = fc.record({
  ref: fc.tuple(fc.constantFrom('refs/heads/', 'refs/tags/'), text).map(parts => parts.join('')),
  kind: fc.constantFrom('branch' as const, 'tag' as const),
  old: id,
  new: id,
  created: fc.boolean(),
  deleted: fc.boolean(),
  forced: fc.boolean(),
  head: fc.option(commit),
  commits: fc.array(commit, { maxLength: 3 }),
  total: fc.option(fc.nat()),
  removed: fc.nat(),
  tag: fc.option(fc.record({ message: text, tagger: fc.option(person) })),
  cut: fc.array(text, { maxLength: 2 }),
});

t.test('any push', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(change, one => {
        const event = buildPush(one, {
          repository: sampleRepository(),
          enterprise: null,
          pusher,
          links: repositoryLinks(bases, { fullName: 'acme/app', served: 'acme/app.git' }),
          findUser: () => null,
          recovered: false,
        });
        eventContent.parse(event);
        const body = sortedJson(event.data);
        return (
          body.isWellFormed() &&
          JSON.parse(body).ref === one.ref.toWellFormed() &&
          !/[\0-\x1f]|\\ud[89a-f]/.test(body)
        );
      }),
      { numRuns: 500 },
    ),
  );
});
