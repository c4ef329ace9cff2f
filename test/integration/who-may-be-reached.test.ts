/** The lists of addresses, by real pushes and by `webhook test`: what is refused is not called, and says so. */
import t from 'tap';
import { type DeliveryLine, tower } from '../support/tower.ts';

const METADATA = [
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xA9FEA9FE/',
  'http://0251.0376.0251.0376/',
  'http://169.254.169.254./',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
];

t.test('metadata services are refused by default; the lists close and open more', async t => {
  const { belfry, receiver, repository, settled, webhook } = await tower(t);
  for (const url of METADATA) {
    const added = await belfry.run(['webhook', 'add', url, '--all']);
    t.match(
      added,
      { status: 2, stderr: /^belfry: url: wanted a host that belfry may call, got .*net\.allow/ },
      url,
    );
  }
  // They were added before somebody closed what they lead to.
  await belfry.json(['config', 'set', 'net.allow', '*']);
  for (const url of METADATA) await belfry.json(['webhook', 'add', url, '--all']);
  await belfry.json(['config', 'set', 'net.allow']);
  const own = await webhook('/own');
  await belfry.json(['config', 'set', 'net.deny', '127.0.0.0/8']);

  await repository.commit();
  await repository.push(['main']);
  const lines = await settled(METADATA.length + 1);
  for (const line of lines)
    t.match(line, { state: 'pending', attempts: 1, last_status: null, last_error: /may not be called: / });
  t.equal(receiver.requests.length, 0);
  t.match(lines.find(line => line.webhook_id === own)!.last_error, 'closed by net.deny "127.0.0.0/8"');

  for (const id of [1, own]) {
    const tested = await belfry.run(['webhook', 'test', String(id), '--json']);
    t.equal(tested.status, 1);
    t.match(tested.json(), { ok: false, attempt: { status: null, error: /may not be called: / } });
  }
  await belfry.json(['config', 'set', 'net.allow', '127.0.0.1']);
  t.equal((await belfry.run(['webhook', 'test', String(own)])).status, 0, 'the narrower entry decides');
  await belfry.json(['redeliver', lines.find(line => line.webhook_id === own)!.id]);
  await receiver.received(2, { path: '/own', limitMs: 60_000 });
  const [delivered] = await belfry.json<DeliveryLine[]>(['deliveries', '--webhook', String(own)]);
  t.equal(receiver.requests.length, 2, 'the test and the delivery');
  t.equal(delivered!.webhook_id, own);
});
