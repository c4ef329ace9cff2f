/** Request headers that an admin gives a webhook: the values are secrets. */
export type OwnHeader = readonly [name: string, value: string];

export const HMAC_ALGORITHMS = ['sha256', 'sha1', 'sha512'] as const;
export const HMAC_FORMS = ['prefixed', 'hex', 'base64'] as const;

/** A header that signs the exact body with the webhook's secret. */
export interface HmacHeader {
  name: string;
  algorithm: (typeof HMAC_ALGORITHMS)[number];
  /** `prefixed`: `sha256=` and hex digits. */
  form: (typeof HMAC_FORMS)[number];
}

/** Of `NAME=ALGORITHM:FORM`; what is left out is the first of its list. Null for anything else. */
export function parseHmacHeader(text: string): HmacHeader | null {
  const [, name, algorithm = 'sha256', form = 'prefixed'] =
    /^([^=]+)(?:=([^:]+)(?::(.+))?)?$/.exec(text) ?? [];
  const isAlgorithm = (word: string): word is HmacHeader['algorithm'] =>
    HMAC_ALGORITHMS.includes(word as never);
  const isForm = (word: string): word is HmacHeader['form'] => HMAC_FORMS.includes(word as never);
  if (name === undefined || !isAlgorithm(algorithm) || !isForm(form)) return null;
  return { name: name.trim(), algorithm, form };
}

/** As it is stored and shown. */
export function hmacHeaderText({ name, algorithm, form }: HmacHeader): string {
  return `${name}=${algorithm}:${form}`;
}
