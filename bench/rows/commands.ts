/** How long an admin waits for the command line, with the compile cache filled by a first call. */
import { openHome } from '../parts/home.ts';
import type { Row } from '../parts/line.ts';
import { median, p95 } from '../parts/numbers.ts';
import { timeCommand } from '../parts/time-command.ts';

const BAR_MS = 200;
const WEBHOOKS = 100;
const COMMANDS = [['webhook', 'list'], ['--help']];

export const commands: Row = {
  name: 'commands',
  about: 'belfry webhook list and belfry --help',
  async run(workshop) {
    const runs = workshop.quick ? 10 : 50;
    const urls = Array.from({ length: WEBHOOKS }, (_, n) => `https://ci-${n}.example.com/hook`);
    const { belfry } = await openHome(workshop, 'commands', urls);
    const took = COMMANDS.map(() => [] as number[]);
    const bar = workshop.progress('commands: calls', runs * COMMANDS.length);
    for (let run = 0; run <= runs; run++) {
      for (const [n, command] of COMMANDS.entries()) {
        const ms = await timeCommand(belfry, command);
        if (run === 0) continue;
        took[n]!.push(ms);
        bar.step();
      }
    }
    bar.done();
    return COMMANDS.map((command, n) => ({
      what: 'a command, from start to end',
      which: `belfry ${command.join(' ')}${command[0] === 'webhook' ? `, ${WEBHOOKS} webhooks` : ''}`,
      runs,
      median: median(took[n]!),
      p95: p95(took[n]!),
      unit: 'ms' as const,
      against: '',
      bar: `≤ ${BAR_MS} ms`,
      met: median(took[n]!) <= BAR_MS,
    }));
  },
};
