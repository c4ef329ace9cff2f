/**
 * The bytes of an answer to text for the record: content encoding undone, within a limit that a zip bomb cannot pass,
 * then UTF-8 with U+FFFD for what is none. What cannot be unpacked stays as it came: an answer never fails here.
 */
import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Gunzip,
  type Inflate,
  type InflateRaw,
} from 'node:zlib';

/** Kept of an answer; then the connection is dropped. */
export const ANSWER_BYTES = 65_536;

export interface BodyText {
  text: string;
  truncated: boolean;
}

/**
 * @param encoding the value of Content-Encoding; only a single gzip, deflate or br is undone
 * @param broken the answer ended before it was complete
 */
export async function decodeBody(
  chunks: Buffer[],
  encoding: string,
  truncated: boolean,
  broken = false,
): Promise<BodyText> {
  const raw = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  const unpack = unpacker(encoding.trim().toLowerCase(), raw);
  const unpacked = unpack === null ? null : await readAtMost(unpack, raw);
  if (unpacked === null) return { text: toText(raw, truncated || broken), truncated };
  const cut = truncated || unpacked.more;
  return { text: toText(unpacked.bytes, cut || broken), truncated: cut };
}

/** Making one takes longer than decoding an ordinary answer. */
const WHOLE = new TextDecoder();

/** A cut may go through a character: its first half is left out. */
function toText(bytes: Buffer, cut: boolean): string {
  return cut ? new TextDecoder().decode(bytes, { stream: true }) : WHOLE.decode(bytes);
}

type Unpacker = BrotliDecompress | Gunzip | Inflate | InflateRaw;

function unpacker(encoding: string, raw: Buffer): Unpacker | null {
  // The answer may have been cut: what was unpacked until there counts.
  const zlib = { finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlib);
    case 'deflate':
      // With or without a zlib header (RFC 1950): servers differ.
      return raw.length > 0 && (raw[0]! & 0x0f) === 8 ? createInflate(zlib) : createInflateRaw(zlib);
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return null;
  }
}

/** Null when the bytes are not what the header said. A bomb is unpacked up to the limit and no further. */
async function readAtMost(unpack: Unpacker, raw: Buffer): Promise<{ bytes: Buffer; more: boolean } | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  unpack.end(raw);
  try {
    for await (const chunk of unpack) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ANSWER_BYTES) break;
    }
  } catch {
    return null;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, ANSWER_BYTES), more: size > ANSWER_BYTES };
}
