/** The first line of a commit's or a tag's message. */
export function subject(message: string): string {
  return message.split('\n', 1)[0]!;
}
