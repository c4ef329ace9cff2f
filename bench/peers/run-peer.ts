/** A peer's own process: fills its queue, says so, and drains it when it is told to. */
import { once } from 'node:events';
import type { OpenPeer, PeerOptions } from './peer.ts';

const [name = '', options = '{}'] = process.argv.slice(2);
const { openPeer } = (await import(`./${name}.ts`)) as { openPeer: OpenPeer };
const peer = await openPeer(JSON.parse(options) as PeerOptions);
await peer.fill();
process.send!('full');
await once(process, 'message');
await peer.drain();
process.send!({ drainedAt: performance.timeOrigin + performance.now() });
await once(process, 'message');
await peer.close();
process.disconnect();
