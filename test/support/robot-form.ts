/** A form and a seal with nothing special in them. */
import type { Seal } from '../../src/kinds/kind.ts';
import type { Form } from '../../src/messages/outline-of.ts';

export function robotForm(more: Partial<Form> = {}): Form {
  return { language: 'en', keyword: null, fallback: 0, digest: false, test: false, ...more };
}

export function robotSeal(url: string, more: Partial<Seal> = {}): Seal {
  return {
    url,
    secret: null,
    auth: 'none',
    now: 1_661_860_880_000,
    deliveryId: '0192f0c1-7e3a-7cc0-8000-000000000001',
    redeliveries: 0,
    event: 'push',
    webhook: { id: 7, url },
    test: false,
    ...more,
  };
}
