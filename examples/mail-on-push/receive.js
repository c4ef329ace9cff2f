/**
 * A webhook's receiver: verifies, answers at once, forgets what it has seen before, and only then works, one delivery
 * after the other. What the work is, it does not know.
 */
import { createServer } from 'node:http';
import { parse, verify } from 'belfry/receiver';

/** A push that lists 100 commits with long messages is far below this. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Retries come within a day or so: so many ids are plenty, and bound the memory. */
const REMEMBERED = 10_000;

/**
 * @param secrets the webhook's secret, or the old and the new one
 * @param work called with each event; what it throws is logged
 */
export function receive(secrets, work) {
  const seen = new Set();
  let queue = Promise.resolve();

  return createServer(async (request, response) => {
    const answer = (status, text) => response.writeHead(status, { connection: 'close' }).end(`${text}\n`);
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return response.destroy();
    if (body === null) return answer(413, 'too large');

    // Only a signature that covers the body counts: a mail must not carry words that somebody else wrote.
    const verdict = verify(request.rawHeaders, body, secrets, { proofs: ['standard'] });
    if (!verdict.ok) {
      console.warn(`refused: ${verdict.message}`);
      return answer(401, verdict.reason);
    }
    if (seen.has(verdict.id)) return answer(200, 'seen before');
    const parsed = await parse(request.rawHeaders, body);
    if (!parsed.ok) return answer(422, parsed.message);
    if (seen.has(verdict.id)) return answer(200, 'seen before');

    seen.add(verdict.id);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value);
    answer(202, 'accepted');
    queue = queue.then(() => work(parsed.event)).catch(error => console.error(`failed: ${error.message}`));
  });
}

/** The exact bytes; null when there are too many. */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  return length > MOST_BYTES ? null : Buffer.concat(chunks);
}
