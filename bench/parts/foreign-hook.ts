/** A repository with one of the hooks that people have today. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE } from '../../test/support/belfry.ts';
import { type GitRepository, gitRepository } from '../../test/support/git-repository.ts';
import { SECRET } from './home.ts';
import type { Workshop } from './workshop.ts';

const HOOKS = join(import.meta.dirname, '..', 'hooks');
/** Of Debian's package git. */
const EMAIL = '/usr/share/git-core/contrib/hooks/post-receive-email';

/** @param hook a file of hooks/, or null for none */
export async function withHook(
  workshop: Workshop,
  hook: string | null,
  url = 'http://127.0.0.1/',
): Promise<GitRepository> {
  const dir = await workshop.room(hook ?? 'no-hook');
  const repository = await gitRepository(dir);
  if (hook !== null) await install(repository, await readFile(join(HOOKS, hook), 'utf8'), url);
  return repository;
}

/** Debian's post-receive-email, which hands its message to a sendmail that only reads it; null when it is not there. */
export async function withEmailHook(workshop: Workshop): Promise<GitRepository | null> {
  if (!existsSync(EMAIL)) return null;
  const repository = await gitRepository(await workshop.room('post-receive-email'));
  const sendmail = join(repository.path, 'sendmail');
  await writeFile(sendmail, '#!/bin/sh\nexec cat >/dev/null\n', { mode: 0o755 });
  await install(repository, (await readFile(EMAIL, 'utf8')).replaceAll('/usr/sbin/sendmail', sendmail), '');
  await repository.server('config', 'hooks.mailinglist', 'list@example.com');
  return repository;
}

function install({ path }: GitRepository, text: string, url: string): Promise<void> {
  const filled = text.replaceAll('@URL@', url).replaceAll('@SECRET@', SECRET).replaceAll('@NODE@', NODE);
  return writeFile(join(path, 'hooks', 'post-receive'), filled, { mode: 0o755 });
}
