import * as z from 'zod/mini';
import { REPLY_KINDS } from '../consent/default-replies.ts';
import { accountName } from './sender.ts';

/**
 * Our answer to a keyword, as it travels on the reply queue. Only the inbound function may write there: that, and no
 * field in here, is why a reply needs no consent.
 */
const reply = z.object({
  /** The event that is answered; also the reply's id, so that an event is answered once. */
  eventId: z.string().check(z.minLength(1), z.maxLength(300)),
  account: accountName,
  from: z.string().check(z.minLength(1)),
  to: z.string().check(z.minLength(1)),
  carrier: z.string().check(z.minLength(1)),
  /** What to answer; the words are the sender's own or the defaults. */
  kind: z.enum(REPLY_KINDS),
  /** A locale. */
  language: z.string().check(z.minLength(1)),
  /** Not sent after this time (47 CFR 64.1200(a)(12)). */
  expiresAt: z.iso.datetime(),
});

export type Reply = z.infer<typeof reply>;

/** Reads a message of the reply queue, or nothing where it is none. */
export function parseReply(text: string): Reply | undefined {
  try {
    return reply.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
