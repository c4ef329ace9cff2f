/** The key of a host's pace: DingTalk's gate bans an address for all its robots at once (chat-robots.md §2.7). */
export function hostKey(url: string): string {
  return `host ${new URL(url).host.replace(/\.$/, '')}`;
}
