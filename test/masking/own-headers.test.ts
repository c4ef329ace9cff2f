import t from 'tap';
import { maskSecrets } from '../../src/masking/mask-secrets.ts';

const target = (value: string) => ({
  kind: 'gitee' as const,
  url: 'https://ci.example.com/hook',
  secret: null,
  headers: [['Authorization', value]] as const,
});

t.test('a header’s value is hidden whole, and in the parts that a receiver may give back', async t => {
  const basic = `Basic ${Buffer.from('deploy:pass-9f2c').toString('base64')}`;
  const cases: [value: string, said: string, shown: string][] = [
    ['Bearer abcdef123456', 'you sent Bearer abcdef123456', 'you sent ***'],
    ['Bearer abcdef123456', 'bad token abcdef123456', 'bad token ***'],
    ['Bearer abcdef123456', 'wanted Bearer', 'wanted Bearer'],
    [basic, 'user deploy, password pass-9f2c', 'user deploy, password ***'],
    [basic, 'deploy:pass-9f2c', '***'],
    ['session=abcdefgh1234; theme=dark', 'no session abcdefgh1234', 'no session ***'],
    ['k', 'ok', 'ok'],
  ];
  for (const [value, said, shown] of cases) t.equal(maskSecrets(said, target(value)), shown, said);
});
