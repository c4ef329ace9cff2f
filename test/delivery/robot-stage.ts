/** A dispatcher with chat robots to talk to; robots, dispatcher and test go by one clock. */
import type { Test } from 'tap';
import { maskUrl } from '../../src/masking/mask-url.ts';
import type { Delivery } from '../../src/model/delivery.ts';
import type { WebhookInput } from '../../src/model/webhook.ts';
import { sampleWebhook } from '../store/samples.ts';
import { type Robot, type RobotKind, type RobotOptions, robot } from '../support/robot.ts';
import { samplePush } from '../support/sample-events.ts';
import { type DeliveryStage, deliveryStage, type StageOptions } from './stage.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export interface RobotStage extends DeliveryStage {
  robot: Robot;
  /** A webhook for a robot, with all that the robot wants; gives its id. */
  tell(robot: Robot, input?: Partial<WebhookInput>): Promise<number>;
  /** One push to each of these branches, one after the other, not waiting for any answer. */
  pushesTo(...branches: string[]): Promise<void>;
  /** The newest delivery. */
  last(): Promise<Delivery>;
}

export async function robotStage(
  t: Test,
  kind: RobotKind,
  { robot: options = {}, ...more }: StageOptions & { robot?: RobotOptions } = {},
): Promise<RobotStage> {
  const stage = await deliveryStage(t, more);
  const made = await robot(t, kind, stage.now, options);
  const tell = async (to: Robot, input: Partial<WebhookInput> = {}) => {
    const { secret, keyword } = to.settings;
    const wanted = sampleWebhook({ url: to.url, kind: to.kind, auth: 'none', secret, keyword, ...input });
    return (await stage.store.webhooks.add(wanted, maskUrl(wanted.kind, wanted.url), stage.now())).id;
  };
  await tell(made);
  return {
    ...stage,
    robot: made,
    tell,
    async pushesTo(...branches) {
      for (const branch of branches) await stage.push(samplePush({ ref: `refs/heads/${branch}` }));
    },
    last: async () => (await stage.deliveries()).at(-1)!,
  };
}

/** How many commits the messages tell of: each names the number in its first line. */
export function commitsTold(one: Robot): number {
  return one
    .chat()
    .map(({ text }) => Number(/(\d+) new commits?/.exec(text)?.[1] ?? Number.NaN))
    .reduce((sum, count) => sum + count, 0);
}
