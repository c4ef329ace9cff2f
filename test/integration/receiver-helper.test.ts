/** Real pushes of every kind into one server that uses `belfry/receiver`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { parse, verify } from '../../src/receiver/receiver.ts';
import { DIALECTS } from '../../src/receiver/verdict.ts';
import { tower } from '../support/tower.ts';

const SECRET = 'helper-secret-密-91c4';

t.test('one server takes pushes of four kinds, knows which is which, and refuses a wrong secret', async t => {
  const seen: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const verified = verify(request.rawHeaders, body, SECRET, { dialects: DIALECTS });
    if (!verified.ok) return response.writeHead(401).end(verified.reason);
    // As the forge itself would send it, too.
    const bare = request.rawHeaders.flatMap((name, n, list) =>
      n % 2 === 0 && !name.toLowerCase().startsWith('webhook-') ? [name, list[n + 1]!] : [],
    );
    const own = verify(bare, body, SECRET, { dialects: DIALECTS });
    const parsed = await parse(request.rawHeaders, body, { dialects: DIALECTS });
    if (!parsed.ok) return response.writeHead(422).end(parsed.message);
    const { dialect, name, id, data } = parsed.event;
    const after = 'after' in data ? data.after : null;
    seen.push([request.url, verified.dialect, verified.proof, own.ok && own.proof, dialect, name, after]);
    response.writeHead(id === verified.id ? 200 : 500).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stage = await tower(t);
  const add = (kind: string, secret: string, ...more: string[]) =>
    stage.belfry.json(
      ['webhook', 'add', `${url}/${kind}`, '--all', '--kind', kind, '--secret-env', 'S', ...more],
      {
        env: { S: secret },
      },
    );
  for (const kind of DIALECTS) await add(kind, SECRET);
  await add('github', 'another', '--name', 'wrong');
  const tip = await stage.repository.commit({ files: { a: 'a\n' }, message: 'Ring\n' });
  await stage.repository.push(['main']);
  const lines = await stage.settled(5);
  t.strictSame(lines.map(line => [line.kind, line.last_status]).sort(), [
    ['gitea', 200],
    ['gitee', 200],
    ['github', 200],
    ['github', 401],
    ['gitlab', 200],
  ]);
  t.strictSame(seen.sort(), [
    ['/gitea', 'gitea', 'standard', 'body', 'gitea', 'push', tip],
    ['/gitee', 'gitee', 'standard', 'signature', 'gitee', 'push', tip],
    ['/github', 'github', 'standard', 'body', 'github', 'push', tip],
    ['/gitlab', 'gitlab', 'standard', 'password', 'gitlab', 'push', tip],
  ]);
});
