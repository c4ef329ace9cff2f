/**
 * What the kinds of all chats have in common: a message is cut until it fits, sealed as JSON by POST, and its answer is
 * judged by HTTP first, then by the chat's own code, then by the status. A chat says how it writes, how large a message
 * may be, where in an answer its code stands, and what its codes mean.
 */

import { cutToFit } from '../messages/cut-to-fit.ts';
import type { Outline } from '../messages/outline.ts';
import { type Form, outlineOf } from '../messages/outline-of.ts';
import type { ChatName } from '../model/names.ts';
import type { HttpAnswer, HttpRequest } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Kind, RenderingKind, Seal } from './kind.ts';
import {
  type AnswerRow,
  jsonObject,
  judgeStatus,
  judgeTransport,
  lookUp,
  noProof,
  unknownCode,
} from './robot-verdict.ts';

export interface Chat<Written> {
  name: ChatName;
  /** @param url where the message goes; without it to the chat itself, to no look-alike */
  write(cut: Outline, form: Form, url?: string): Written;
  /** @param share of the size budget: 1, or 0.5 for a shorter message */
  fits(written: Written, share: number): boolean;
  /** The message without what sealing adds. Default: what was written, as JSON. */
  message?(written: Written, form: Form): string;
  /** Default: the message as it is, to the webhook's URL. */
  seal?(message: string, seal: Seal): HttpRequest;
  judge: Kind['judge'];
}

/** How a chat answers that has numbers as codes, zero for success. */
export interface CodedAnswers {
  /** The chat's name as people write it. */
  label: string;
  /** The code and the words of an answer; code null: the body has none. */
  read(body: Record<string, unknown>): { code: number | null; text: string };
  /** What the codes mean; a zero that is in here is no success. */
  codes: readonly AnswerRow[];
  /** An answer without a code may mean something all the same; null: it means nothing. */
  withoutCode?(answer: HttpAnswer, body: Record<string, unknown> | null): Verdict | null;
}

export function chatKind<Written>({ name, write, fits, message, seal, judge }: Chat<Written>): RenderingKind {
  return {
    name,
    grouping: 'push',

    render(events, form, url) {
      const share = form.fallback === 1 ? 0.5 : 1;
      const written = cutToFit(
        outlineOf(events, form),
        cut => write(cut, form, url),
        one => fits(one, share),
      );
      return message?.(written, form) ?? JSON.stringify(written);
    },

    seal: seal ?? ((text, { url }) => robotRequest(url, text)),

    judge,
  };
}

/** HTTP decides first, then the code, then the status of an answer whose code tells nothing. */
export function judgeByCode({ label, read, codes, withoutCode }: CodedAnswers): Kind['judge'] {
  return (answer, now) => {
    const transport = judgeTransport(answer, now, label);
    if (transport !== null) return transport;
    const body = jsonObject(answer.body);
    const { code, text } = body === null ? { code: null, text: '' } : read(body);
    const ok = answer.status! < 300;
    if (code === null) {
      const special = withoutCode?.(answer, body) ?? null;
      return special ?? (ok ? noProof(answer, label) : judgeStatus(answer, label));
    }
    if (code === 0 && !ok) return judgeStatus(answer, label);
    const said = { chat: label, code: String(code), text };
    return lookUp(codes, said) ?? (code === 0 ? { kind: 'ok' } : unknownCode(said));
  };
}

/** The request that all chat robots share: nothing but the body and the URL tells one from another. */
export function robotRequest(url: string, body: string): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'belfry'],
    ],
    body,
  };
}
