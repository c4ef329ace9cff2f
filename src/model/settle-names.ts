/**
 * Which repository is which, after what was seen now. Two rules decide: another directory at a known name is still that
 * repository; a known directory at a new name, gone from the old one, was renamed. Where both apply, the name decides. Of
 * several names for one directory a path without links counts before one with links, then the one that was known first.
 */
import { nameBelow } from './full-name.ts';
import { directoryKey, type Identity, type Place, sameAsBefore } from './place.ts';

export interface KnownRepository {
  id: number;
  full_name: string;
  path: string;
  root: string | null;
  identity: Identity | null;
}

/** One directory with the name that counts. */
export interface Found {
  place: Place;
  /** Null: it has no name of its own, because it lies outside all roots or another one has that name. */
  fullName: string | null;
  /** Its other names below the roots. */
  aliases: Place[];
  /** All that lead to it. */
  places: Place[];
}

export interface Settled {
  /** Where known repositories are, by their ids. */
  stands: Map<number, Found>;
  fresh: Found[];
  /** Ids of those that are nowhere. */
  gone: number[];
}

/**
 * @param known repositories that could be meant, in the order in which they became known
 * @param places what stands at their paths, and whatever else was seen, each path once
 */
export function settleNames(known: readonly KnownRepository[], places: readonly Place[]): Settled {
  const rows = {
    byPath: firstOf(known, row => row.path),
    byName: firstOf(known.filter(hasOwnName), row => row.full_name),
  };
  const groups = [...Map.groupBy(places, directoryKey).values()];
  const holders = holdersOfNames(places, rows);
  const owners = ownersByIdentity(known, groups, holders);
  const found = new Map(groups.map(group => [group, choosePlace(group, owners.get(group), rows, holders)]));
  const assigned = assign(found, owners, rows);
  const stands = new Map([...assigned].map(([group, row]) => [row.id, found.get(group)!]));
  return {
    stands,
    fresh: groups.filter(group => !assigned.has(group)).map(group => found.get(group)!),
    gone: known.filter(({ id }) => !stands.has(id)).map(({ id }) => id),
  };
}

/** All places of one directory. */
type Group = Place[];

interface Rows {
  byPath: Map<string, KnownRepository>;
  /** Only of those whose name is the one that their path gives: nobody else can have it. */
  byName: Map<string, KnownRepository>;
}

function firstOf(
  known: readonly KnownRepository[],
  keyOf: (row: KnownRepository) => string,
): Map<string, KnownRepository> {
  return new Map(known.toReversed().map(row => [keyOf(row), row]));
}

function nameOf({ root, path }: Pick<Place, 'root' | 'path'>): string | null {
  return root === null ? null : nameBelow(root, path).fullName;
}

function hasOwnName(row: KnownRepository): boolean {
  return nameOf(row) === row.full_name;
}

/** `app` beside `app.git`, or one path below two roots: the one that had the name keeps it. */
function holdersOfNames(places: readonly Place[], { byName }: Rows): Map<string, Place> {
  const holders = new Map<string, Place>();
  const rank = (name: string, { path, linked }: Place) =>
    (byName.get(name)?.path === path ? 0 : 4) + (linked ? 2 : 0) + (path.endsWith('.git') ? 0 : 1);
  for (const place of places) {
    const name = nameOf(place);
    if (name === null) continue;
    const holder = holders.get(name);
    if (holder === undefined || rank(name, place) < rank(name, holder)) holders.set(name, place);
  }
  return holders;
}

/** The repository that each directory was when it was last seen. */
function ownersByIdentity(
  known: readonly KnownRepository[],
  groups: readonly Group[],
  holders: Map<string, Place>,
): Map<Group, KnownRepository> {
  const byInode = Map.groupBy(groups, ([one]) => one!.identity?.inode);
  const owners = new Map<Group, KnownRepository>();
  for (const row of known) {
    const { identity } = row;
    if (identity === null) continue;
    const mine = (byInode.get(identity.inode) ?? []).filter(([one]) =>
      sameAsBefore(identity, one!.identity!),
    );
    const group = mine.find(([one]) => one!.identity!.device === identity.device) ?? mine[0];
    if (group === undefined) continue;
    const other = owners.get(group);
    if (other === undefined || (!isAt(other, group, holders) && isAt(row, group, holders)))
      owners.set(group, row);
  }
  return owners;
}

/** Whether the directory stands where the repository was. */
function isAt(row: KnownRepository, group: Group, holders: Map<string, Place>): boolean {
  return group.some(
    place => place.path === row.path || (hasOwnName(row) && holders.get(row.full_name) === place),
  );
}

function choosePlace(
  group: Group,
  owner: KnownRepository | undefined,
  { byName }: Rows,
  holders: Map<string, Place>,
): Found {
  const isHolder = (place: Place) => holders.get(nameOf(place) ?? '') === place;
  const rank = (place: Place): number => {
    const name = nameOf(place);
    if (name === null) return 100;
    const known = name === owner?.full_name ? 0 : byName.has(name) ? 1 : 2;
    return (isHolder(place) ? 0 : 50) + (place.linked ? 10 : 0) + known;
  };
  const place = group.reduce((best, one) => (rank(one) < rank(best) ? one : best));
  const aliases = group.filter(one => one.root !== null && nameOf(one) !== nameOf(place));
  return { place, fullName: isHolder(place) ? nameOf(place) : null, aliases, places: group };
}

function assign(
  found: Map<Group, Found>,
  owners: Map<Group, KnownRepository>,
  rows: Rows,
): Map<Group, KnownRepository> {
  const standing = new Map<Group, KnownRepository>();
  for (const [group, { place, fullName }] of found) {
    const row = rows.byPath.get(place.path) ?? rows.byName.get(fullName ?? '');
    if (row !== undefined) standing.set(group, row);
  }
  const renamed = renamedOf(found, owners, standing);
  const assigned = new Map<Group, KnownRepository>();
  const used = new Set<KnownRepository>();
  const give = (group: Group, row: KnownRepository) => {
    if (assigned.has(group) || used.has(row)) return;
    assigned.set(group, row);
    used.add(row);
  };
  for (const [group, row] of owners) if (renamed.has(row) || standing.get(group) === row) give(group, row);
  for (const [group, row] of standing) give(group, row);
  return assigned;
}

/** Those that are renamed: nothing stands at the old name but what moves there itself, and the new one is free likewise. */
function renamedOf(
  found: Map<Group, Found>,
  owners: Map<Group, KnownRepository>,
  standing: Map<Group, KnownRepository>,
): Set<KnownRepository> {
  const byPath = new Map<string, Group>();
  const byName = new Map<string, Group>();
  for (const [group, { fullName }] of found) {
    for (const { path } of group) byPath.set(path, group);
    if (fullName !== null) byName.set(fullName, group);
  }
  const atOldName = (row: KnownRepository) =>
    byPath.get(row.path) ?? (hasOwnName(row) ? byName.get(row.full_name) : undefined);
  const renamed = new Set(
    [...owners].filter(([group, row]) => standing.get(group) !== row).map(([, row]) => row),
  );
  const isMoving = (row: KnownRepository | undefined) => row !== undefined && renamed.has(row);
  const mayMove = (group: Group, row: KnownRepository): boolean => {
    const there = atOldName(row);
    const left = there === undefined || there === group || isMoving(owners.get(there));
    return left && (!standing.has(group) || isMoving(standing.get(group)));
  };
  for (let settled = false; !settled; ) {
    settled = true;
    for (const [group, row] of owners) {
      if (!renamed.has(row) || mayMove(group, row)) continue;
      renamed.delete(row);
      settled = false;
    }
  }
  return renamed;
}
