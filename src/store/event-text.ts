/**
 * An event's JSON with what repeats from push to push kept once (patterns.ts): the repository, which Gitee's body has twice,
 * the people, the keys. The row keeps the commits, and the head commit, which mostly is one of them, once.
 */
import type { Db } from './database.ts';
import { createPatterns, patternReader } from './patterns.ts';

/** Control characters are escaped in JSON: these cannot occur in it. */
const GAP = '\u0001';
const HEAD = '\u0002';

export interface EventColumns {
  data: string;
  patternId: number | null;
  parts: string | null;
}

/** Part of a transaction; takes compact JSON with its keys in order. */
export function eventPacker(db: Db) {
  const patterns = createPatterns(db);

  return (repositoryId: number, name: string, json: string): EventColumns => {
    const whole = { data: json, patternId: null, parts: null };
    const { frame, data } = takeCommits(json);
    const texts = frame.split(SEPARATOR);
    if (texts.length < FEWEST || texts.length > MOST) return whole;
    const packed = patterns.pack(`repository:${repositoryId} ${name}`, `${texts.length}`, texts, NO_KEY);
    return packed === null ? whole : { data, ...packed };
  };
}

export function eventUnpacker(db: Db): (columns: EventColumns) => string {
  const unpack = patternReader(db);
  return ({ data, patternId, parts }) => {
    if (patternId === null) return data;
    const frame = unpack({ patternId, parts: parts! }, NO_KEY).texts.join(SEPARATOR);
    return putCommits(frame, data);
  };
}

/** Between two entries of an object; a quote inside a text is escaped. */
const SEPARATOR = ',"';
/** Fewer are not worth a pattern; so many (labels by the hundred) do not come again. */
const FEWEST = 8;
const MOST = 400;
const NO_KEY = GAP;

const COMMITS = '"commits":';
const AFTER_COMMITS = ',"commits_more_than_ten":';
const HEAD_COMMIT = '"head_commit":';
const AFTER_HEAD = ',"project":';

/** Of a push what is new in each. Keys are in order, so each is known by the one that follows. */
function takeCommits(json: string): { frame: string; data: string } {
  const [commits, head] = [between(json, COMMITS, AFTER_COMMITS), between(json, HEAD_COMMIT, AFTER_HEAD)];
  if (commits === null || head === null || head.start < commits.end) return { frame: json, data: '' };
  const headText = json.slice(head.start, head.end);
  const list = json.slice(commits.start, commits.end);
  const data = (headText.startsWith('{') ? list.replaceAll(headText, HEAD) : list) + GAP + headText;
  const frame =
    json.slice(0, commits.start) + GAP + json.slice(commits.end, head.start) + GAP + json.slice(head.end);
  return { frame, data };
}

function between(json: string, before: string, after: string): { start: number; end: number } | null {
  const found = json.indexOf(before);
  const end = found === -1 ? -1 : json.indexOf(after, found);
  return end === -1 ? null : { start: found + before.length, end };
}

function putCommits(frame: string, data: string): string {
  if (data === '') return frame;
  const [list, head] = data.split(GAP) as [string, string];
  const [first, second, third] = frame.split(GAP) as [string, string, string];
  return first + list.replaceAll(HEAD, () => head) + second + head + third;
}
