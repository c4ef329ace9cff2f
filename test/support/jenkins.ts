/**
 * A Jenkins as far as webhooks meet it, with the statuses, headers and bodies of its plugins: git (GitStatus.java),
 * generic-webhook-trigger, multibranch-scan-webhook-trigger.
 */
import type { Behaviour } from './behaviour.ts';
import { headerOf, type ReceivedRequest, type Receiver } from './receiver.ts';

export interface Job {
  name: string;
  /** What it clones. */
  url: string;
  /** Its branch specifier, a plain name; every branch without it. */
  branch?: string;
  /** Poll SCM is off. */
  deaf?: boolean;
  multibranch?: boolean;
}

export interface Trigger {
  name: string;
  token: string;
  /** What its filter says. */
  passes?: boolean;
  silent?: boolean;
}

/** Lets a receiver answer as Jenkins: `notifyCommit` with this token, and the triggers. */
export function jenkins(
  receiver: Receiver,
  { token, jobs = [], triggers = [] }: { token: string; jobs?: Job[]; triggers?: Trigger[] },
): void {
  const answering =
    (answer: (request: ReceivedRequest) => Answer): Behaviour =>
    response => {
      const {
        status,
        headers = [],
        body,
        type = 'text/plain;charset=utf-8',
      } = answer(receiver.requests.at(-1)!);
      for (const value of headers) response.appendHeader('Triggered', value);
      response.writeHead(status, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' });
      response.end(body);
    };
  receiver.script(
    '/git/notifyCommit',
    answering(request => notified(request, token, jobs, receiver.url)),
  );
  receiver.script(
    '/generic-webhook-trigger/invoke',
    answering(request => invoked(request, triggers)),
  );
  receiver.script(
    '/multibranch-webhook-trigger/invoke',
    answering(request => scanned(request, triggers)),
  );
}

interface Answer {
  status: number;
  /** Of the header `Triggered`. */
  headers?: string[];
  body: string;
  type?: string;
}

function notified({ url, body, headers }: ReceivedRequest, token: string, jobs: Job[], own: string): Answer {
  const isForm = headers.some(([name, value]) => name === 'Content-Type' && value === FORM);
  const asked = new URLSearchParams(`${url.split('?')[1] ?? ''}&${isForm ? body.toString() : ''}`);
  const given = asked.get('token');
  if (given === null)
    return {
      status: 401,
      body: 'An access token is required. Please refer to Git plugin documentation for details.',
    };
  if (given !== token) return { status: 403, body: 'Invalid access token' };
  const repository = asked.get('url');
  if (repository === null) return { status: 400, body: 'Illegal URL: null' };
  const branches = (asked.get('branches') ?? '').split(',').filter(Boolean);
  const matching = jobs.filter(job => loose(job.url) === loose(repository));
  const plain = matching.filter(
    job =>
      !job.multibranch &&
      !job.deaf &&
      (branches.length === 0 || job.branch === undefined || branches.includes(job.branch)),
  );
  const word = asked.has('sha1') ? 'Scheduled' : 'Scheduled polling of';
  // With branches an event is fired on another thread, and nobody waits for it.
  const scanned = branches.length > 0 ? [] : matching.filter(job => job.multibranch);
  const lines = [
    ...plain.map(({ name }) => `${word} ${name}`),
    ...(plain.length > 0
      ? []
      : jobs.some(job => !job.multibranch)
        ? [`No git jobs using repository: ${repository} and branches: ${branches.join(',')}`]
        : ['No git jobs found']),
    ...scanned.map(({ name }) => `Scheduled indexing of ${name}`),
    ...(scanned.length > 0 ? [] : [`No Git consumers using SCM API plugin for: ${repository}`]),
  ];
  const told = [...plain, ...scanned].map(({ name }) => `${own}/job/${name}/`);
  return { status: 200, headers: told, body: lines.map(line => `${line}\n`).join('') };
}

const FORM = 'application/x-www-form-urlencoded';

/** Host and path, the path without slashes around it and without `.git`. */
function loose(url: string): string {
  const [, host, path] = /^(?:[a-z]+:\/\/)?(?:[^@/]+@)?([^:/]+)(?::\d+)?[:/](.*)$/.exec(url) ?? [];
  return `${host?.replace(/^ssh\./, '')} ${path?.replace(/^\/|\/$/g, '').replace(/\.git$/, '')}`;
}

function invoked(request: ReceivedRequest, triggers: Trigger[]): Answer {
  const found = triggers.filter(({ token }) => token === tokenOf(request));
  if (found.length === 0) {
    const message = 'Did not find any jobs with GenericTrigger configured!\nA token was supplied.\n';
    return { status: 404, body: JSON.stringify({ jobs: null, message }), type: JSON_TYPE };
  }
  if (found.every(({ silent }) => silent)) return { status: 200, body: '' };
  const { ref } = JSON.parse(request.body.toString());
  const jobs = Object.fromEntries(
    found.map(({ name, passes = true }) => [
      name,
      {
        regexpFilterExpression: '',
        triggered: passes,
        resolvedVariables: { ref },
        regexpFilterText: '',
        id: passes ? 7 : 0,
        url: passes ? 'queue/item/7/' : '',
      },
    ]),
  );
  return { status: 200, body: JSON.stringify({ jobs, message: 'Triggered jobs.' }), type: JSON_TYPE };
}

function scanned(request: ReceivedRequest, triggers: Trigger[]): Answer {
  const found = triggers.filter(({ token }) => token === tokenOf(request));
  const triggerResults =
    found.length === 0
      ? { ANY: 'Did not find any jobs with multibranch scan webhook trigger configured.' }
      : Object.fromEntries(found.map(({ name }) => [name, { triggered: true, id: 7, url: '' }]));
  return { status: 200, body: JSON.stringify({ status: 'ok', data: { triggerResults } }), type: JSON_TYPE };
}

const JSON_TYPE = 'application/json;charset=utf-8';

function tokenOf(request: ReceivedRequest): string | undefined {
  return new URLSearchParams(request.url.split('?')[1]).get('token') ?? headerOf(request, 'token');
}
