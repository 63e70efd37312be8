import { type Consent, refusalFor, scopesOf } from '../../shared/consent/merge.ts';
import { isSender } from '../../shared/messages/address.ts';
import type { Sender } from '../../shared/messages/sender.ts';

/** Whether one sender may text a recipient (contract, section 7). */
export interface SenderConsent {
  readonly sender: string;
  readonly consent: 'opted-in' | 'opted-out';
  readonly since?: string;
  readonly scope?: string;
  readonly eventId?: string;
}

/** Consent for each registered sender of the account, and for unregistered ones that the recipient has opted out of. */
export function describeConsent(consent: Consent, registered: readonly Sender[]): SenderConsent[] {
  const known = new Set(registered.map(({ sender }) => sender));
  const others = Object.keys(consent.optOuts).filter((scope) => isSender(scope) && !known.has(scope));
  return [...registered, ...others.map((sender) => ({ sender }))].map((sender) => {
    const refusal = refusalFor(consent, scopesOf(sender));
    if (refusal) return { sender: sender.sender, consent: 'opted-out', ...refusal };
    const { optIn } = consent;
    return { sender: sender.sender, consent: 'opted-in', ...(optIn && { since: optIn.at, eventId: optIn.eventId }) };
  });
}
