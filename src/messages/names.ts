/** People, repositories, refs, labels and commits in words: cleaned, limited and linked where a link is known. */
import type { GiteeCommit } from '../gitee/push.ts';
import type { Repository } from '../gitee/repository.ts';
import type { Label } from '../gitee/thread.ts';
import { cleanLine } from './clean-text.ts';
import { type Line, plain, type Span, span } from './outline.ts';
import type { Phrases } from './phrases.ts';
import { safeUrl } from './safe-url.ts';

/** Graphemes. WeCom's whole message has 3,900 bytes, so that a name or title may not take it all. */
const LIMITS = { person: 40, repository: 80, ref: 80, title: 120, subject: 80, label: 30 };

/** How much of a comment or a description a message quotes; the link leads to the rest. */
export const QUOTE = { characters: 300, lines: 8 } as const;
/** More people, or labels, are not named. */
const MOST_PEOPLE = 3;
const MOST_LABELS = 5;

/** For what has no visible character in its name: a link needs words. */
const UNNAMED = '?';

export function personName(user: { name: string; username?: string | null }, phrases: Phrases): string {
  return (
    cleanLine(user.name, LIMITS.person) ||
    cleanLine(user.username ?? '', LIMITS.person) ||
    phrases.word('someone')
  );
}

/**
 * `Zhang San, Li Si, 3 others`: a digest may speak of many people.
 * @param names cleaned; doubles are left out
 */
export function peopleText(names: string[], phrases: Phrases): string {
  const different = [...new Set(names)];
  const shown = different.slice(0, MOST_PEOPLE).map(name => [span(name)]);
  const others = different.length - shown.length;
  if (others > 0) shown.push(phrases.count('morePeople', others));
  return plain(phrases.join(shown, 'nameComma'));
}

export function repositoryName(repository: Repository): string {
  return cleanLine(repository.full_name, LIMITS.repository) || UNNAMED;
}

export function repositorySpan(repository: Repository): Span {
  return span(repositoryName(repository), safeUrl(repository.html_url));
}

export function refName(name: string): string {
  return cleanLine(name, LIMITS.ref) || UNNAMED;
}

export function titleText(prefix: string, title: string): string {
  return `${cleanLine(prefix, LIMITS.label)} ${cleanLine(title, LIMITS.title)}`.trim();
}

/** `Labels: bug, urgent`. */
export function labelLine(labels: Label[], phrases: Phrases): Line {
  const names = labels.slice(0, MOST_LABELS).map(label => [span(cleanLine(label.name, LIMITS.label))]);
  if (labels.length > MOST_LABELS) names.push([span('…')]);
  return phrases.say('labels', { labels: plain(phrases.join(names, 'nameComma')) });
}

export function subjectText(message: string, phrases: Phrases): string {
  return cleanLine(message, LIMITS.subject) || phrases.word('noMessage');
}

/** Seven digits, as Gitee shows them (gitee-format.md §10). */
export function shortId(id: string): string {
  return id.slice(0, 7);
}

/** `1a2b3c4 Subject — Author`, with the link on the hash: the hash is the thing to copy. */
export function commitLine(commit: GiteeCommit, phrases: Phrases): Line {
  const author = personName(commit.author, phrases);
  return [
    span(shortId(commit.id), safeUrl(commit.url)),
    span(` ${subjectText(commit.message, phrases)} — ${author}`),
  ];
}
