/** The options that `webhook add` and `webhook edit` share, and how they become a checked webhook. */
import { randomBytes } from 'node:crypto';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { kindOfUrl } from '../../kinds/kind-of-url.ts';
import { EVENT_NAMES, KIND_NAMES, type KindName, LANGUAGES } from '../../model/names.ts';
import { readBranchGlobs } from '../../webhooks/branch-filter.ts';
import { type WebhookInput, webhookInput } from '../../webhooks/webhook-input.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository, refuseExcluded, unknownName } from '../repo/find-repository.ts';
import { behindFirstLine } from './read-url.ts';
import { reachOptions } from './webhook-reach.ts';

export function webhookOptions(yargs: Argv): Argv {
  return reachOptions(secretOptions(yargs))
    .option('repo', { type: 'string', describe: 'for one repository, e.g. acme/app' })
    .option('company', { type: 'string', describe: 'for all repositories of a company, e.g. acme' })
    .option('all', { type: 'boolean', describe: 'for the whole server' })
    .conflicts({ repo: ['company', 'all'], company: ['all'] })
    .option('url-stdin', { type: 'boolean', describe: 'read the URL from standard input (its first line)' })
    .option('url-env', { type: 'string', describe: 'read the URL from an environment variable' })
    .option('kind', {
      choices: KIND_NAMES,
      describe: "what the target speaks; default: by the URL's host, else gitee",
    })
    .option('events', {
      type: 'string',
      describe: `comma-separated: ${EVENT_NAMES.join(', ')}; default: push`,
    })
    .option('branch', {
      type: 'string',
      array: true,
      describe: 'only these branches (globs, separated by commas; !GLOB excludes)',
    })
    .option('auth', {
      choices: ['signature', 'password', 'none'] as const,
      describe: 'how gitee receivers check it',
    })
    .option('name', { type: 'string', describe: 'a name for people' })
    .option('lang', { choices: LANGUAGES, describe: 'language of chat messages' })
    .option('keyword', { type: 'string', describe: 'word that the chat robot insists on' })
    .option('timeout', { type: 'number', describe: 'seconds until an answer must be complete' });
}

export function secretOptions(yargs: Argv): Argv {
  return yargs
    .option('secret', {
      type: 'string',
      describe: 'the secret (others on this machine can see it while you type)',
    })
    .option('secret-stdin', { type: 'boolean', describe: 'read the secret from standard input' })
    .option('secret-env', { type: 'string', describe: 'read the secret from an environment variable' })
    .option('generate-secret', { type: 'boolean', describe: 'make a secret and print it once' });
}

export interface Secret {
  value: string | null;
  /** Printed once. */
  generated: boolean;
}

/** At most one source. @returns undefined when none was named */
export async function readSecret(argv: Args, context: CommandContext): Promise<Secret | undefined> {
  const named = ['secret', 'secretStdin', 'secretEnv', 'generateSecret'].filter(
    key => argv[key] !== undefined && argv[key] !== false,
  );
  if (named.length === 0) return undefined;
  if (named.length > 1)
    throw new BelfryError(
      'usage',
      'only one of --secret, --secret-stdin, --secret-env, --generate-secret is possible',
    );
  if (argv.generateSecret) return { value: `whsec_${randomBytes(24).toString('base64')}`, generated: true };
  const value = await secretText(argv, context);
  if (value === '')
    throw new BelfryError('invalid', 'secret: it is empty', {
      hint: 'Leave it out for a webhook without a secret.',
    });
  return { value, generated: false };
}

async function secretText(argv: Args, context: CommandContext): Promise<string> {
  if (argv.secretStdin) {
    const text = await context.stdin();
    return (argv.urlStdin ? behindFirstLine(text) : text).replace(/\r?\n$/, '');
  }
  if (argv.secretEnv === undefined) return argv.secret;
  const value = context.env[argv.secretEnv];
  if (value === undefined)
    throw new BelfryError('invalid', `secret: the environment has no variable ${argv.secretEnv}`);
  return value;
}

/**
 * The scope that the options name, or undefined.
 * @throws BelfryError `not-found` with the nearest names, `conflict` for an excluded repository
 */
export async function readScope(argv: Args, context: CommandContext): Promise<string | undefined> {
  const store = await context.store();
  if (argv.all) return 'all';
  if (argv.company !== undefined) {
    const companies = await store.repositories.companies();
    if (companies.includes(argv.company)) return `company:${argv.company}`;
    throw unknownName('company', argv.company, companies);
  }
  if (argv.repo === undefined) return undefined;
  await refuseExcluded(argv.repo, argv, context);
  return `repository:${(await findRepository(argv.repo, store)).id}`;
}

/** What the options say, on top of what stands. Checked once, here. @throws BelfryError `invalid` */
export function readInput(argv: Args, base: WebhookInput, secret: Secret | undefined): WebhookInput {
  const url = argv.url ?? base.url;
  const value = secret === undefined ? base.secret : secret.value;
  const candidate = {
    ...base,
    url,
    kind: argv.kind ?? (argv.url === undefined ? base.kind : kindOf(url)),
    name: argv.name ?? base.name,
    events:
      argv.events === undefined
        ? base.events
        : String(argv.events)
            .split(/[\s,]+/)
            .filter(Boolean),
    branches:
      argv.branch === undefined ? base.branches : argv.branch.filter(Boolean).flatMap(readBranchGlobs),
    secret: value,
    auth:
      argv.auth ?? (secret === undefined ? base.auth : base.auth === 'password' ? 'password' : 'signature'),
    language: argv.lang ?? base.language,
    keyword: argv.keyword === undefined ? base.keyword : argv.keyword || null,
    timeout_ms: argv.timeout === undefined ? base.timeout_ms : Math.round(argv.timeout * 1_000),
    active: argv.inactive === undefined ? base.active : !argv.inactive,
  };
  checkRobotSecret(candidate.kind, secret);
  const result = webhookInput.safeParse(candidate);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const field = path.map(String).join('.');
    const got = path.reduce<unknown>((at, key) => (at as Args | undefined)?.[key as string], candidate);
    const shown = field === 'secret' || field === 'url' ? '' : `, not ${JSON.stringify(got)}`;
    return `${field}: ${message}${message.includes(' not ') ? '' : shown}`;
  });
  throw new BelfryError('invalid', problems.join('; '), {
    hint: '`belfry webhook add --help` shows what each option takes.',
  });
}

/** Chats make the secrets of their robots themselves, and two of them have none. */
function checkRobotSecret(kind: KindName, secret: Secret | undefined): void {
  if (secret === undefined || kind === 'gitee') return;
  if (kind === 'wecom' || kind === 'slack')
    throw new BelfryError('invalid', `secret: robots of ${kind} have none, their URL is their key`, {
      hint: 'Leave it out.',
    });
  if (secret.generated)
    throw new BelfryError('invalid', `secret: robots of ${kind} have the one that the chat gave them`, {
      hint: 'Copy it from the robot’s security settings and give it by --secret-stdin or --secret-env.',
    });
}

function kindOf(url: string) {
  try {
    return kindOfUrl(url);
  } catch {
    return 'gitee' as const;
  }
}
