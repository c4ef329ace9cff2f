import t from 'tap';
import { requestChoice, takesRequests } from '../../src/model/request-choice.ts';

t.test('what holds for a repository: setting, choice, update hook', async t => {
  const rows = [
    ['chosen', null, false, false],
    ['chosen', 'on', false, true],
    ['chosen', 'on', true, true],
    ['chosen', 'off', false, false],
    ['chosen', 'unguarded', false, true],
    ['chosen', 'unguarded', true, false],
    ['on', null, false, true],
    ['on', null, true, false],
    ['on', 'off', false, false],
    ['on', 'on', true, true],
    ['off', 'on', false, false],
    ['off', null, false, false],
  ] as const;
  for (const [setting, chosen, guarded, taken] of rows)
    t.equal(takesRequests(requestChoice(setting, chosen), guarded), taken, `${setting} ${chosen} ${guarded}`);
});
