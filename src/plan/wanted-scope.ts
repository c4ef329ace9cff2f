/** Whom a webhook of a file hears of: the scope is written with names, and stored with numbers. */
import { isExcluded } from '../model/excluded.ts';
import type { Place } from '../model/place.ts';
import type { WholeWebhook } from '../model/planned.ts';
import { nearest } from '../text/nearest.ts';
import { scopeText } from './names.ts';
import type { Surroundings } from './plan-context.ts';

export interface WantedScope {
  /** As it is stored; of a repository that is not known yet its path stands there. */
  scope: string;
  /** The repository that becomes known. */
  place: Place | null;
}

/** @returns what is wrong with it, when something is */
export function wantedScope(
  text: string,
  current: WholeWebhook | null,
  { state, found, foundCompanies }: Pick<Surroundings, 'state' | 'found' | 'foundCompanies'>,
  exclude: string,
): WantedScope | { wanted: string; got: string } {
  const [, sort, name = ''] = /^(company|repository):(.*)$/s.exec(text) ?? [];
  const got = JSON.stringify(name);
  if (sort === undefined) return { scope: 'all', place: null };
  if (sort === 'company') {
    const { companies } = state;
    const isKnown = companies.has(name) || foundCompanies.has(name) || current?.webhook.scope === text;
    return isKnown ? { scope: text, place: null } : { wanted: near(name, companies, 'company'), got };
  }
  const isThere = current !== null && scopeText(current.webhook.scope, state) === text;
  const id = state.repositories.get(name);
  if (id === undefined && isThere) return { scope: current.webhook.scope, place: null };
  const place = found.get(name);
  if (id === undefined && place === undefined)
    return { wanted: near(name, state.repositories.keys(), 'repository'), got };
  if (!isThere && isExcluded(exclude, name))
    return { wanted: 'a repository that the setting repo.exclude does not exclude', got };
  return id === undefined
    ? { scope: `repository:${place!.path}`, place: place! }
    : { scope: `repository:${id}`, place: null };
}

function near(name: string, names: Iterable<string>, what: string): string {
  const meant = nearest(name, names);
  const known = `a ${what} that belfry knows or that lies below a root`;
  return meant.length === 0 ? known : `${known}, such as ${meant.join(' or ')}`;
}
