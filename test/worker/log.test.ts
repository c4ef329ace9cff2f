/** The worker's log as text. */
import t from 'tap';
import { createLog } from '../../src/worker/log.ts';
import { NOW } from '../store/samples.ts';

t.test('the log: a line with its time, safe for a terminal; the same error once a minute', async t => {
  const lines: string[] = [];
  let now = NOW;
  const log = createLog(
    text => void lines.push(text),
    () => now,
  );
  log('info', 'push of \u001b[31mrefs/heads/x\n');
  log('info', 'again');
  log('info', 'again');
  log('error', 'the disk is full');
  log('error', 'the disk is full');
  log('error', 'another');
  now += 60_000;
  log('error', 'the disk is full');
  t.same(lines, [
    '2026-11-23T09:00:00.000Z info push of \\x1b[31mrefs/heads/x\\x0a\n',
    '2026-11-23T09:00:00.000Z info again\n',
    '2026-11-23T09:00:00.000Z info again\n',
    '2026-11-23T09:00:00.000Z error the disk is full\n',
    '2026-11-23T09:00:00.000Z error another\n',
    '2026-11-23T09:01:00.000Z error the disk is full\n',
  ]);
});
