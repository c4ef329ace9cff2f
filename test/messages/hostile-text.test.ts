/**
 * Whatever a pusher writes, the links of a message are ours, nobody is called, no card breaks, and no size is over the
 * platform's (chat-robots.md §8 and §9).
 */
import fc from 'fast-check';
import t from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { COUNTED, PHRASES } from '../../src/messages/catalogue.ts';
import type { Outline } from '../../src/messages/outline.ts';
import type { Form } from '../../src/messages/outline-of.ts';
import { outlineOf } from '../../src/messages/outline-of.ts';
import type { ChatName } from '../../src/model/names.ts';
import { kindOf } from '../support/all-kinds.ts';
import { type ReadMessage, readMessage } from '../support/message-text.ts';
import {
  sampleCommit,
  sampleDeletedBranch,
  sampleIssue,
  sampleIssueObject,
  sampleMergeRequest,
  sampleNewBranch,
  sampleNote,
  samplePullRequest,
  samplePush,
  sampleTag,
  sampleUser,
  WEB,
} from '../support/sample-events.ts';
import '../support/fixed-seed.ts';

type Robot = ChatName | 'slackAlike';

const ROBOTS = ['dingtalk', 'wecom', 'feishu', 'slack', 'slackAlike'] as const;

const render = (robot: Robot, events: EventContent[], form: Form) =>
  robot === 'slackAlike'
    ? kindOf('slack').render(events, form, 'https://chat.example.com/hooks/x')
    : kindOf(robot).render(events, form);
const kindFor = (robot: Robot): ChatName => (robot === 'slackAlike' ? 'slack' : robot);

const WEAPONS = [
  '[x](http://evil.example/)',
  '![x](http://evil.example/a.png)',
  '](http://evil.example/)',
  '<http://evil.example/|click>',
  '<a href="http://evil.example/">x</a>',
  '[x]: http://evil.example/',
  'https://evil.example/',
  'www.evil.example',
  '<@all>',
  '@all',
  '@所有人',
  '@channel',
  '<!channel>',
  '<!here|here>',
  '<@U024BE7LH>',
  '<at id=all></at>',
  '<at user_id="all">x</at>',
  '</font>',
  '<font color="warning">',
  '<br>',
  '```',
  '`',
  '**',
  '*',
  '_',
  '~~',
  '|',
  '\\',
  '!',
  '&',
  '&lt;',
  '&#60;',
  '\n',
  '\r\n',
  '\n\n# heading',
  '\n> quote',
  '    code',
  '- item',
  '1. item',
  '---',
  '===',
  '| a | b |\n|---|---|',
  '\u202e',
  '\u2028',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  '\udc00',
  '👩‍👩‍👧‍👦',
  'e\u0301\u0301\u0301\u0301',
  '中文标点，。',
  '"',
  "'",
  '{x}',
  '$',
  '\u200b',
];

const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...WEAPONS) },
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map(parts => parts.join(''));
/** One long field at a time is enough to blow up a message. */
const text = fc.oneof(
  { weight: 9, arbitrary: hostile },
  fc.tuple(hostile, fc.integer({ min: 1, max: 400 })).map(([part, times]) => part.repeat(times)),
);

const user = text.map(name => sampleUser(name, 'zhang-san'));
const ref = fc
  .tuple(text, fc.boolean())
  .map(([name, odd]) => (odd ? `refs/heads/${name}` : 'refs/heads/main'));
const facts = fc.record({
  forced: fc.boolean(),
  removed: fc.integer({ min: 0, max: 9 }),
  recovered: fc.boolean(),
});

const push: fc.Arbitrary<EventContent> = fc
  .tuple(user, ref, fc.array(fc.tuple(text, text), { maxLength: 14 }), facts)
  .map(([sender, name, commits, more]) =>
    samplePush({
      sender,
      ref: name,
      commits: commits.map(([message, author], i) => sampleCommit(i + 1, message, author)),
      total_commits_count: commits.length * 3,
      facts: more,
    }),
  );
const newBranch = fc.tuple(text, user).map(([name, sender]) => sampleNewBranch(name, { sender }));
const deletedBranch = text.map(name => sampleDeletedBranch(name));
const tag = fc
  .tuple(text, text, user)
  .map(([name, subject, sender]) =>
    sampleTag(name, { sender, facts: { tag: { subject, tagger: subject } } }),
  );
const mergeRequest = fc
  .tuple(text, text, text, user, fc.constantFrom('open' as const, 'update' as const, 'merge' as const))
  .map(([title, branch, label, sender, action]) => {
    const labels = [{ color: 'ff0000', id: 1, name: label }];
    const pull_request = samplePullRequest(12, { title, labels });
    return sampleMergeRequest({ action, title, source_branch: branch, sender, pull_request });
  });
const issue = fc
  .tuple(text, text, user)
  .map(([title, body, sender]) => sampleIssue({ issue: sampleIssueObject('I4', { title, body }), sender }));
const note = fc
  .tuple(text, text, user)
  .map(([body, title, author]) => sampleNote({ note: body, title, author }));

const events = fc.oneof(
  fc.array(fc.oneof(push, newBranch, deletedBranch, tag), { minLength: 1, maxLength: 20 }),
  fc.array(fc.oneof(push, tag, mergeRequest, issue, note), { minLength: 1, maxLength: 25 }),
  fc.oneof(push, newBranch, deletedBranch, tag, mergeRequest, issue, note).map(one => [one]),
);
/** So little that nothing has to be cut. */
const short = hostile.map(all => all.slice(0, 40));
const small = fc.oneof(
  fc.tuple(short, short, short).map(([name, message, author]) =>
    samplePush({
      sender: sampleUser(name),
      commits: [sampleCommit(4, message, author)],
      total_commits_count: 5,
    }),
  ),
  fc
    .tuple(short, short)
    .map(([ref, subject]) => sampleTag(ref, { facts: { tag: { subject, tagger: null } } })),
  fc.tuple(short, short).map(([title, body]) => sampleNote({ title, note: body })),
  fc.tuple(short, short).map(([title, source_branch]) => sampleMergeRequest({ title, source_branch })),
  fc
    .tuple(short, short)
    .map(([title, body]) => sampleIssue({ issue: sampleIssueObject('I4', { title, body }) })),
);
const form: fc.Arbitrary<Form> = fc.record({
  language: fc.constantFrom('en', 'zh', 'ru'),
  keyword: fc.constantFrom(null, '构建', 'fix'),
  fallback: fc.constantFrom(0, 1, 2),
  digest: fc.boolean(),
  test: fc.boolean(),
});

/** More with FUZZ_RUNS=5000 when something in here was changed. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 120);

for (const kind of ROBOTS) {
  t.test(`${kind}: nothing breaks out, nothing is too large`, async t => {
    const problem = (all: EventContent[], how: Form): string | null => {
      const message = render(kind, all, how);
      const read = readMessage(kindFor(kind), message);
      const ours = linksIn(outlineOf(all, how));
      const strange = [...read.links].filter(url => !ours.has(url) || !url.startsWith(WEB));
      const calls = read.texts.flatMap(one => callsIn(kind, one, read.markup));
      if (strange.length > 0) return `not our links: ${strange.join(' ')}`;
      if (read.bare.length > 0) return `bare URLs: ${read.bare.join(' ')}`;
      if (calls.length > 0) return `calls or breaks: ${calls.join(' ')}`;
      if (!message.isWellFormed() || /\\ud[89a-f]/i.test(message)) return 'a lone surrogate';
      return tooLarge(kind, message, how) ?? missingKeyword(read, message, how);
    };
    t.equal(counterexample(events, problem, kind), null);
  });

  t.test(`${kind}: all our links arrive`, async t => {
    const problem = (one: EventContent, how: Form): string | null => {
      const found = readMessage(kindFor(kind), render(kind, [one], how)).links;
      const lost = [...linksIn(outlineOf([one], how))].filter(url => !found.has(url));
      return lost.length === 0 ? null : `lost: ${lost.join(' ')}`;
    };
    t.equal(
      counterexample(small, (one, how) => problem(one, { ...how, fallback: 0 }), kind),
      null,
    );
  });
}

/** The first problem, with what shows it: the message, not the whole event. */
function counterexample<T extends EventContent | EventContent[]>(
  from: fc.Arbitrary<T>,
  problem: (events: T, form: Form) => string | null,
  kind: Robot,
): string | null {
  const result = fc.check(
    fc.property(from, form, (all, how) => problem(all, how) === null),
    { numRuns },
  );
  if (!result.failed) return null;
  if (result.counterexample === null) return String(result.errorInstance);
  const [all, how] = result.counterexample;
  const message = render(kind, [all].flat(), how);
  return `${problem(all, how)}\n${JSON.stringify(how)} seed ${result.seed}\n${message.slice(0, 2_000)}`;
}

function linksIn({ headline, details, sections, link, ...outline }: Outline): Set<string> {
  const lines = sections.flatMap(one => [one.head ?? [], ...one.items, one.more(1)]);
  const spans = [headline, ...details, ...lines, outline.more(1)].flat();
  return new Set([link?.url ?? null, ...spans.map(one => one.url)].filter(url => url !== null));
}

const OUR_LINKS = /<https:\/\/git\.example\.com\/[^|<>]*\|([^|<>]*)>/g;
const OUR_STRONG = new RegExp(
  [...JSON.stringify([PHRASES, COUNTED]).matchAll(/\*[+!-]([^*]*)\*/g)]
    .map(([, word]) => `\\*${word}\\*`)
    .join('|'),
  'g',
);

/** What would call people, or break out of our markup. */
function callsIn(kind: Robot, text: string, markup: boolean): string[] {
  const patterns: Record<string, RegExp> = {
    dingtalk: /@(?!\u200b)|<|`|!\[/g,
    wecom: /<(?!\/?font(?: color="(?:info|comment|warning)")?>)|`|!\[/g,
    feishu: /<|`|!\[|@/g,
    slack: /<(?!https:\/\/git\.example\.com\/)|`/g,
    // Of links the label is left, behind a dot, as no line begins with it; `>` may be the mark of a quote.
    slackAlike:
      /[`[\]\\$|<]|(?<!^)>|[@＠#~!&:+](?![\s\u200b]|$)|(?<=[\p{L}\p{N}_-])\.(?=[\p{L}\p{N}_-])|^[/#=-]|\*/gmu,
  };
  const plain: Record<string, RegExp> = { ...patterns, dingtalk: /@(?!\u200b)/g, feishu: /<\/?at/g };
  const seen = kind === 'slackAlike' ? text.replace(OUR_LINKS, '·$1').replace(OUR_STRONG, '') : text;
  return [...seen.matchAll((markup ? patterns : plain)[kind]!)].map(match =>
    seen.slice(match.index, match.index + 30),
  );
}

function tooLarge(kind: Robot, message: string, { fallback }: Form): string | null {
  const share = fallback === 1 ? 0.5 : 1;
  const body = JSON.parse(message);
  const over = (what: string, size: number, limit: number) =>
    size > limit ? `${what}: ${size} of ${limit}` : null;
  if (kind === 'dingtalk') {
    const text: string = (body.markdown ?? body.actionCard)?.text ?? body.text.content;
    return (
      over('JSON bytes', Buffer.byteLength(message), 18_000 * share - 100) ??
      over('characters', text.length, 3_500 * share)
    );
  }
  if (kind === 'wecom') {
    const [limit, text] = body.markdown ? [3_900, body.markdown.content] : [2_000, body.text.content];
    return over('bytes', Buffer.byteLength(text), limit * share);
  }
  if (kind === 'feishu') return over('JSON bytes', Buffer.byteLength(message), 18_000 * share - 100);
  const sizes: number[] = (body.blocks ?? []).map(
    (block: { text: { text: string } }) => block.text.text.length,
  );
  return (
    over('a section', Math.max(0, ...sizes), 2_900) ??
    over('blocks', sizes.length, 50) ??
    over(
      'all blocks',
      sizes.reduce((a, b) => a + b, 0),
      12_000 * share,
    ) ??
    over('text', body.text.length, 4_000 * share)
  );
}

function missingKeyword({ texts }: ReadMessage, message: string, { keyword }: Form): string | null {
  if (keyword === null || texts.some(text => text.includes(keyword))) return null;
  return message.includes(`"content":"${keyword}"`) ? null : 'the keyword is missing';
}
