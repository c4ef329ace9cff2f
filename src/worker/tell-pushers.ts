/** Tells pushers who must not look into the database what their pushes came to. */
import { openOutcome } from '../system/outcomes.ts';
import { type Followed, followPush } from './wait-for-push.ts';

export interface TellDeps extends Pick<Followed, 'store' | 'spool' | 'stopping'> {
  home: string;
}

/** Gives what is to be called with the name of a push's spool file and the seconds that its pusher waits. */
export function tellPushers(deps: TellDeps): (name: string, seconds: number) => void {
  // A full disk, or a database that was closed meanwhile: the pusher stops waiting by himself.
  return (name, seconds) => void tellPusher(name, seconds, deps).catch(() => {});
}

async function tellPusher(name: string, seconds: number, { home, ...deps }: TellDeps): Promise<void> {
  const outcome = await openOutcome(home, name, Date.now());
  let said = Promise.resolve();
  const say = (text: string) => {
    said = said.then(() => outcome.say(text));
  };
  await followPush({ ...deps, name, forMs: seconds * 1_000, say });
  await said;
  await outcome.end();
}
