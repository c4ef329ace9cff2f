/** @returns the number with the word that belongs to it: `1 file`, `2 files` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
