/** A header holds bytes, not characters: a password beyond ASCII goes as its UTF-8 bytes. */
export function headerBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
