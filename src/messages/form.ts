import type { Language } from '../model/names.ts';

/** How a message is to be rendered. The kind `gitee` reads nothing of it but `webhook` and `password`. */
export interface Form {
  language: Language;
  /** A word the chat's robot insists on; appended when no part of the message holds it. */
  keyword: string | null;
  /** 0: full; 1: half the size budget; 2: plain text, one line per event. Raised after a `payload` verdict. */
  fallback: 0 | 1 | 2;
  /** More than one push in this message (a digest). */
  digest: boolean;
  /** Sent by `webhook test`: the message says so. */
  test: boolean;
}
