import { type Consent, type Instant, refusalToSend } from '../../shared/consent/merge.ts';
import type { CarrierBlock } from '../../shared/ledger/carrier-blocks.ts';
import { isSender } from '../../shared/messages/address.ts';
import { sendersUnder } from '../../shared/messages/opt-out-list.ts';
import type { Category } from '../../shared/messages/outbound-message.ts';
import type { Sender } from '../../shared/messages/sender.ts';

/** A carrier's own opt-out list that keeps a sender from texting who may be texted for all we know. */
export interface BlockedBy extends Pick<CarrierBlock, 'carrier' | 'list' | 'since' | 'until' | 'detail' | 'seenAt'> {}

/** Whether one sender may text a recipient (contract, section 7). */
export interface SenderConsent {
  readonly sender: string;
  readonly consent: 'opted-in' | 'opted-out';
  readonly since?: string;
  readonly scope?: string;
  readonly eventId?: string;
  /** Categories that the recipient has closed, where the sender may text otherwise. */
  readonly closedFor?: readonly Category[];
  /** The carrier refuses or drops what this sender would send. */
  readonly blockedBy?: readonly BlockedBy[];
}

const CATEGORIES: readonly Category[] = ['promotional', 'transactional'];

/**
 * Consent for each registered sender of the account, and for unregistered ones that the recipient has opted out of.
 * @param at when the consent was read
 * @param blocks those of carriers that stand for this recipient
 */
export function describeConsent(
  consent: Consent,
  registered: readonly Sender[],
  at: Instant,
  blocks: readonly CarrierBlock[] = [],
): SenderConsent[] {
  const known = new Set(registered.map(({ sender }) => sender));
  const others = Object.keys(consent.optOuts).filter((scope) => isSender(scope) && !known.has(scope));
  return [...registered, ...others.map((sender) => ({ sender }))].map((sender) => {
    const refusal = refusalToSend(consent, sender, at);
    if (refusal) return { sender: sender.sender, consent: 'opted-out', ...refusal };
    const closedFor = CATEGORIES.filter((category) => refusalToSend(consent, sender, at, category));
    const blockedBy = blocks
      .filter((block) => sendersUnder(block, registered).some((under) => under.sender === sender.sender))
      .map(({ carrier, list, since, until, detail, seenAt }) => ({ carrier, list, since, until, detail, seenAt }));
    const { optIn } = consent;
    return {
      sender: sender.sender,
      consent: 'opted-in',
      ...(optIn && { since: optIn.at, eventId: optIn.eventId }),
      ...(closedFor.length > 0 && { closedFor }),
      ...(blockedBy.length > 0 && { blockedBy }),
    };
  });
}
