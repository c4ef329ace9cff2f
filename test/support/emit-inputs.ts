/** Inputs of `belfry emit`, at random: nearly all of them right, with values that are hard to take. */
import fc from 'fast-check';
import type { z } from 'zod';
import type { EmittedName } from '../../src/emit/emit-input.ts';
import { issueObjectInput } from '../../src/emit/issue-input.ts';
import { momentInput } from '../../src/emit/moment-input.ts';
import { personInput } from '../../src/emit/person-input.ts';
import { countInput, externalId, labelsInput, webUrl } from '../../src/emit/thread-input.ts';

const text = fc.oneof(
  fc.constantFrom('x', '钟🔔', 'a\r\nb', '\u0000\u001b[31m', '\ud800', '</script>', '"\\', '#1', ' ', 'a/b'),
  fc.string({ unit: 'binary', minLength: 1 }),
);
/** Only what the schema takes, so that whole inputs are taken often enough. */
const taken = <T>(schema: z.ZodType, one: fc.Arbitrary<T>) =>
  one.filter(made => schema.safeParse(JSON.parse(JSON.stringify(made))).success);
const word = fc.oneof(fc.constantFrom('li-si', '李四', "o'hara", 'a.b', '../x', 'a%20b'), text);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.oneof(fc.constant(undefined), one);
const orNull = <T>(one: fc.Arbitrary<T>) => fc.oneof(fc.constant(null), fc.constant(undefined), one);
const moment = taken(
  momentInput,
  fc.oneof(
    fc.constantFrom(
      '0000-01-01T00:00Z',
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59.999999999-12:00',
      '2028-02-29 23:59:60Z',
      '2026-11-23T08:08:32,7 +0530',
      '2026-11-23T24:00:00Z',
    ),
    fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
  ),
);
const count = taken(
  countInput,
  fc.oneof(fc.constantFrom(0, 1, 2_147_483_647, 2_147_483_648, -1, 1.5), fc.nat()),
);
const person = taken(
  personInput,
  fc.oneof(
    word,
    fc.constantFrom('li@example.com', 'ü@例え.jp'),
    fc.record({ login: maybe(word), email: maybe(fc.emailAddress()), name: maybe(text) }),
  ),
);
const id = taken(externalId, fc.oneof(fc.nat(), fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 53), text));
const sha = fc.constantFrom('a'.repeat(40), 'b'.repeat(64));
const url = taken(webUrl, fc.oneof(fc.webUrl(), fc.constantFrom('https://例え.jp/ü?a=1#b', 'HTTP://x')));
const date = fc.constantFrom('2026-11-23', '2026-02-30', '2026-13-01', '0000-00-00', '9999-12-31');
const labels = taken(
  labelsInput,
  fc.array(fc.oneof(text, fc.record({ name: text, color: maybe(fc.constantFrom('#ff0000', 'FF0000')) })), {
    maxLength: 3,
  }),
);
const milestone = orNull(
  fc.oneof(
    text,
    fc.record({
      id: maybe(id),
      title: text,
      description: orNull(text),
      state: maybe(fc.constantFrom('open', 'closed')),
      due_on: orNull(date),
      open_issues: maybe(count),
      closed_issues: maybe(count),
      url: maybe(url),
      created_at: maybe(moment),
      updated_at: maybe(moment),
    }),
  ),
);
const people = maybe(fc.array(person, { maxLength: 2 }));
const event = { actor: person, at: maybe(moment), tracker: maybe(text) };
const issue = fc.record({
  id,
  number: maybe(taken(issueObjectInput.shape.number, word)),
  title: text,
  body: maybe(text),
  author: person,
  state: fc.constantFrom('open', 'progressing', 'closed', 'rejected'),
  state_name: maybe(text),
  type_name: maybe(text),
  assignee: orNull(person),
  collaborators: people,
  labels: maybe(labels),
  milestone,
  comments: maybe(count),
  url: maybe(url),
  created_at: moment,
  updated_at: maybe(moment),
});
const side = fc.record({ branch: fc.constantFrom('main', 'feature/ü', 'release/1'), sha });
const request = fc.record({
  number: fc.oneof(fc.constantFrom(1, 2_147_483_647), fc.nat()),
  id: maybe(id),
  title: text,
  body: orNull(text),
  author: person,
  state: fc.constantFrom('open', 'closed', 'merged'),
  source: fc.oneof(fc.constant(null), side),
  target: side,
  draft: maybe(fc.boolean()),
  assignees: people,
  testers: people,
  labels: maybe(labels),
  stale_labels: maybe(labels),
  milestone,
  mergeable: orNull(fc.boolean()),
  merge_commit_sha: orNull(sha),
  need_review: maybe(fc.boolean()),
  need_test: maybe(fc.boolean()),
  languages: maybe(fc.array(text, { maxLength: 2 })),
  additions: maybe(count),
  deletions: maybe(count),
  changed_files: maybe(count),
  commits: maybe(count),
  comments: maybe(count),
  url: maybe(url),
  created_at: moment,
  updated_at: maybe(moment),
  closed_at: maybe(moment),
  merged_at: maybe(moment),
});
const comment = fc.record({
  id,
  body: text,
  author: person,
  url: maybe(url),
  created_at: moment,
  updated_at: maybe(moment),
});
const commit = fc.record({
  sha,
  path: maybe(text),
  line: maybe(fc.integer({ min: 1 })),
}) as fc.Arbitrary<unknown>;

const ON: Record<string, fc.Arbitrary<unknown>>[] = [
  { issue },
  { merge_request: request },
  { commit },
  { repository: fc.constant(true) },
];

export const EMIT_INPUTS: Record<EmittedName, fc.Arbitrary<unknown>> = {
  issue: fc.record({
    ...event,
    action: fc.constantFrom('open', 'assign', 'state_change', 'delete', 'add_label'),
    issue,
  }),
  merge_request: fc.record({
    ...event,
    action: fc.constantFrom(
      'open',
      'update',
      'close',
      'merge',
      'reopen',
      'approved',
      'tested',
      'test',
      'assign',
    ),
    action_desc: fc.constantFrom('open', 'update_label'),
    merge_request: request,
  }),
  note: fc.oneof(
    ...ON.map(on =>
      fc.record({ ...event, action: fc.constantFrom('comment', 'edited', 'deleted'), comment, ...on }),
    ),
  ),
};
