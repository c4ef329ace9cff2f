/** The table in the head of `place-updates.ts`, row by row. Tips are letters, `0` is no ref, `ab` leads from a to b. */
import t from 'tap';
import { judge, type Standing } from '../../src/announce/place-updates.ts';
import type { Gap } from '../../src/model/ledger.ts';

const REF = 'refs/heads/main';

interface Case {
  update: string;
  entry: string;
  /** Told; in brackets: expected. */
  gaps?: string;
  tipNow?: string;
  /** What other hooks have written. */
  unread?: string;
  before?: true;
  /** As below. */
  comes: string;
}

const tip = (letter: string) => (letter === '0' ? '' : letter);
const letter = (tip: string) => tip || '0';

function gapsOf(text = ''): Gap[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map(one => {
      const [old, next] = one.replace(/[()]/g, '');
      return { ref: REF, old: tip(old!), new: tip(next!), reported: !one.startsWith('(') };
    });
}

function gapText({ old, new: next, reported }: Gap): string {
  return reported ? letter(old) + letter(next) : `(${letter(old)}${letter(next)})`;
}

function text(standing: Standing): string {
  const words: string[] = [standing.is];
  if (standing.is === 'next') {
    if (standing.missed !== null) words.push('missed', gapText(standing.missed));
    if (standing.expected !== null) words.push('expects', gapText(standing.expected));
    return words.join(' ');
  }
  if (standing.closes !== null) words.push('closes', gapText(standing.closes));
  if (standing.left.length > 0) words.push('leaves', ...standing.left.map(gapText));
  return words.join(' ');
}

const CASES: Record<string, Case> = {
  'it follows on the entry': { update: 'ab', entry: 'a', comes: 'next' },
  'a new ref': { update: '0a', entry: '0', comes: 'next' },
  'a deleted one': { update: 'a0', entry: 'a', comes: 'next' },
  'other gaps are nothing to it': { update: 'cd', entry: 'c', gaps: 'ab (bc)', comes: 'next' },

  'its file was expected': { update: 'ab', entry: 'c', gaps: '(ab)', comes: 'overtaken closes (ab)' },
  'expected, although the entry is where it begins': {
    ...{ update: 'ab', entry: 'a', gaps: '(ab)' },
    comes: 'overtaken closes (ab)',
  },
  'expected as well as reported': {
    update: 'ab',
    entry: 'c',
    gaps: 'ab (ab)',
    comes: 'overtaken closes (ab)',
  },
  'expected as the beginning of more': {
    ...{ update: 'ab', entry: 'd', gaps: '(ac)' },
    comes: 'overtaken closes (ac) leaves (bc)',
  },
  'expected as the end of more': {
    ...{ update: 'bc', entry: 'd', gaps: '(ac)' },
    comes: 'overtaken closes (ac) leaves (ab)',
  },
  'expected, and the ref was not there before': {
    ...{ update: '0b', entry: 'd', gaps: '(0c)' },
    comes: 'overtaken closes (0c) leaves (bc)',
  },

  'it was reported in between': { update: 'ab', entry: 'c', gaps: 'ab', comes: 'reported closes ab' },
  'reported as the beginning of more': {
    ...{ update: 'ab', entry: 'd', gaps: 'ac' },
    comes: 'reported closes ac leaves bc',
  },
  'reported as the end of more': {
    update: 'bc',
    entry: 'd',
    gaps: 'ac',
    comes: 'reported closes ac leaves ab',
  },
  'that a ref was not there is no end of what was reported': {
    ...{ update: '0b', entry: 'd', gaps: '0c' },
    comes: 'next missed d0',
  },
  'reported, and it is deleted where it was reported to have been': {
    ...{ update: 'a0', entry: '0', gaps: 'a0' },
    comes: 'reported closes a0',
  },

  'a late hook of what was reported; the ref still stands at the entry': {
    ...{ update: '0a', entry: '0', gaps: '0a', tipNow: '0' },
    comes: 'reported closes 0a',
  },
  'the same once more: the ref has moved on': {
    ...{ update: '0a', entry: '0', gaps: '0a', tipNow: 'a' },
    comes: 'next',
  },
  'an update that changes nothing': { update: 'aa', entry: 'a', gaps: 'aa', tipNow: 'a', comes: 'next' },

  'a push from before the baseline': { update: 'ab', entry: 'c', before: true, comes: 'overtaken' },
  'from before it, and it leads to the entry': { update: 'ab', entry: 'b', before: true, comes: 'next' },
  'from before it, in a gap': {
    ...{ update: 'ab', entry: 'c', gaps: 'ab', before: true },
    comes: 'reported closes ab',
  },

  'a hook was killed before it': { update: 'bc', entry: 'a', comes: 'next missed ab' },
  'before it the ref was made, and no hook said so': { update: 'ab', entry: '0', comes: 'next missed 0a' },
  'before it the ref was deleted': { update: '0b', entry: 'a', comes: 'next missed a0' },
  'the hook before it is late': { update: 'bc', entry: 'a', unread: 'ab', comes: 'next expects (ab)' },
  'several are late': { update: 'cd', entry: 'a', unread: 'bc ab', comes: 'next expects (ac)' },
  'one is late, the one before that was killed': {
    ...{ update: 'cd', entry: 'a', unread: 'bc' },
    comes: 'next missed ab expects (bc)',
  },
  'what is unread of other ways says nothing': {
    ...{ update: 'cd', entry: 'a', unread: 'ab xy' },
    comes: 'next missed ac',
  },
  'what leads to no ref may have come later': {
    ...{ update: '0d', entry: 'a', unread: 'b0' },
    comes: 'next missed a0',
  },
  'unless it goes all the way back': {
    ...{ update: '0d', entry: 'a', unread: 'b0 ab' },
    comes: 'next expects (a0)',
  },
  'a circle of unread updates ends': {
    update: 'bc',
    entry: 'x',
    unread: 'ab ba',
    comes: 'next missed xb',
  },
};

t.test('every row', async t => {
  for (const [what, { update, entry, gaps, tipNow, unread = '', before = false, comes }] of Object.entries(
    CASES,
  )) {
    const [old, next] = update;
    const standing = await judge(
      { ref: REF, old: tip(old!), next: tip(next!) },
      { tip: tip(entry), gaps: gapsOf(gaps), isBefore: before },
      {
        async tipNow() {
          if (tipNow === undefined) throw new Error('nothing has to be asked of git');
          return tip(tipNow);
        },
        unread: async () =>
          gapsOf(unread).map(one => ({
            ref: REF,
            old: one.old || '0'.repeat(40),
            new: one.new || '0'.repeat(40),
          })),
      },
    );
    t.equal(text(standing), comes, `${what}: ${update} on ${entry}`);
  }
});

t.test('what is unread of another ref says nothing', async t => {
  const standing = await judge(
    { ref: REF, old: 'b', next: 'c' },
    { tip: 'a', gaps: [], isBefore: false },
    { tipNow: async () => '', unread: async () => [{ ref: 'refs/heads/other', old: 'a', new: 'b' }] },
  );
  t.equal(text(standing), 'next missed ab');
});
