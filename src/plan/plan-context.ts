/** What a plan is made from beside the file: what stands in the database, on the disk and in the environment. */
import type { Place } from '../model/place.ts';
import type { RootDetails, WholeWebhook } from '../model/planned.ts';
import type { Reach } from '../model/reach.ts';
import type { User } from '../model/user.ts';
import type { Resolved } from './reference.ts';

export interface State {
  webhooks: readonly WholeWebhook[];
  users: readonly User[];
  /** As they were set. */
  settings: ReadonlyMap<string, string>;
  roots: readonly RootDetails[];
  /** Full names of known repositories, with their numbers. */
  repositories: ReadonlyMap<string, number>;
  /** Names of repositories that webhooks have as their scope, also of removed ones, by their numbers. */
  repositoryNames: ReadonlyMap<number, string>;
  companies: ReadonlySet<string>;
}

export interface Surroundings {
  state: State;
  /** Repositories that are not known and stand below a root, by their full names. */
  found: ReadonlyMap<string, Place>;
  /** Companies of which the same is true. */
  foundCompanies: ReadonlySet<string>;
  /** What is wrong with directories that the file names as roots. */
  rootProblems: ReadonlyMap<string, { wanted: string; got: string }>;
  resolved: Resolved;
  newSecret: () => string;
  /** What TLS says of certificates; null: they can be used. */
  tlsProblem: (reach: Reach) => string | null;
}
