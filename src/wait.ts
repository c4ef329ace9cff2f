/** Entry for a push that waits for its outcome: the hook runs it, and its lines go to the pusher. */

import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { home: { type: 'string' }, push: { type: 'string' }, seconds: { type: 'string' } },
});
const { home, push, seconds } = values;
if (home !== undefined && push !== undefined) {
  const { waitForPush } = await import('./worker/wait-for-push.ts');
  await waitForPush(home, push, Number(seconds) * 1_000, text => process.stdout.write(text));
}
