/** The two signatures of chat robots. DingTalk and Feishu use the same parts, but swap key and message. */
import { createHmac } from 'node:crypto';

/** Raw Base64 (chat-robots.md §2.4). @param timestamp milliseconds since 1970 */
export function dingtalkSignature(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`, 'utf8').digest('base64');
}

/** Raw Base64 (chat-robots.md §4.4). @param timestamp seconds since 1970 */
export function feishuSignature(secret: string, timestamp: number): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}
