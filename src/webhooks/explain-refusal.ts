/** In a sentence why a webhook hears nothing of an event. */
import { plural } from '../text/plural.ts';
import { decisive, type FilterName } from './filters.ts';
import type { Asked, Filters, Refusal } from './refusal.ts';

const NAMES: Record<FilterName, string> = {
  repos: 'repository filter',
  branches: 'branch filter',
  tags: 'tag filter',
  paths: 'path filter',
  pushers: 'pusher filter',
};

/** More of them do not make it clearer. */
const MOST_PATHS = 3;

export function explainRefusal(
  why: Refusal | 'unspoken',
  webhook: Filters & { kind: string },
  asked: Asked,
): string {
  switch (why) {
    case 'events':
      return `its events are ${webhook.events.join(', ')}; this is ${asked.event}`;
    case 'unspoken':
      return `kind ${webhook.kind} has no word for this ${asked.event}`;
    case 'repos':
      return byGlobs('repos', webhook.repos, asked.repository);
    case 'branches':
      return byGlobs('branches', webhook.branches, asked.branch ?? '');
    case 'tags':
      return byGlobs('tags', webhook.tags, asked.tag ?? '');
    case 'pushers':
      return byGlobs('pushers', webhook.pushers, asked.pusher ?? '');
    case 'skip_ci':
      return '--skip-ci: its newest commit, or -o ci.skip, asks for no CI';
    case 'push_skip':
      return 'the pusher asked for it with -o belfry.skip, and the setting push.skip allows that';
    case 'paths': {
      const paths = asked.paths ?? [];
      if (paths.length === 0) return `path filter ${webhook.paths.join(' ')}: it touches no file`;
      const some = paths.slice(0, MOST_PATHS).join(', ');
      const more = paths.length > MOST_PATHS ? ` and ${plural(paths.length - MOST_PATHS, 'more file')}` : '';
      return `path filter ${webhook.paths.join(' ')} wants none of ${some}${more}`;
    }
  }
}

function byGlobs(filter: FilterName, globs: readonly string[], name: string): string {
  const { glob } = decisive(globs, name);
  if (glob !== null) return `${NAMES[filter]} ${glob} excludes ${name}`;
  const including = globs.filter(one => !one.startsWith('!'));
  return `${NAMES[filter]} ${including.join(' ')} does not match ${name}`;
}
