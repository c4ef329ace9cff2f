/** Gitee's signature (gitee-format.md §2.1). It proves knowledge of the secret at a time; it does not cover the body. */
import { createHmac } from 'node:crypto';

/**
 * Raw Base64, as it stands in header and body; it is not URL-encoded there.
 * @param timestamp milliseconds since 1970
 */
export function giteeSignature(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`, 'utf8').digest('base64');
}
