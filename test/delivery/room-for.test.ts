import t from 'tap';
import { roomFor } from '../../src/delivery/room-for.ts';

t.test(
  'sockets and memory are limited, and a webhook with nothing on its way comes before the others',
  async t => {
    const room = (requests: number, characters: number, resting: boolean) =>
      roomFor({ requests, characters }, resting);
    t.ok(room(4_095, 5_999_999, false));
    t.notOk(room(4_096, 0, true));
    t.notOk(room(0, 6_000_000, false));
    t.ok(room(50, 50 * 300_000, true), '50 that hang take nobody’s turn');
    t.notOk(room(0, 16_000_000, true), 'but memory ends somewhere');
  },
);
