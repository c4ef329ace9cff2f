/** `main` of `refs/heads/main`, `v1` of `refs/tags/v1`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}
