/** What we answer to an opt-out, an opt-in or a call for help. */

/** The intents that are answered. */
export type AnsweredIntent = 'opt-out' | 'opt-in' | 'help';

/**
 * The texts when a sender has none of its own; the default texts of Twilio, which people know.
 * Source: https://help.krispcall.com/en/article/how-your-contacts-can-opt-out-of-text-messages-1591j87/
 */
export const DEFAULT_REPLIES: Readonly<Record<AnsweredIntent, string>> = Object.freeze({
  'opt-out':
    'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  'opt-in':
    'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  help: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
});

/**
 * How long after a message its reply may still be sent, in milliseconds. A confirmation within five minutes is presumed to
 * be covered by the consent that was just withdrawn; a later one is not.
 * Source: 47 CFR 64.1200(a)(12)
 */
export const REPLY_WINDOW_MS = 5 * 60 * 1000;

/**
 * The text that answers an intent.
 *
 * @param replies the sender's own texts; a missing or blank one falls back to the default, since no reply may be empty
 */
export function replyText(
  intent: AnsweredIntent,
  replies: Readonly<Partial<Record<AnsweredIntent, string | undefined>>> = {},
): string {
  const own = replies[intent];
  return own === undefined || own.trim() === '' ? DEFAULT_REPLIES[intent] : own;
}
