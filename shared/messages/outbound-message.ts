import * as z from 'zod/mini';
import { isGroupName, isRecipient, isSender } from './address.ts';
import type { FailureReason } from './status.ts';

/** Letters that an id may have, so that it fits in keys, URLs and logs as it is. */
const id = z.string().check(z.regex(/^[A-Za-z0-9._:-]{1,128}$/));

/** The longest body, in characters as a reader counts them (Unicode code points). */
export const MAX_BODY_CHARACTERS = 1_600;

const body = z.string().check(
  z.minLength(1),
  z.maxLength(2 * MAX_BODY_CHARACTERS),
  z.refine((text) => text.length <= MAX_BODY_CHARACTERS || [...text].length <= MAX_BODY_CHARACTERS),
);

/** What a producer puts on the queue (contract, section 2). Unknown fields are ignored. */
const outboundMessage = z.object({
  messageId: id,
  from: z.string().check(z.minLength(1), z.maxLength(64)),
  to: z.string().check(z.minLength(1), z.maxLength(64)),
  body,
  category: z._default(z.enum(['promotional', 'transactional']), 'promotional'),
  campaignId: z.optional(id),
  account: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  expiresAt: z.optional(z.iso.datetime({ offset: true })),
});

export type OutboundMessage = z.infer<typeof outboundMessage>;
export type Category = OutboundMessage['category'];

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/**
 * Reads one queue message.
 * @param text the body of the SQS message, hostile until parsed
 * @returns the message, or what is wrong with it in words that hold none of its values (they may be personal)
 */
export function parseOutboundMessage(text: string): Parsed<OutboundMessage> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
  const result = outboundMessage.safeParse(json);
  if (result.success) return { ok: true, value: result.data };
  const fields = [...new Set(result.error.issues.map((issue) => String(issue.path[0] ?? 'the whole message')))];
  return { ok: false, problem: `missing or wrong: ${fields.join(', ')}` };
}

/**
 * Why a message that parses can never be sent, whatever consent says.
 * @param message the message
 * @param account who owns the sender
 * @param now milliseconds since the epoch
 */
export function whyNeverSendable(message: OutboundMessage, account: string, now: number): FailureReason | undefined {
  if (!isRecipient(message.to)) return 'InvalidDestination';
  if (!isSender(message.from) && !isGroupName(message.from)) return 'SenderNotAllowed';
  if (message.account !== undefined && message.account !== account) return 'SenderNotAllowed';
  return isExpired(message, now) ? 'Expired' : undefined;
}

/** Whether the producer's time limit has passed. A message without one never expires. */
export const isExpired = (message: { readonly expiresAt?: string | undefined }, now: number): boolean =>
  message.expiresAt !== undefined && Date.parse(message.expiresAt) <= now;
