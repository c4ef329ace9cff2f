/** A repository in Gitee's words, with its owner: the part that every event of it shares. */
import { buildEnterprise, buildRepository } from '../events/build-repository.ts';
import type { Enterprise, Repository } from '../events/repository.ts';
import type { FullUser } from '../events/user.ts';
import { type RepositoryLinks, repositoryLinks } from '../links/links.ts';
import { linkBases } from '../settings/link-bases.ts';
import type { Settings } from '../settings/settings.ts';
import type { RepositoryRow } from '../store/repositories.ts';
import type { Store } from '../store/store.ts';
import { type Person, toFullUser } from '../users/person.ts';

export interface DescribedRepository {
  repository: Repository;
  enterprise: Enterprise | null;
  links: RepositoryLinks;
  /** A user of this server in Gitee's form. */
  person(user: Person): FullUser;
}

export interface RepositoryFacts {
  description: string;
  defaultBranch: string;
  createdAt: number;
}

/**
 * The owner is a user with the company's name, which is also where the company's display name comes from; a
 * repository of no company belongs to the Unix account that owns its directory.
 */
export async function describeRepository(
  row: RepositoryRow,
  facts: RepositoryFacts,
  time: { pushedAt: number; now: number },
  deps: { store: Store; settings: Settings; account: string },
): Promise<DescribedRepository> {
  const bases = linkBases(deps.settings);
  const links = repositoryLinks(bases, row.full_name);
  const person = (user: Person) => toFullUser(user, bases, deps.settings['mail.domain']);
  const owner = person(await deps.store.users.ensure(row.company ?? deps.account, {}, time.now));
  const source = {
    id: row.id,
    fullName: row.full_name,
    company: row.company,
    description: facts.description,
    defaultBranch: facts.defaultBranch,
    createdAt: facts.createdAt,
    pushedAt: time.pushedAt,
    owner,
    links,
    offset: deps.settings['time.offset'],
  };
  return { repository: buildRepository(source), enterprise: buildEnterprise(source), links, person };
}
