/**
 * The kind `jenkins`: the git plugin's `/git/notifyCommit`, which is told which repository has moved; and the generic and the
 * multibranch webhook trigger, which get Gitee's body. The token is never in the URL that is sent.
 */
import { cloneUrls } from '../forges/clone-urls.ts';
import type { Push } from '../gitee/push.ts';
import type { Repository } from '../gitee/repository.ts';
import type { HttpRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import { gitee } from './gitee.ts';
import { headerBytes } from './header-bytes.ts';
import { jenkinsPlace, type Moved, notifyForm, withoutToken } from './jenkins-request.ts';
import { judgeJenkins } from './jenkins-verdict.ts';
import type { Kind, Seal } from './kind.ts';

export const jenkins: Kind = {
  name: 'jenkins',
  grouping: 'event',

  seal(message, seal) {
    const { url, token } = withoutToken(seal.url, seal.secret);
    if (jenkinsPlace(seal.url) === 'notify') return notification(message, { ...seal, url }, token);
    // The token is the secret, and signs nothing.
    const request = gitee.seal(message, { ...seal, url, secret: null, signWith: [], auth: 'none' });
    return token === null
      ? request
      : { ...request, headers: [...request.headers, ['token', headerBytes(token)]] };
  },

  judge(answer, now, url, sent) {
    const place = jenkinsPlace(url ?? sent?.seal.url ?? '') ?? 'notify';
    return judgeJenkins(place, answer, isExact(sent?.request, sent?.seal)) ?? elsewhere(answer, now);
  },
};

/** What Jenkins has no words of its own for. A 2xx other than 200 is not its own: a proxy or a login answered. */
function elsewhere(answer: Parameters<Kind['judge']>[0], now: number): Verdict {
  const verdict = gitee.judge(answer, now);
  if (verdict.kind !== 'ok') return verdict;
  const hint = `The receiver answered ${answer.status}, which is not how Jenkins answers: that is no confirmation.`;
  return { kind: 'transient', retryAfterMs: null, code: 'no-proof', hint };
}

/** Of one repository, without branches: a job that wants it is named in the answer. */
function isExact(request: HttpRequest | undefined, seal: Seal | undefined): boolean {
  return seal?.jenkins?.oneRepository === true && !new URLSearchParams(request?.body).has('branches');
}

function notification(message: string, seal: Seal, token: string | null): HttpRequest {
  const data = JSON.parse(message) as Pick<Push, 'ref' | 'after' | 'deleted'> & { repository: Repository };
  const { notify = 'poll', clone = 'http', clones = { http: null, ssh: null } } = seal.jenkins ?? {};
  const cloneUrl = cloneUrls(data.repository, { clone: clones })[clone];
  const moved: Moved | null =
    seal.event === 'push' ? { ref: data.ref, commit: data.deleted ? null : data.after } : null;
  return {
    method: 'POST',
    url: seal.url,
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['User-Agent', 'belfry'],
      ['X-Belfry-Delivery', seal.deliveryId],
    ],
    body: notifyForm(cloneUrl, moved, seal.test === false ? notify : 'poll', token),
  };
}
