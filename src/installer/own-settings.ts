/**
 * What belfry sets in a repository's configuration, so that its hooks get to know what they need. The lines stand in a block of
 * their own at the end of the file, between two comments, and are taken out again also after others have edited the file.
 */
import type { HookName } from './hook-file.ts';

/**
 * Why a repository asks for a ref check whenever a ref moves: it is a mirror, or whatever moves them there is to be
 * announced.
 */
export type Watch = 'mirror' | 'allUpdates';

export interface WantedSetting {
  section: string;
  key: string;
  value: string;
  /** Without this hook in its place it would do harm. */
  hook: HookName;
  /** It says that the repository is watched so. */
  watch?: Watch;
  /** Whether the values that are in force, the last one strongest, do already. */
  holds(values: readonly string[]): boolean;
}

export const WANTED_SETTINGS: readonly WantedSetting[] = [
  // Without it Git refuses `git push -o ci.skip` and `-o belfry.wait`.
  {
    section: 'receive',
    key: 'advertisePushOptions',
    value: 'true',
    hook: 'post-receive',
    holds: values => isTrue(values.at(-1)),
  },
  // Git hands these refs to the hook in place of making them; older ones than 2.29 do not know it.
  {
    section: 'receive',
    key: 'procReceiveRefs',
    value: 'refs/for',
    hook: 'proc-receive',
    holds: values => values.some(value => /^refs\/for\/?$/.test(value)),
  },
  // Git does not know these: they say what the repository is, also when it is moved or the hook gets lost.
  ...(['mirror', 'allUpdates'] as const).map(
    (watch): WantedSetting => ({
      section: 'belfry',
      key: watch,
      value: 'true',
      hook: 'reference-transaction',
      watch,
      holds: values => isTrue(values.at(-1)),
    }),
  ),
];

/** As `values` of a repository's configuration name it: in small letters. */
export function nameOf({ section, key }: WantedSetting): string {
  return `${section}.${key}`.toLowerCase();
}

/** @param values of a repository's configuration, by section and key in lower case */
export function watchesIn(values: ReadonlyMap<string, readonly string[]>): Set<Watch> {
  const found = WANTED_SETTINGS.flatMap(setting =>
    setting.watch !== undefined && isTrue(values.get(nameOf(setting))?.at(-1)) ? [setting.watch] : [],
  );
  return new Set(found);
}

/** The settings that these hooks want, in a repository that is watched so. */
export function settingsFor(hooks: readonly HookName[], watches: ReadonlySet<Watch>): WantedSetting[] {
  return WANTED_SETTINGS.filter(
    ({ hook, watch }) => hooks.includes(hook) && (watch === undefined || watches.has(watch)),
  );
}

/** As Git reads a boolean; a key without `=` is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && (/^(true|yes|on)$/i.test(value) || /^[-+]?0*[1-9]/.test(value));
}

const BEGIN = '# belfry begin';
const END = '# belfry end';

/** @param text the configuration, one character per byte */
export function addBlock(text: string, settings: readonly WantedSetting[]): string {
  if (settings.length === 0) return text;
  // A backslash at the end would draw the next line into its value.
  const whole = text === '' || (text.endsWith('\n') && !text.endsWith('\\\n'));
  const sections = Map.groupBy(settings, ({ section }) => section);
  const lines = [...sections].flatMap(([section, some]) => [`[${section}]`, ...some.map(lineOf)]);
  return `${text}${whole ? '' : '\n'}${[`${BEGIN}: \`belfry uninstall\` takes these lines out`, ...lines, END, ''].join('\n')}`;
}

/**
 * What stands in blocks of belfry's, and the text without them. What others have written into one stays in the text, as Git
 * does with the next key of the same section, and so does a value that they have changed. Where the last comment is missing,
 * a block ends with belfry's lines.
 */
export function readBlocks(text: string): { settings: WantedSetting[]; rest: string } {
  const lines = new Map(WANTED_SETTINGS.map(setting => [lineOf(setting), setting]));
  const sections = new Set(WANTED_SETTINGS.map(({ section }) => `[${section}]`));
  const found = new Set<WantedSetting>();
  const rest: string[] = [];
  let inside = false;
  /** Of belfry's, which stays when somebody else's line stands below it. */
  let section: string | null = null;
  for (const line of text.split('\n')) {
    const setting = inside ? lines.get(line) : undefined;
    if (line.startsWith(BEGIN)) [inside, section] = [true, null];
    else if (line === END) inside = false;
    else if (inside && sections.has(line)) section = line;
    else if (setting !== undefined) found.add(setting);
    else {
      if (line.startsWith('[')) inside = false;
      if (inside && section !== null && line.trim() !== '') {
        rest.push(section);
        section = null;
      }
      rest.push(line);
    }
  }
  return { settings: WANTED_SETTINGS.filter(setting => found.has(setting)), rest: rest.join('\n') };
}

function lineOf({ key, value }: WantedSetting): string {
  return `\t${key} = ${value}`;
}
