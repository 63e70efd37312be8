import { z } from 'zod';
import { isRecipient, isSender } from '../../shared/messages/address.ts';
import type { Behaviour } from './behaviours.ts';
import { MOST_RECIPIENTS } from './campaigns.ts';
import type { PlayedCarrier } from './carriers.ts';

/** What the simulator's own routes take. Unknown fields are refused: a misspelt one would seem to work. */

const MOST_DELAY_MS = 10 * 60_000;

const recipient = z.string().refine(isRecipient, 'must be a number in E.164, such as +12025550170');
const sender = z.string().refine(isSender, 'must be a sender: a number in E.164, a short code or a sender ID');
const body = z.string().max(1_600, 'must have 1,600 characters at most');
const id = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -');
const delayMs = z
  .int('must be a whole number of milliseconds')
  .min(0, 'must not be negative')
  .max(MOST_DELAY_MS, 'must be ten minutes at most');

export const replyRequest = z.strictObject({
  from: recipient,
  to: sender,
  body,
  sentAt: z.iso
    .datetime({ offset: true, error: 'must be a time in ISO 8601, such as 2026-01-02T03:04:05.000Z' })
    .optional(),
  delayMs: delayMs.optional(),
  messageId: id.optional(),
});

export const campaignRequest = z.strictObject({
  from: z.string().min(1, 'must not be empty').max(64, 'must have 64 characters at most'),
  body: body.min(1, 'must not be empty'),
  count: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(MOST_RECIPIENTS, `must be at most ${MOST_RECIPIENTS}`),
  recipients: z.array(recipient).max(MOST_RECIPIENTS).optional(),
  category: z.enum(['promotional', 'transactional'], 'must be promotional or transactional').optional(),
  campaignId: id.optional(),
});

/** What a carrier's own opt-out list is to hold. */
export const optOutListRequest = z.strictObject({
  carrier: z.string(),
  list: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -')
    .optional(),
  numbers: z
    .array(
      z.strictObject({
        number: recipient,
        at: z.iso
          .datetime({ error: 'must be a time in ISO 8601 and UTC, such as 2026-01-02T03:04:05.000Z' })
          .optional(),
        byRecipient: z.boolean('must be true or false').optional(),
        sender: sender.optional(),
        keyword: z.string().max(64, 'must have 64 characters at most').optional(),
        locked: z.boolean('must be true or false').optional(),
      }),
    )
    .max(100_000, 'must have 100,000 numbers at most'),
});

/** A change of how one carrier behaves, with its own error codes. */
export const behaviourRequest = ({ abilities, isError, errorHint }: PlayedCarrier) =>
  z
    .strictObject({
      delayMs,
      error: z
        .union([z.string(), z.int().transform(String), z.null()], errorHint)
        .refine((code) => code === null || isError(code), errorHint),
      dropAnswer: z.boolean('must be true or false'),
      receipts: z
        .boolean('must be true or false')
        .refine(
          (on) => !on || abilities.reports,
          'cannot be on: this carrier tells nobody but CloudWatch Logs what became of a message',
        ),
    })
    .partial()
    .transform(
      (change) =>
        Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Behaviour>,
    );

/** `since` of the messages: a time in ISO 8601, or milliseconds since the epoch. */
export const messagesQuery = z.strictObject({
  since: z
    .string()
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
    .refine(Number.isFinite, 'must be a time in ISO 8601 or in milliseconds since the epoch')
    .optional(),
  to: recipient.optional(),
});

export { recipient as recipientParameter };
