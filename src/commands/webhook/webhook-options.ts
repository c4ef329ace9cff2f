/** The options that `webhook add` and `webhook edit` share, and how they become a checked webhook. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { kindOfUrl } from '../../kinds/kind-of-url.ts';
import { isGrouped, KIND_ALIASES, type KindName } from '../../model/names.ts';
import type { AuthMode, WebhookInput } from '../../model/webhook.ts';
import { inputProblems } from '../../text/input-problems.ts';
import { readGlobs } from '../../webhooks/filters.ts';
import { authModesOf, defaultEvents, secretRefusal } from '../../webhooks/kind-defaults.ts';
import { NEW_WEBHOOK, NO_SECRET, webhookInput } from '../../webhooks/webhook-input.ts';
import { text } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository, refuseExcluded, unknownName } from '../repo/find-repository.ts';
import { checkAddress } from './check-address.ts';
import { FIELDS } from './webhook-fields.ts';
import { headerOptions, readHeaders } from './webhook-headers.ts';
import { reachOptions, readReach } from './webhook-reach.ts';
import { type Secret, secretOptions } from './webhook-secret.ts';
import {
  checkTargetOptions,
  checkTemplate,
  readCustom,
  readJenkins,
  targetOptions,
} from './webhook-target.ts';

export function webhookOptions(yargs: Argv): Argv {
  const shared = targetOptions(headerOptions(reachOptions(secretOptions(yargs))))
    .option('repo', {
      type: 'string',
      array: true,
      describe: "For one repository, e.g. acme/app; or for those that globs name: 'acme/*,!acme/secret'",
    })
    .option('company', text('For all repositories of a company, e.g. acme'))
    .option('all', { type: 'boolean', describe: 'For the whole server' })
    .conflicts({ company: ['all'] })
    .option('url-stdin', { type: 'boolean', describe: 'Read the URL from standard input (its first line)' })
    .option('url-env', text('Read the URL from an environment variable'));
  for (const { option, help } of FIELDS) shared.option(option, help);
  return shared;
}

/** Whom a webhook hears of. `repos` undefined: as before. */
export interface NamedScope {
  scope: string;
  repos: string[] | undefined;
}

/**
 * The scope that the options name, or undefined.
 * @throws BelfryError `not-found` with the nearest names, `conflict` for an excluded repository
 */
export async function readScope(argv: Args, context: CommandContext): Promise<NamedScope | undefined> {
  const store = await context.store();
  const given: string[] | undefined = argv.repo?.filter(Boolean);
  const [first = ''] = given ?? [];
  // A plain name stays one, whatever characters it has.
  const plain = given?.length === 1 ? await store.repositories.byName(first.replace(/\.git$/, '')) : null;
  if (plain !== null && !argv.all && argv.company === undefined) {
    await refuseExcluded(plain.full_name, context);
    return { scope: `repository:${plain.id}`, repos: [] };
  }
  const repos = given?.flatMap(list => readGlobs('repos', list.replace(/\.git$/, '')));
  if (argv.all) return { scope: 'all', repos: repos ?? [] };
  if (argv.company !== undefined) {
    const companies = await store.repositories.companies();
    if (companies.includes(argv.company)) return { scope: `company:${argv.company}`, repos: repos ?? [] };
    throw unknownName('company', argv.company, companies);
  }
  if (repos === undefined || repos.length === 0) return undefined;
  const [name] = repos;
  if (repos.length > 1 || isPattern(name!)) return { scope: scopeOfGlobs(repos), repos };
  await refuseExcluded(name!, context);
  return { scope: `repository:${(await findRepository(name!, store)).id}`, repos: [] };
}

function isPattern(glob: string): boolean {
  return /^!|[*?[{\\]/.test(glob);
}

/** The company in which all of them lie has its own index: the others need not be asked. */
function scopeOfGlobs(globs: readonly string[]): string {
  const companies = globs
    .filter(glob => !glob.startsWith('!'))
    .map(glob => /^([^*?[\]{}\\/]+)\//.exec(glob)?.[1]);
  const [first] = companies;
  return first !== undefined && companies.every(one => one === first) ? `company:${first}` : 'all';
}

/**
 * What all the options say, on top of what stands.
 * @throws BelfryError `invalid` or `usage`
 */
export async function readWebhook(
  argv: Args,
  given: WebhookInput,
  secret: Secret | undefined,
  context: CommandContext,
): Promise<WebhookInput> {
  const kind = kindFor(argv, given);
  // Jenkins is told its token in clear: what another receiver was sent signatures of must not become one.
  const base = kind === 'jenkins' && given.kind !== 'jenkins' ? { ...given, secret: null } : given;
  checkTargetOptions(argv, kind);
  const own = {
    headers: await readHeaders(argv, base.headers ?? [], context),
    custom: kind === 'custom' ? await readCustom(argv, base.custom) : null,
    jenkins: kind === 'jenkins' ? readJenkins(argv, base.jenkins, await hasSshUrls(context)) : null,
  };
  const input = readInput(argv, kind, { ...base, ...own }, secret, given === NEW_WEBHOOK);
  if (argv.url !== undefined) checkAddress(input.url, await context.settings());
  await checkTemplate(input);
  return { ...input, reach: await readReach(argv, base.reach) };
}

async function hasSshUrls(context: CommandContext): Promise<boolean> {
  return (await (await context.store()).settings.all()).has('clone.ssh');
}

function kindFor(argv: Args, base: WebhookInput): KindName {
  if (argv.kind !== undefined) return KIND_ALIASES[argv.kind] ?? argv.kind;
  return argv.url === undefined ? base.kind : kindOf(argv.url, base.kind);
}

/** Checked once, here. @throws BelfryError `invalid` */
function readInput(
  argv: Args,
  kind: KindName,
  base: WebhookInput,
  secret: Secret | undefined,
  isNew: boolean,
): WebhookInput {
  const url = argv.url ?? base.url;
  const value = secret === undefined ? base.secret : secret.value;
  const given = FIELDS.filter(({ option }) => argv[option] !== undefined).map(({ name, option, read }) => [
    name,
    read === undefined ? argv[option] : read(argv[option]),
  ]);
  const candidate: WebhookInput = {
    ...base,
    ...{ url, kind, auth: authFor(kind, base, secret), secret: value },
    ...(isNew && { events: defaultEvents(kind) }),
    active: argv.inactive === undefined ? base.active : !argv.inactive,
    ...Object.fromEntries(given),
  };
  checkSecret(candidate.kind, url, secret);
  const result = webhookInput.safeParse(candidate);
  if (result.success) return result.data;
  const problems = inputProblems(result.error, webhookInput, candidate).map(({ path, wanted, got }) => {
    if (wanted === NO_SECRET)
      return `Missing secret: --auth ${candidate.auth} needs --generate-secret, --secret-stdin or --secret-env`;
    // Neither the secret nor the URL is repeated: both are keys.
    const isSaid = path === 'secret' || path === 'url' || wanted.includes(', got ');
    const [name] = path.split('[');
    // What is wrong with a header names the header, and says what was wanted.
    if (name === 'headers') return `--header ${wanted}`;
    const option = FIELDS.find(field => field.name === name)?.option;
    const label = option === undefined ? path : `--${option}`;
    return `${label}: wanted ${wanted}${isSaid ? '' : `, got ${got}`}`;
  });
  throw new BelfryError('invalid', problems.join('\n'), {
    hint: '`belfry webhook add --help` lists what each option takes.',
  });
}

/** Whose secret is given anew wants it used, and in the way of the kind. */
function authFor(kind: KindName, { auth }: WebhookInput, secret: Secret | undefined): AuthMode {
  const [usual = 'none', ...others] = authModesOf(kind);
  if (auth === 'none') return secret === undefined ? 'none' : usual;
  return auth === usual || others.includes(auth) ? auth : usual;
}

/** @throws BelfryError `invalid` */
function checkSecret(kind: KindName, url: string, secret: Secret | undefined): void {
  const refusal = secret === undefined ? null : secretRefusal(kind, url, secret.generated);
  if (refusal !== null)
    throw new BelfryError('invalid', `secret: wanted ${refusal.wanted}`, { hint: refusal.hint });
}

/** Another URL may be of another kind; but only of a chat's can one tell. */
function kindOf(url: string, before: KindName): KindName {
  const kind = URL.canParse(url) ? kindOfUrl(url) : 'gitee';
  return kind === 'gitee' && !isGrouped(before) ? before : kind;
}
