/**
 * What Jenkins is told of a push, by the git plugin's `/git/notifyCommit`: a form with the clone URL that its jobs have,
 * and, if wanted, branches or the commit to build. The token goes into the form: a URL ends in access logs.
 */
import type { JenkinsOptions } from '../model/jenkins-options.ts';

/** What answers at a URL of Jenkins. */
export type JenkinsPlace = 'notify' | 'generic' | 'multibranch';

const PLACES: [end: string, place: JenkinsPlace][] = [
  ['/git/notifyCommit', 'notify'],
  ['/generic-webhook-trigger/invoke', 'generic'],
  ['/multibranch-webhook-trigger/invoke', 'multibranch'],
];

/** By the end of its path, as a prefix such as `/jenkins` may stand before; null: none of the three. */
export function jenkinsPlace(url: string): JenkinsPlace | null {
  const path = URL.parse(url)?.pathname.replace(/\/$/, '') ?? '';
  return PLACES.find(([end]) => path.endsWith(end))?.[1] ?? null;
}

/** A webhook's URL without its token, and the token: of the secret, else of the URL. */
export function withoutToken(url: string, secret: string | null): { url: string; token: string | null } {
  const bare = new URL(url);
  const inUrl = bare.searchParams.get('token');
  bare.searchParams.delete('token');
  return { url: inUrl === null ? url : bare.href, token: secret ?? inUrl };
}

/** What of a push is told. */
export interface Moved {
  ref: string;
  /** Null for a deleted ref. */
  commit: string | null;
}

/**
 * The form as text. A tag, a deleted ref and an event that moved nothing say only which repository it is; so does a branch
 * whose name has a comma, which separates branches here.
 */
export function notifyForm(
  cloneUrl: string,
  moved: Moved | null,
  notify: JenkinsOptions['notify'],
  token: string | null,
): string {
  const form = new URLSearchParams({ url: cloneUrl });
  const branch = /^refs\/heads\/(.*)$/s.exec(moved?.ref ?? '')?.[1];
  if (branch !== undefined && !branch.includes(',') && moved?.commit != null && notify !== 'poll') {
    form.set('branches', branch);
    if (notify === 'build') form.set('sha1', moved.commit);
  }
  if (token !== null) form.set('token', token);
  return form.toString();
}
