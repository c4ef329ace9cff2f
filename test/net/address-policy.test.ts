import t from 'tap';
import { addressPolicy } from '../../src/net/address-policy.ts';

const policy = (allow: string[] = [], deny: string[] = []) => addressPolicy({ allow, deny });
const open = (address: string, allow: string[] = [], deny: string[] = [], host = 'ci.example.com') =>
  policy(allow, deny).refuseAddress(host, address) === null;

t.test('open by default', async t => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '8.8.8.8',
    '169.253.255.255',
    '169.255.0.0',
    '100.100.100.201',
    '::1',
    'fd00::1',
    '2606:4700::1111',
    'fec0::1',
    '::ffff:10.0.0.1',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ]) {
    t.ok(open(address), address);
  }
});

t.test('refused by default, in every form', async t => {
  for (const address of [
    '169.254.0.0',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.255.255',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe', // IPv4-mapped
    '::169.254.169.254', // IPv4-compatible
    '::ffff:0:169.254.169.254', // IPv4-translated
    '64:ff9b::169.254.169.254', // NAT64
    '64:ff9b:1::169.254.169.254',
    '64:ff9b:1:a9fe:a9:fe00::', // local NAT64 as /96 and /48
    '64:ff9b:1:ffa9:fe:a9fe::',
    '64:ff9b:1:ffff:a9:fea9:fe00:0', // as /56 and /64
    '2002:a9fe:a9fe::',
    '2002:a9fe:a9fe:1::1', // 6to4
    '2001:0:a9fe:a9fe::',
    '2001:0:808:808:0:0:5601:5601', // Teredo: server, client
    '2606:4700::5efe:169.254.169.254',
    '2606:4700::200:5efe:169.254.169.254', // ISATAP
    'fe80::5efe:10.0.0.1',
  ]) {
    t.notOk(open(address), address);
  }
  t.equal(
    policy().refuseAddress('h', '64:ff9b::a9fe:a9fe'),
    'link-local address, refused by default; the setting net.allow can permit it',
  );
});

t.test('the address of no host leads to the own one', async t => {
  for (const address of ['0.0.0.0', '::ffff:0.0.0.0']) {
    t.ok(open(address));
    t.notOk(open(address, [], ['127.0.0.0/8']), address);
    t.notOk(open(address, [], ['0.0.0.0']), address);
    t.ok(open(address, [], ['::1']), address);
  }
  t.notOk(open('::', [], ['::1']));
  t.equal(
    policy([], ['127.0.0.0/8']).refuseHost('0.0.0.0'),
    'closed by net.deny "127.0.0.0/8"',
    'by a proxy too',
  );
});

t.test('what is no address is refused', async t => {
  for (const address of ['', 'localhost', '1.2.3.4.5', '::g']) t.notOk(open(address), address);
});

t.test('allow opens what the default refuses, by address only', async t => {
  t.ok(open('169.254.10.1', ['169.254.10.0/24']));
  t.ok(open('::ffff:169.254.10.1', ['169.254.10.0/24']), 'a mapped address is its IPv4 address');
  t.ok(open('169.254.10.1', ['::ffff:169.254.10.0/120']), 'in an entry too');
  t.notOk(open('169.254.11.1', ['169.254.10.0/24']));
  t.ok(open('fe80::1%eth0', ['fe80::1']));
  t.ok(open('fe80::1', ['[fe80::1%eth0]']));
  t.notOk(open('169.254.169.254', ['ci.example.com']), 'DNS could lead a name there at any moment');
  t.notOk(open('169.254.169.254', ['*.example.com'], ['*']));
});

t.test('deny closes, and says which entry did', async t => {
  t.notOk(open('10.1.2.3', [], ['10.0.0.0/8']));
  t.notOk(open('::ffff:10.1.2.3', [], ['10.0.0.0/8']));
  t.notOk(open('64:ff9b::10.1.2.3', [], ['10.0.0.0/8']));
  t.ok(open('11.1.2.3', [], ['10.0.0.0/8']));
  t.notOk(open('10.1.2.3', [], ['*.example.com']));
  t.notOk(open('10.1.2.3', [], ['CI.example.com.']));
  t.equal(policy([], ['10.0.0.0/8']).refuseAddress('h', '10.1.2.3'), 'closed by net.deny "10.0.0.0/8"');
});

t.test('of two entries the narrower decides, and deny decides a tie', async t => {
  t.ok(open('10.1.2.3', ['10.1.2.3'], ['10.0.0.0/8']));
  t.notOk(open('10.1.2.3', ['10.0.0.0/8'], ['10.1.2.3']));
  t.notOk(open('10.1.2.3', ['10.0.0.0/8'], ['10.0.0.0/8']));
  t.ok(open('1.1.1.1', ['ci.example.com'], ['*.example.com']));
  t.notOk(open('1.1.1.1', ['*.example.com'], ['ci.example.com']));
  t.notOk(open('1.1.1.1', ['*.example.com'], ['*.example.com']));
});

t.test('an allow-list: everything is denied, and names or addresses are exceptions', async t => {
  for (const all of [['*'], ['0.0.0.0/0', '::/0']]) {
    t.ok(open('10.1.2.3', ['ci.example.com'], all));
    t.ok(open('10.1.2.3', ['10.0.0.0/8'], all));
    t.ok(open('2606:4700::1', ['2606:4700::/32'], all));
    t.notOk(open('11.1.2.3', ['10.0.0.0/8'], all));
    t.notOk(open('10.1.2.3', ['other.example.com'], all));
    t.notOk(open('::1', [], all));
    t.notOk(open('::ffff:127.0.0.1', [], all));
  }
});

t.test('a name that is denied stays closed whatever its address', async t => {
  t.notOk(open('10.1.2.3', ['10.0.0.0/8'], ['*.example.com']));
});

t.test('host globs', async t => {
  const denied = (glob: string, host: string) => !open('1.1.1.1', [], [glob], host);
  t.ok(denied('*.internal.example.com', 'ci.internal.example.com'));
  t.ok(denied('*.internal.example.com', 'a.b.internal.example.com'));
  t.notOk(denied('*.internal.example.com', 'internal.example.com'));
  t.notOk(denied('*.internal.example.com', 'ci.internal.example.com.evil.test'));
  t.notOk(denied('*.internal.example.com', 'xinternalxexample.com'));
  t.ok(denied('ci-*.example.com', 'ci-7.example.com'));
  t.ok(denied('*.bücher.example', 'a.xn--bcher-kva.example'));
  t.ok(denied('localhost', 'LOCALHOST'));
});

t.test('before the address is known', async t => {
  const refuses = (host: string, allow: string[] = [], deny: string[] = []) =>
    policy(allow, deny).refuseHost(host) !== null;
  t.notOk(refuses('ci.example.com'));
  t.notOk(refuses('10.1.2.3'));
  t.ok(refuses('169.254.169.254'));
  t.ok(refuses('::ffff:169.254.169.254'));
  for (const name of ['metadata.google.internal', 'metadata', 'instance-data', 'METADATA.goog'])
    t.ok(refuses(name), name);
  t.ok(refuses('ci.example.com', [], ['*.example.com']));
  t.ok(refuses('ci.example.com', [], ['*']));
  t.ok(refuses('ci.example.com', [], ['0.0.0.0/0', '::/0']));
  t.notOk(refuses('ci.example.com', ['ci.example.com'], ['*']));
  t.notOk(refuses('ci.example.com', [], ['10.0.0.0/8']), 'the proxy may find another address');
});

t.test('an entry that is none of the three', async t => {
  for (const entry of [
    '',
    ' ',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0',
    '1234',
    '0x7f.1',
    '300.1.1.1',
    'fe80::g',
    '10.0.0.0/8/8',
    'http://example.com',
    'example.com:443',
    'example.com/path',
    'user@example.com',
    'a b',
    'exa$mple',
    '[::1',
    '1.2.3.4:80',
  ]) {
    t.throws(
      () => policy([entry]),
      { name: 'BelfryError', code: 'invalid', message: /^net\.allow: wanted .*, got / },
      entry,
    );
    t.throws(() => policy([], [entry]), { code: 'invalid', message: /^net\.deny: / }, entry);
  }
});

t.test('a target that no attempt can reach, whatever its name leads to', async t => {
  const cases: [host: string, allow: string[], deny: string[], refused: RegExp | null][] = [
    ['ci.example.com', [], [], null],
    ['10.1.2.3', [], [], null],
    ['169.254.169.254', [], [], /^link-local address, refused by default; the setting net\.allow can/],
    ['169.254.169.254', ['169.254.169.254'], [], null],
    ['10.1.2.3', [], ['10.0.0.0/8'], /^closed by net\.deny "10\.0\.0\.0\/8"$/],
    ['10.1.2.3', ['10.1.0.0/16'], ['10.0.0.0/8'], null],
    ['ci.example.com', [], ['*.example.com'], /^closed by net\.deny "\*\.example\.com"$/],
    ['ci.example.com', ['ci.example.com'], ['*.example.com'], null],
    // It may lead to another address.
    ['ci.example.com', [], ['10.0.0.0/8'], null],
    ['ci.example.com', [], ['*'], /^closed by net\.deny "\*"$/],
    ['ci.example.com', ['10.0.0.0/8'], ['*'], null],
    ['other.example.com', ['ci.example.com'], ['*'], /^closed by net\.deny "\*"$/],
    ['Metadata.Google.internal', [], [], /^cloud metadata, refused by default; the setting net\.allow can/],
    ['metadata.google.internal', ['169.254.169.254'], [], null],
    ['metadata', ['metadata'], [], null],
  ];
  for (const [host, allow, deny, refused] of cases) {
    const reason = policy(allow, deny).refuseTarget(host);
    const what = `${host}, allow ${allow}, deny ${deny}`;
    if (refused === null) t.equal(reason, null, what);
    else t.match(reason, refused, what);
    const isAddress = /^[\d.]+$/.test(host);
    if (isAddress) t.equal(reason, policy(allow, deny).refuseAddress(host, host), what);
  }
});
