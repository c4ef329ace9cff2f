import t from 'tap';
import { loadKind } from '../../src/kinds/load-kind.ts';
import { isGrouped, KIND_NAMES } from '../../src/model/names.ts';

t.test('every kind loads under its own name, and groups as the store was told', async t => {
  for (const name of KIND_NAMES) {
    const kind = await loadKind(name);
    t.equal(kind.name, name);
    t.equal(isGrouped(name), kind.grouping === 'push', name);
  }
});
