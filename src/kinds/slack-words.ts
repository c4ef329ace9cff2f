/** The words with which Slack refuses a message (chat-robots.md §5.4). The word decides, then the status. */
import type { Row } from './robot-verdict.ts';

const REFUSED: Row = {
  kind: 'payload',
  reason: 'rejected',
  advice: 'it refuses this message; belfry sends a plain text instead',
};
const TOO_LONG: Row = {
  kind: 'payload',
  reason: 'too_long',
  advice: 'the message is too long; belfry sends a shorter one',
};
const NO_WEBHOOK: Row = {
  kind: 'config',
  reason: 'token',
  advice: 'this webhook does not exist any more; add a new incoming webhook in Slack and use its URL',
};
const NO_CHANNEL: Row = {
  kind: 'config',
  reason: 'disabled',
  advice: 'its channel or user is gone; add a new incoming webhook for another channel and use its URL',
};
const FORBIDDEN: Row = {
  kind: 'config',
  reason: 'forbidden',
  advice: 'the workspace does not let this webhook post there; ask its admin, or choose another channel',
};

const WORDS: Record<string, Row> = {
  invalid_payload: REFUSED,
  no_text: REFUSED,
  too_many_attachments: REFUSED,
  invalid_blocks: REFUSED,
  invalid_blocks_format: REFUSED,
  msg_too_long: TOO_LONG,
  msg_blocks_too_long: TOO_LONG,
  user_not_found: NO_CHANNEL,
  channel_not_found: NO_CHANNEL,
  channel_is_archived: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the channel is archived; restore it, or add a webhook for another channel',
  },
  action_prohibited: FORBIDDEN,
  posting_to_general_channel_denied: FORBIDDEN,
  invalid_token: NO_WEBHOOK,
  no_service: NO_WEBHOOK,
  no_service_id: NO_WEBHOOK,
  no_team: NO_WEBHOOK,
  no_active_hooks: NO_WEBHOOK,
  team_disabled: {
    kind: 'config',
    reason: 'disabled',
    advice: 'the whole workspace is switched off',
  },
  rollup_error: { kind: 'transient', advice: 'Slack has a problem; belfry tries again by itself' },
};

/** @returns undefined for `ok` and for any word that is not Slack's */
export function slackRow(word: string): Row | undefined {
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
