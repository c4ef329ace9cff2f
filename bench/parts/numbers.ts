/** What is said of a series of measurements. Means are left out: on a shared machine one outlier moves them. */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}

/** Between the two neighbours in proportion, as most tools do it. */
function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new Error('wanted at least one measurement');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
}

/** In the order of the second list: what each has more than its partner of the same round. */
export function differences(values: readonly number[], partners: readonly number[]): number[] {
  return values.map((value, round) => value - partners[round]!);
}
