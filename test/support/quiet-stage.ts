/** A stage for merge requests in which hooks are lost or late. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type RequestStage, requestStage } from './request-stage.ts';
import { must } from './run.ts';
import { until } from './until.ts';

/** With a worker that compares nothing by itself: only what the test asks for is found. */
export async function quietStage(t: Test): Promise<RequestStage> {
  const stage = await requestStage(t);
  await stage.belfry.json(['config', 'set', 'scan.every', '0']);
  await until('the first push to be taken in', async () => {
    const pushes = await stage.belfry.json<{ state: string }[]>(['push', 'list']);
    return pushes.some(({ state }) => state === 'announced');
  });
  await stage.settled(0);
  await stage.belfry.stopWorker();
  return stage;
}

/** Pushes while there is no post-receive: as if it had been killed before it could write anything. */
export async function lossy({ dir, repository, push }: RequestStage) {
  const hooks = join(dir, 'hooks-without-post-receive');
  await mkdir(hooks);
  await cp(join(repository.path, 'hooks', 'proc-receive'), join(hooks, 'proc-receive'));
  const receivePack = `--receive-pack=git -c core.hooksPath=${hooks} receive-pack`;
  return (refs: string[], options: string[] = []) => push([receivePack, ...refs], { options });
}

/** The hook that was slow, at last. */
export async function hookReports(
  { repository }: RequestStage,
  update: string[],
  title?: string,
): Promise<void> {
  const options =
    title === undefined ? {} : { GIT_PUSH_OPTION_COUNT: '1', GIT_PUSH_OPTION_0: `title=${title}` };
  await must('hooks/post-receive', [], {
    cwd: repository.path,
    env: { ...repository.env, BELFRY_USER: 'alice', ...options },
    stdin: `${update.join(' ')}\n`,
  });
}
