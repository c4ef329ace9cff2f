/** Brings a directory to the tip of a branch. Always the tip as it is now, so a delivery that comes late does no harm. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Changes to tracked files in the directory are lost, other files stay.
 * @param url where to fetch from: from your own settings, never from the delivery
 * @returns the commit that stands there now
 */
export async function deploy({ url, branch, directory }) {
  // Arguments go to git one by one, and no shell reads them.
  const git = async (...args) => {
    const options = { cwd: directory, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } };
    const { stdout } = await run('git', args, options);
    return stdout.trim();
  };
  await mkdir(directory, { recursive: true });
  await git('init', '--quiet');
  await git('fetch', '--quiet', '--no-tags', '--', url, `+refs/heads/${branch}:refs/deployed`);
  await git('checkout', '--quiet', '--force', '--detach', 'refs/deployed');
  return git('rev-parse', 'HEAD');
}
