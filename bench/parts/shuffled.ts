/** The same in an order by lot: nobody has always the same one before it. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map(item => ({ item, lot: Math.random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
}
