/** All kinds at hand, for tests that go through them. */
import { KIND_NAMES, type Kind, type KindName } from '../../src/kinds/kind.ts';
import { loadKind } from '../../src/kinds/load-kind.ts';

const kinds = new Map(
  await Promise.all(KIND_NAMES.map(async (name): Promise<[KindName, Kind]> => [name, await loadKind(name)])),
);

export const kindOf = (name: KindName): Kind => kinds.get(name)!;
