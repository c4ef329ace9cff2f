import t from 'tap';
import { stableUuid } from '../../src/forges/stable-uuid.ts';

t.test('an id is always made into the same UUID, of version 5', async t => {
  t.equal(stableUuid('06bk2m7q3rvxj0a9'), '2a071334-2e53-5492-8c4b-b59a97a80f30');
  t.equal(stableUuid('event:4711'), '0c554f99-79ef-5048-9349-0c8050823fb1');
  t.equal(stableUuid('webhook:7'), 'b6124e74-4585-5c48-89ae-48a084ce04f7');
});
