/** The scripts of `docs/emit-*.md`, run on the samples beside them just as the document says. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { NODE, PROJECT } from '../support/belfry.ts';
import { must } from '../support/run.ts';
import { tower } from '../support/tower.ts';

interface Document {
  command: string;
  script: string;
  sample: string;
}

function read(name: string): Document {
  const text = readFileSync(join(PROJECT, 'docs', name), 'utf8');
  const block = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(text)![1]!;
  return { command: block('sh'), script: block('js'), sample: block('json') };
}

const SHOWN: [document: string, event: string, body: object][] = [
  [
    'emit-redmine.md',
    'issue',
    {
      hook_name: 'issue_hooks',
      action: 'state_change',
      iid: '191',
      sender: { login: 'li-si', name: 'Si Li' },
      user: { login: 'zhang-san', email: 'zhang-san@example.com' },
      milestone: '1.0',
      url: 'https://redmine.example.com/issues/191',
      issue: { state: 'progressing', state_name: 'In Progress', updated_at: '2026-11-23T17:00:00+08:00' },
    },
  ],
  [
    'emit-jira.md',
    'note',
    {
      hook_name: 'note_hooks',
      per_iid: '#APP-12',
      note: 'The second key should ring too.',
      sender: { login: '5b10ac8d82e05b22cc7d4ef5', name: '李四' },
      issue: {
        html_url: 'https://jira.example.com/browse/APP-12',
        labels: [{ name: 'bell' }],
        user: { login: 'zhang-san', name: '张三' },
        created_at: '2026-11-22T10:00:00+08:00',
      },
    },
  ],
];

for (const [document, event, body] of SHOWN) {
  t.test(document, async t => {
    const { dir, belfry, receiver, webhook, settled } = await tower(t);
    await webhook('/', ['--all', '--events', 'issue,note']);
    const { command, script, sample } = read(document);
    await writeFile(join(dir, /^\/\/ (\S+)/.exec(script)![1]!), script);
    await writeFile(join(dir, 'webhook.json'), sample);
    // The command of an installation, by its name.
    const cli = `belfry() { node ${join(PROJECT, 'src', 'cli.ts')} --home ${belfry.home} "$@"; }`;
    const env = { ...belfry.env, PATH: `${dirname(NODE)}:${belfry.env.PATH}` };
    const shell = () => must('sh', ['-euc', `${cli}\n${command}`], { cwd: dir, env });
    t.equal(await shell(), `${event} event of acme/app: 1 delivery\n`);
    t.match(await shell(), /was already announced: nothing new/);
    const [request] = await receiver.received(1);
    t.match(JSON.parse(request!.body.toString()), body);
    t.equal((await settled(1)).length, 1);
  });
}
