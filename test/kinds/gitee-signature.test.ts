import t from 'tap';
import { giteeSignature } from '../../src/kinds/gitee-signature.ts';

t.test('the verified vectors (gitee-format.md §2.1)', async t => {
  t.equal(
    giteeSignature('bBg5lrt03VixkX85CNqYIcecC0SIGASE', 1633679083918),
    'Xvh4YPVe6l31XpDRL9J2yeaEXabsckIoUUschpXiVck=',
  );
  t.equal(giteeSignature('437EBE55A75911E8', 1646657144174), 'mNR0yK7W4UlZ4E4aehEVtupxLaE73siwbGgDVSloTVE=');
  t.equal(giteeSignature('this is secret', 1576754827988), '2D978FIy4DMMTbiN80zQkNH1Eq/kMBt3gL6OnWfGzzY=');
});

t.test('always 44 characters of raw Base64, whatever the secret', async t => {
  for (const secret of ['a', '密码', 'x'.repeat(4_096), '\0', '🔑']) {
    t.match(giteeSignature(secret, 1), /^[A-Za-z0-9+/]{43}=$/);
  }
});
