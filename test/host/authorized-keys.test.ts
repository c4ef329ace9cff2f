import t from 'tap';
import { loginOfKey, parseAuthorizedKeys } from '../../src/host/authorized-keys.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ';
const one = (line: string) => parseAuthorizedKeys(line)[0]!;

t.test('lines that are keys, with their comments and where they stand', async t => {
  const text = [
    '# the team',
    '',
    `${KEY} alice@laptop`,
    `restrict,command="/x \\"y z\\", w" ${KEY} bob at his desk`,
    'this is no key',
    `  ecdsa-sha2-nistp256 AAAAE2VjZHNh`,
    `sk-ssh-ed25519@openssh.com AAAAGnNr carol\r`,
  ].join('\n');
  t.strictSame(
    parseAuthorizedKeys(text).map(({ line, comment, command, restricted }) => [
      line,
      comment,
      command,
      restricted,
    ]),
    [
      [3, 'alice@laptop', null, false],
      [4, 'bob at his desk', '/x "y z", w', true],
      [6, '', null, false],
      [7, 'carol', null, false],
    ],
  );
});

t.test('what a key may not', async t => {
  const cases: [string, boolean][] = [
    ['restrict', true],
    ['no-port-forwarding', true],
    ['RESTRICT,pty', true],
    ['restrict,port-forwarding', false],
    ['no-pty', false],
    ['command="restrict"', false],
  ];
  for (const [options, restricted] of cases)
    t.equal(one(`${options} ${KEY}`).restricted, restricted, options);
});

t.test('what says who pushes', async t => {
  const shell = (program: string, login: string | null) => ({ by: 'belfry-shell', program, login });
  const environment = (variable: string) => ({ by: 'environment', variable });
  const [program, nothing] = [{ by: 'program' }, { by: 'nothing' }];
  const cases: [options: string, login: object][] = [
    ['', nothing],
    ['restrict', nothing],
    ['restrict,environment="LANG=C"', nothing],
    ['environment="BELFRY_USER=alice"', environment('BELFRY_USER')],
    ['environment="GL_USER=alice",environment="BELFRY_USER=bob"', environment('GL_USER')],
    ['environment="BELFRY_USER="', nothing],
    ['command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\""', nothing],
    ['command="exec /usr/bin/git-shell -c \\"$SSH_ORIGINAL_COMMAND\\""', nothing],
    ['command="git shell -c x"', nothing],
    ['environment="BELFRY_USER=a",command="git-shell -c x"', environment('BELFRY_USER')],
    ['command="/usr/share/gitolite3/gitolite-shell alice",no-pty', program],
    ['command="/usr/bin/gitea serv key-1"', program],
    ['command="BELFRY_USER=alice git-shell -c \\"$SSH_ORIGINAL_COMMAND\\""', program],
    ['command="belfry-shell alice"', shell('belfry-shell', 'alice')],
    ['command="/usr/local/bin/belfry-shell 李四"', shell('/usr/local/bin/belfry-shell', '李四')],
    [`command="exec '/o p/belfry-shell' \\"alice\\" "`, shell('/o p/belfry-shell', 'alice')],
    [`command="'/o'\\''p t/belfry-shell' alice"`, shell("/o'p t/belfry-shell", 'alice')],
    ['command="~/.local/bin/belfry-shell alice"', shell('~/.local/bin/belfry-shell', 'alice')],
    ['command="belfry-shell"', shell('belfry-shell', null)],
    ['command="belfry-shell alice bob"', shell('belfry-shell', null)],
    [`command="belfry-shell 'alice bob'"`, shell('belfry-shell', null)],
    ['command="belfry-shell -x"', shell('belfry-shell', null)],
    ['command="my-belfry-shell alice"', program],
  ];
  for (const [options, login] of cases)
    t.strictSame(loginOfKey(one(`${options} ${KEY} comment`.trim())), login, options);
});

t.test('a file that somebody made long takes no time', async t => {
  const text = `command="belfry-shell${' '.repeat(500_000)}a b" ${KEY}\n${'x"\\'.repeat(300_000)}\n`;
  t.strictSame(parseAuthorizedKeys(text).map(loginOfKey), [
    { by: 'belfry-shell', program: 'belfry-shell', login: null },
  ]);
});
