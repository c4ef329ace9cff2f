/** A store on a real file in the test's directory, and what tests of it put in. */
import { join } from 'node:path';
import type { Test } from 'tap';
import { isGrouped } from '../../src/kinds/kinds.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { WebhookInput } from '../../src/webhooks/webhook.ts';
import { PROJECT } from '../support/belfry.ts';

export const MIGRATIONS = join(PROJECT, 'migrations');

/** Closed, whatever happens, before the test's directory goes. */
export function openTestStore(t: Test, home = t.testdir({})): { home: string; store: Store } {
  const store = openStore({ home, migrations: MIGRATIONS, grouped: isGrouped });
  t.teardown(() => store.close());
  return { home, store };
}

/** For everything, signed; a test changes what it is about. */
export function sampleWebhook(changes: Partial<WebhookInput> = {}): WebhookInput {
  return {
    url: 'https://ci.example.com/hook',
    scope: 'all',
    kind: 'gitee',
    name: '',
    events: ['push', 'tag_push'],
    branches: [],
    auth: 'signature',
    secret: 'a secret of the test',
    language: null,
    keyword: null,
    timeout_ms: null,
    active: true,
    ...changes,
  };
}
