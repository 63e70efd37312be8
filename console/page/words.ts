import { handsetOf, senderOf } from './cast.ts';

/** How numbers, times and results are put for people. */

/** `+12025550170` as `+1 202 555 0170`; other numbers as they are. */
export const showNumber = (number: string): string => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');

/** A recipient by name where it is one of the handsets. */
export const nameRecipient = (number: string): string => handsetOf(number)?.name ?? showNumber(number);

/** A sender by brand and the end of its number, as on the handsets. */
export function nameSender(number: string): string {
  const sender = senderOf(number);
  return sender ? `${sender.brand} ${sender.number.slice(-4)}` : showNumber(number);
}

/** What an opt-out covers: one sender, a group, or all of an account. */
export function nameScope(scope: string): string {
  if (scope === '*') return 'all senders of the account';
  if (scope === 'opt-in-required') return 'a sender that needs an opt-in first';
  if (scope.startsWith('category:')) {
    const [, category = '', of = ''] = /^category:([^:]*):(.*)$/.exec(scope) ?? [];
    return `${category} messages of ${nameScope(of)}`;
  }
  if (scope.startsWith('group:')) return `the group ${scope.slice('group:'.length)}`;
  return nameSender(scope);
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const shortClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const showTime = (at: string | number): string => clock.format(new Date(at));
export const showShortTime = (at: string | number): string => shortClock.format(new Date(at));

const figures = new Intl.NumberFormat('en');

export const showCount = (count: number): string => figures.format(count);

/** `1 message`, `2 messages`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${showCount(count)} ${count === 1 ? one : many}`;

/** Why a message failed, in plain words. `OptedOut` is told apart, with its proof. */
const REASONS: Readonly<Record<string, string>> = {
  OptedOut: 'the recipient has opted out',
  InvalidMessage: 'the carrier would not take this text',
  InvalidDestination: 'no such recipient',
  Expired: 'it was too late to send it',
  SenderNotAllowed: 'this sender may not be used',
  CarrierRejected: 'the carrier refused it',
  CarrierBlocked: 'the carrier blocked it',
  RetriesExhausted: 'every attempt failed',
};

export const showReason = (reason: string | undefined): string =>
  REASONS[reason ?? ''] ?? reason ?? 'no reason was given';
