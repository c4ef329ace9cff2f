/** All kinds at hand, for tests that go through them. */
import type { Kind, RenderingKind } from '../../src/kinds/kind.ts';
import { loadKind } from '../../src/kinds/load-kind.ts';
import { type ChatName, KIND_NAMES, type KindName } from '../../src/model/names.ts';

const kinds = new Map(
  await Promise.all(KIND_NAMES.map(async (name): Promise<[KindName, Kind]> => [name, await loadKind(name)])),
);

export const kindOf = (name: 'gitee' | ChatName): RenderingKind => kinds.get(name) as RenderingKind;
