/** Names of refs around merge requests: what is pushed to, and what keeps the commits. */

/** What a push for review goes to; `receive.procReceiveRefs` says the same. */
const FOR = 'refs/for/';

export function headRef(number: number): string {
  return `refs/pull/${number}/head`;
}

/** The trial merge, under Gitee's name (gitee-format.md §3.10). */
export function mergeRef(number: number): string {
  return `refs/pull/${number}/MERGE`;
}

/** The number of a request whose head this ref is, or null. Ids on the wire have 31 bits. */
export function numberOfHead(ref: string): number | null {
  const number = Number(/^refs\/pull\/([1-9]\d{0,9})\/head$/.exec(ref)?.[1]);
  return number <= 2_147_483_647 ? number : null;
}

export interface PushedName {
  /** What may be the target, the longest first, each with the topic that is left over. */
  choices: { target: string; topic: string }[];
}

/** The meaning of `refs/for/<target>[/<topic>]`, or a sentence that says why it has none. */
export function readPushedRef(ref: string): PushedName | string {
  if (!ref.startsWith(FOR) || ref === FOR) return 'name the branch to merge into: refs/for/<branch>';
  const name = ref.slice(FOR.length);
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return 'the name contains control characters';
  if (name.includes('\ufffd')) return 'the name is not UTF-8';
  if (/^refs(\/|$)/.test(name)) {
    const branch = name.replace(/^refs\/heads\//, '');
    return `name the branch without refs/: refs/for/${branch.startsWith('refs') ? '<branch>' : branch}`;
  }
  // What Git allows in no ref, and what would be a pattern to it.
  if (/[ ~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\.lock(\/|$)|(^|\/)\./.test(name))
    return 'the name contains what Git allows in no branch';
  const segments = name.split('/');
  const choices = segments.map((_, taken) => ({
    target: segments.slice(0, segments.length - taken).join('/'),
    topic: segments.slice(segments.length - taken).join('/'),
  }));
  return { choices };
}
