/** The source of another system's merge request as it was last announced: kept with the request, as JSON. */

export interface Source {
  branch: string;
  sha: string;
}

/** @param known what was kept of the request */
export function lastSource(known: string | null): Source | null {
  return known === null ? null : (JSON.parse(known) as Source);
}
