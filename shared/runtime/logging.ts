import { createHmac } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Secrets } from './secrets.ts';

export type { Logger };

export const createLogger = (serviceName?: string): Logger => new Logger({ ...(serviceName && { serviceName }) });

/**
 * For Powertools' middleware: whatever the environment says, events stay out of the log. They hold numbers and texts.
 */
export const NO_EVENTS = { logEvent: false } as const;

/** The name under which the key of the log's hashes is kept. */
export const LOG_KEY = 'log-key';

/**
 * A recipient as it may stand in a log: the same recipient always has the same hash, and nobody without the key can
 * find the number by trying all of them.
 */
export type RecipientHash = (recipient: string) => Promise<string>;

export const recipientHash =
  (secrets: Secrets): RecipientHash =>
  async (recipient) => {
    try {
      const key = JSON.stringify(await secrets.get(LOG_KEY));
      return createHmac('sha256', key).update(recipient).digest('base64url').slice(0, 16);
    } catch {
      // A log line without a hash is better than a STOP that is lost over it.
      return 'no-key';
    }
  };

/**
 * What may be logged of an error: its name and code, and where it was thrown. Never its message, which can quote what it
 * was about: a number, a text.
 */
export function safeError(error: unknown): { name: string; code?: string; at?: string } {
  if (!(error instanceof Error)) return { name: 'not an Error' };
  const { code } = error as NodeJS.ErrnoException;
  const at = firstFrame(error);
  return { name: error.name, ...(typeof code === 'string' && { code }), ...(at && { at }) };
}

/** Only what follows the message is a frame: the message itself may have a line that looks like one. */
function firstFrame({ name, message, stack = '' }: Error): string | undefined {
  const head = message ? `${name}: ${message}` : name;
  if (!stack.startsWith(head)) return undefined;
  return /^\s+at .*/m.exec(stack.slice(head.length))?.[0].trim();
}
