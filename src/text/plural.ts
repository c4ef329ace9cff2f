/** @returns the number with the word that belongs to it: `1 file`, `2 deliveries`, `3 pushes` */
export function plural(count: number, one: string, many = manyOf(one)): string {
  return `${count} ${count === 1 ? one : many}`;
}

function manyOf(one: string): string {
  if (/[^aeiou]y$/.test(one)) return one.replace(/y$/, 'ies');
  return /(?:s|x|sh|ch)$/.test(one) ? `${one}es` : `${one}s`;
}
