import * as z from 'zod/mini';

/**
 * What the secret of Twilio holds. The first token signs our requests; each of them may have signed theirs, so that a
 * token can be rotated without losing a STOP.
 */
const twilioSecret = z.object({
  accountSid: z.string().check(z.minLength(1)),
  authTokens: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
});

export type TwilioSecret = z.infer<typeof twilioSecret>;

export function readTwilioSecret(secret: unknown): TwilioSecret {
  const result = twilioSecret.safeParse(secret);
  if (result.success) return result.data;
  throw new Error('The secret of carrier twilio must be {"accountSid":"AC…","authTokens":["…"]}');
}
