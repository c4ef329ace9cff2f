/** `Labels: bug, urgent`. */
import type { Label } from '../gitee/label.ts';
import { labelName } from './names.ts';
import { type Line, plain, span } from './outline.ts';
import type { Phrases } from './phrases.ts';

const MOST = 5;

export function labelLine(labels: Label[], phrases: Phrases): Line {
  const names = labels.slice(0, MOST).map(label => [span(labelName(label.name))]);
  if (labels.length > MOST) names.push([span('…')]);
  return phrases.say('labels', { labels: plain(phrases.join(names, 'nameComma')) });
}
