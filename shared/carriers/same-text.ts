import { timingSafeEqual } from 'node:crypto';

/**
 * Whether a text that somebody sent is one of those expected. Without an early exit: how long this takes tells nothing of
 * which one came close.
 */
export function isOneOf(sent: string, expected: readonly string[]): boolean {
  const bytes = Buffer.from(sent);
  let isOne = false;
  for (const text of expected) {
    const other = Buffer.from(text);
    if (other.length === bytes.length && timingSafeEqual(other, bytes)) isOne = true;
  }
  return isOne;
}
