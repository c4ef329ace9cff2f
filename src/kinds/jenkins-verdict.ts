/**
 * What an answer of Jenkins proves. A 200 alone proves nothing: the git plugin answers so when no job clones the repository,
 * and the generic trigger when all its filters said no. Sources: jenkinsci/git-plugin GitStatus.java, generic-webhook-trigger,
 * multibranch-scan-webhook-trigger.
 */
import { cleanLine } from '../messages/clean-text.ts';
import type { HttpAnswer } from '../model/request.ts';
import type { ConfigReason, Verdict } from '../model/verdict.ts';
import type { JenkinsPlace } from './jenkins-request.ts';
import { jsonObject } from './robot-verdict.ts';

/** @param exact one repository was named without branches: then somebody has to answer */
export function judgeJenkins(place: JenkinsPlace, answer: HttpAnswer, exact: boolean): Verdict | null {
  const { status, body } = answer;
  if (status === null) return null;
  const code = String(status);
  const config = (reason: ConfigReason, hint: string): Verdict => ({ kind: 'config', reason, code, hint });
  if (status === 200) {
    if (/^\s*<(!doctype|html)/i.test(body)) return noProof(code, 'a web page, perhaps a login');
    if (answer.error !== null) return noProof(code, 'an answer that broke off');
    return place === 'notify' ? triggered(answer, exact) : results(place, body, code);
  }
  switch (status) {
    case 400:
      return { kind: 'payload', reason: 'rejected', final: true, code, hint: refusal(body) };
    case 401:
      return config('token', `Jenkins wants a token (401): ${TOKEN_ADVICE[place]}.`);
    case 403:
      if (/no valid crumb/i.test(body))
        return config(
          'forbidden',
          `Jenkins wants a crumb (403): the path of the URL has to be ${PATHS[place]}, exactly.`,
        );
      if (/did not pass whitelist/i.test(body))
        return config('ip', 'The trigger’s whitelist in Jenkins does not let this machine in (403).');
      return config('token', `Jenkins refuses the token (403): ${TOKEN_ADVICE[place]}.`);
    case 404:
      if (place !== 'notify' && /did not find any jobs/i.test(body)) return config('no_job', NO_JOB[place]);
      return config(
        'token',
        'Jenkins has nothing at this URL (404): its plugin is missing, or a prefix such as /jenkins.',
      );
    default:
      return null;
  }
}

const PATHS: Record<JenkinsPlace, string> = {
  notify: '/git/notifyCommit',
  generic: '/generic-webhook-trigger/invoke',
  multibranch: '/multibranch-webhook-trigger/invoke',
};

const TOKEN_ADVICE: Record<JenkinsPlace, string> = {
  notify:
    'make one in Jenkins (Manage Jenkins, Security, Git plugin notifyCommit access tokens) and give it by --secret-stdin',
  generic: 'give the token of the job’s trigger by --secret-stdin',
  multibranch: 'give the token of the job’s trigger by --secret-stdin',
};

const NO_JOB: Record<JenkinsPlace, string> = {
  notify:
    'Jenkins has no job for this repository: no job clones this URL (see --clone), or Poll SCM is off in those that do.',
  generic: 'Jenkins found no job with this token: it is another one, or its Generic Webhook Trigger is off.',
  multibranch: 'Jenkins found no job with this token: it is another one, or its Scan by webhook is off.',
};

/** One header for each job, at most ten; each listener also says its own in the body, so a "No …" there means nothing. */
function triggered({ headers, status }: HttpAnswer, exact: boolean): Verdict {
  if (headers.some(([name, value]) => name.toLowerCase() === 'triggered' && value.trim() !== ''))
    return { kind: 'ok' };
  if (exact) return { kind: 'config', reason: 'no_job', code: String(status), hint: NO_JOB.notify };
  return {
    kind: 'ok',
    note: 'Jenkins named no job that it triggers. Multibranch jobs are not named, and not every repository need have a job.',
  };
}

/** The generic trigger has `jobs`, its older releases and the multibranch one `data.triggerResults`. */
function results(place: 'generic' | 'multibranch', body: string, code: string): Verdict {
  if (body.trim() === '')
    return {
      kind: 'ok',
      note: 'Jenkins says nothing about what it triggers: its jobs are set to be silent.',
    };
  const answer = jsonObject(body);
  const data = answer?.data;
  const older =
    typeof data === 'object' && data !== null && 'triggerResults' in data ? data.triggerResults : null;
  const jobs = answer?.jobs ?? older;
  if (answer === null || (jobs === null && answer.jobs === undefined))
    return noProof(code, cleanLine(body, 100));
  const all = Object.entries(typeof jobs === 'object' && jobs !== null ? jobs : {});
  const isTriggered = (job: unknown) =>
    typeof job === 'object' && job !== null && 'triggered' in job && job.triggered === true;
  if (all.some(([, job]) => isTriggered(job))) return { kind: 'ok' };
  // The multibranch trigger has 200 for everything, and words in the place of a result.
  const failure = all.find(([name, job]) => typeof job === 'string' && name !== 'ANY');
  if (failure !== undefined) {
    const hint = `Jenkins could not trigger a job: ${cleanLine(String(failure[1]), 160)}`;
    return { kind: 'transient', retryAfterMs: null, code, hint };
  }
  if (all.every(([, job]) => typeof job === 'string'))
    return { kind: 'config', reason: 'no_job', code, hint: NO_JOB[place] };
  return { kind: 'ok', note: 'Jenkins triggered no job: the filters of all of them said no.' };
}

function noProof(code: string, what: string): Verdict {
  const hint = `Jenkins answered ${code} with ${what}: that is no confirmation that it was told of the push.`;
  return { kind: 'transient', retryAfterMs: null, code: 'no-proof', hint };
}

function refusal(body: string): string {
  return `Jenkins refuses the request (400): ${cleanLine(body, 160) || 'no reason given'}.`;
}
