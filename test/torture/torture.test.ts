/**
 * A short run of the kill matrix; `npm run torture` is the long one. What it proves holds for every run, and so does
 * that something was killed; which steps were hit is only said, for a few rounds cannot come to all of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { needs } from '../support/needs.ts';
import { seeded } from './seeded.ts';
import { torture } from './torture-run.ts';

const ROUNDS = 6;
/** On a slow machine it is fewer rounds. */
const LONGEST_MS = 18_000;

t.test(
  'hooks and workers are killed again and again: every ref update is announced, none twice under two ids',
  async t => {
    if (!needs(t, 'strace')) return;
    const dir = await mkdtemp(join(tmpdir(), 'belfry-torture-'));
    t.teardown(() => rm(dir, { recursive: true, force: true }));
    const seed = Date.now() % 1_000_000;
    t.comment(`seed ${seed}`);
    const end = Date.now() + LONGEST_MS;
    const { proof, kills, missed } = await torture(t, { dir, rounds: ROUNDS, random: seeded(seed), end });
    t.same(proof.broken, [], 'nothing is lost, and what comes twice was in flight');
    t.ok(proof.counts['ref updates']! > 0, 'something was pushed');
    const hit = [...kills].filter(([, times]) => times > 0);
    t.ok(hit.length > 0, 'something was killed');
    for (const [step, times] of hit) t.comment(`${times} × ${step}`);
    t.comment(`not killed at: ${missed.join('; ')}`);
  },
);
