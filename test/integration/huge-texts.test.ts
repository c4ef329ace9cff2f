/** Large messages to many webhooks at once: the worker stays small, and says what it left out. */
import t from 'tap';
import { hugeStage } from '../support/huge-stage.ts';

t.setTimeout(300_000);

t.test('100 commits of 900 kB each, to 20 webhooks at once', async t => {
  const { fastImport, head, repository, arrived, cut } = await hugeStage(t, 20);
  const text = '中'.repeat(300_000);
  const commits = Array.from({ length: 100 }, (_, n) => {
    const from = n === 0 ? `from ${head}\n` : '';
    return `commit refs/heads/c\ncommitter A <a@x> ${1_600_000_000 + n} +0000\ndata 900000\n${text}\n${from}`;
  });
  await fastImport(...commits);
  t.equal((await repository.push(['c:refs/heads/main'])).status, 0);
  t.match(await arrived(40), { total_commits_count: 100, commits: Array(100).fill({}) });
  t.ok((await cut()).length >= 95);
});
