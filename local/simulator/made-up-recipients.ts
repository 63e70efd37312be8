/** How many recipients can be made up. */
export const MADE_UP_RECIPIENTS = 10_000;

const PREFIX = '+1555010';

/**
 * A number that fits the plan and that nobody can have: no exchange of the North American Numbering Plan starts with a zero.
 * @param index from 0 to 9,999
 */
export const madeUpRecipient = (index: number): string => `${PREFIX}${String(index).padStart(4, '0')}`;

export const isMadeUpRecipient = (number: string): boolean => number.startsWith(PREFIX);
