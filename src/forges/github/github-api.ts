/**
 * GitHub's addresses and ids of things. The URLs of its API have the form of GitHub Enterprise and lead nowhere: a bare server has no
 * API, but clients want them to be URLs.
 */
import type { Repository } from '../../gitee/repository.ts';
import { encodePath } from '../../model/links.ts';
import type { ForgeSource } from '../forge.ts';

type Web = Pick<ForgeSource, 'web'>;

export function repositoryApi({ full_name }: Pick<Repository, 'full_name'>, { web }: Web): string {
  return `${web}/api/v3/repos/${encodePath(full_name)}`;
}

export function userApi(login: string, { web }: Web): string {
  return `${web}/api/v3/users/${encodePath(login)}`;
}

/** Its id in the form that GitHub gave everything before 2021: Base64 of the type, behind its length, and the number. */
export function nodeId(type: string, id: number): string {
  return Buffer.from(`0${type.length}:${type}${id}`).toString('base64');
}

/** URLs by their keys: a base, and what follows it for each. */
export function urls<Key extends string>(base: string, ends: Record<Key, string>): Record<Key, string> {
  const entries = Object.entries<string>(ends).map(([key, end]) => [key, base + end]);
  return Object.fromEntries(entries) as Record<Key, string>;
}
