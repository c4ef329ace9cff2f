/** What a receiver has to fetch to build a merge request from Git, as docs/merge-requests.md and `receiver/README.md` say. */
import { join } from 'node:path';
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { requestStage } from '../support/request-stage.ts';
import { run } from '../support/run.ts';

t.test(
  'the source branch is a topic and no branch; the head is fetched by the number of the request',
  async t => {
    const stage = await requestStage(t);
    const sha = await stage.branch('work', { 'b.txt': 'b\n' });
    await stage.push(['HEAD:refs/for/main/login']);
    const [opened] = await stage.next();
    const pull = opened!.pull_request as { head: Json };
    t.equal(opened!.source_branch, 'login');
    t.equal(pull.head.ref, 'login');
    t.equal(pull.head.sha, sha);
    t.equal(await stage.ref('refs/heads/login'), null);

    const into = join(stage.dir, 'built');
    const git = (...args: string[]) => run('git', ['-C', into, ...args]);
    t.equal((await run('git', ['init', '-q', into])).status, 0);
    const topic = await git('fetch', '-q', stage.repository.path, `refs/heads/${opened!.source_branch}`);
    t.not(topic.status, 0, 'there is no such branch');
    const head = await git('fetch', '-q', stage.repository.path, `refs/pull/${opened!.number}/head`);
    t.equal(head.status, 0, head.stderr);
    t.equal((await git('checkout', '-q', String(pull.head.sha))).status, 0);
    t.equal((await git('rev-parse', 'HEAD')).stdout.trim(), sha);
  },
);
