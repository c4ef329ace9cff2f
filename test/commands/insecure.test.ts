/** A webhook that accepts any certificate is red wherever webhooks are listed, and says so in words where there is no red. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { register, sampleWebhook } from '../store/samples.ts';
import { line } from './stage.ts';

const RED = /\u001b\[31m(.*insecure.*)\u001b\[39m/;

t.test('red in every list', async t => {
  const { run, store, home } = await line(t);
  const directory = join(home, '..', 'app.git');
  execFileSync('git', ['init', '--quiet', '--bare', directory]);
  await store.roots.add(join(home, '..'));
  await register(store, directory, Date.now());
  const added = await run(['webhook', 'add', 'https://a.example.com/', '--all', '--insecure'], {
    terminal: true,
  });
  t.match(added.stdout, RED, 'webhook add');
  await store.webhooks.add(
    sampleWebhook({ url: 'https://b.example.com/' }),
    'https://b.example.com/',
    Date.now(),
  );
  for (const args of [
    ['webhook', 'list'],
    ['webhook', 'show', '1'],
    ['webhook', 'edit', '1', '--name', 'x'],
    ['repo', 'show', 'app'],
    ['status'],
  ]) {
    const name = args.join(' ');
    const shown = await run(args, { terminal: true });
    t.match(shown.stdout, RED, name);
    t.equal(shown.stdout.split('\u001b[31m').length, 2, `${name}: the other one is not`);
    for (const options of [{}, { terminal: true, env: { NO_COLOR: '1' } }]) {
      const plain = (await run(args, options)).stdout;
      t.notMatch(plain, '\u001b', `${name}: no colour ${JSON.stringify(options)}`);
      t.match(plain, 'insecure');
    }
    t.notMatch((await run([...args, '--json'], { terminal: true })).stdout, '\u001b');
  }
  await run(['webhook', 'edit', '1', '--no-insecure']);
  t.notMatch((await run(['webhook', 'list'], { terminal: true })).stdout, /\u001b\[31m|insecure/);
});
