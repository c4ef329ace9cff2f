import t from 'tap';
import type { DescribedCommit } from '../../src/git/commit-details.ts';
import { EventsBudget } from '../../src/git/events-budget.ts';
import { matches } from '../support/matches.ts';

const nobody = { name: 'A', email: 'a@x', seconds: 0, offset: '+0000' };
const described = (id: string, message: string, added: string[] = []): DescribedCommit => ({
  commit: {
    id,
    tree: '',
    parents: [],
    message,
    author: nobody,
    committer: nobody,
    added,
    removed: [],
    modified: [],
  },
  cut: [],
  incomplete: [],
});

t.test('a commit counts for every ref that tells of it', async t => {
  const large = described('a'.repeat(40), `Subject\n${'x'.repeat(10_000)}`, ['path']);
  const small = described('b'.repeat(40), 'Small\n');
  const budget = new EventsBudget(25_000);
  t.same(budget.take(large, [large]), { head: large, listed: [large] });
  const { head, listed } = budget.take(large, [large, small, small]);
  matches(t, head!.commit, { message: /^Subject\n/, added: [], id: large.commit.id });
  t.equal(head!.commit.message.length, 256);
  matches(t, head!.cut, [/^Commit aaaaaaaaaaaa: the push is too large for its 1 changed paths/]);
  t.equal(listed.length, 1, 'only of the newest');
  t.equal(listed[0], head, 'made once');
  t.same(budget.take(small, []), { head: small, listed: [] }, 'what is small still fits');
  t.equal(large.commit.added.length, 1, 'the others have it in full');
  t.same(budget.take(undefined, []), { head: undefined, listed: [] });
});
