/** A repository in Gitee's words, with its owner: the part that every event of it shares. */
import { buildEnterprise, buildRepository, type EventPlace } from '../gitee/build-repository.ts';
import { toFullUser } from '../gitee/person.ts';
import type { FullUser } from '../gitee/user.ts';
import { addressOf } from '../model/full-name.ts';
import { type RepositoryLinks, repositoryLinks } from '../model/links.ts';
import type { Repository } from '../model/repository.ts';
import type { User } from '../model/user.ts';
import { linkBases, type Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';

export interface DescribedRepository extends EventPlace {
  links: RepositoryLinks;
  /** A user of this server in Gitee's form. */
  person(user: User): FullUser;
}

export interface RepositoryFacts {
  description: string;
  defaultBranch: string;
  createdAt: number;
  owner: User;
}

/**
 * The owner is a user with the company's name, which is also where the company's display name comes from; a
 * repository of no company belongs to the Unix account that owns its directory.
 */
export function ownerOf(row: Repository, account: string, store: Store, now: number): Promise<User> {
  return store.users.ensure(row.company ?? account, {}, now);
}

/** @param pushedAt milliseconds since 1970 */
export function describeRepository(
  row: Repository,
  facts: RepositoryFacts,
  pushedAt: number,
  settings: Settings,
): DescribedRepository {
  const bases = linkBases(settings);
  const links = repositoryLinks(bases, addressOf(row));
  const person = (user: User) => toFullUser(user, bases, settings['mail.domain']);
  const owner = person(facts.owner);
  const source = { row, facts, pushedAt, owner, links, offset: settings['time.offset'] };
  return { repository: buildRepository(source), enterprise: buildEnterprise(source), links, person };
}
