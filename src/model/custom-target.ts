/** What a webhook of the kind `custom` sends, and which answers it takes for a success. */
export const METHODS = ['POST', 'PUT', 'PATCH'] as const;
export type Method = (typeof METHODS)[number];

/** In whose words an event is put before a template picks from it. */
export const PAYLOADS = ['gitee', 'github', 'gitlab', 'gitea'] as const;
export type Payload = (typeof PAYLOADS)[number];

export interface CustomTarget {
  method: Method;
  payload: Payload;
  /** A JSON document with placeholders, as it was given; null: the payload as it is. */
  template: string | null;
  success: SuccessRule;
}

/** All that is given has to hold. */
export interface SuccessRule {
  /** Null: any 2xx. */
  statuses: number[] | null;
  /** What stands at a JSON pointer (RFC 6901) of the answer. */
  json: { pointer: string; value: string | number | boolean | null } | null;
  /** A text in the answer. */
  contains: string | null;
}

export const PLAIN_CUSTOM: CustomTarget = {
  method: 'POST',
  payload: 'gitee',
  template: null,
  success: { statuses: null, json: null, contains: null },
};
