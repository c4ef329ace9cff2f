/** No queue at all: the bodies are in memory, and no result is kept. The ceiling. */
import { atOnce } from './at-once.ts';
import { type OpenPeer, type Parcel, parcel } from './peer.ts';
import { openPost } from './post.ts';

export const openPeer: OpenPeer = async ({ urls, deliveries, concurrency, secret }) => {
  const post = openPost(secret, concurrency / urls.length);
  const parcels: Parcel[] = [];
  return {
    async fill() {
      for (let n = 0; n < deliveries; n++) parcels.push(parcel(n, urls));
    },
    drain: () => atOnce(parcels, concurrency, post),
    close: post.close,
  };
};
