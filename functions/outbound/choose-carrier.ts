import type { CarrierName, Sender } from '../../shared/messages/sender.ts';
import type { CircuitBreaker } from '../../shared/sending/circuit-breaker.ts';

/** The carrier that a message leaves by; or for how long, in milliseconds, none of its sender's may be called. */
export type Choice = { readonly carrier: CarrierName } | { readonly waitMs: number };

/**
 * Chooses the carrier of an attempt. A sender's second carrier takes over where the first is being left alone, and for
 * every other attempt: there is a further attempt only where it is certain that the one before sent nothing. To call the carrier
 * is asked for later, when nothing can keep the message back any more.
 *
 * @param attempt from 1
 */
export function chooseCarrier(
  { carrier, secondCarrier }: Pick<Sender, 'carrier' | 'secondCarrier'>,
  attempt: number,
  breaker: Pick<CircuitBreaker, 'leftAloneMs'>,
): Choice {
  const both = secondCarrier === undefined ? [carrier] : [carrier, secondCarrier];
  const inTurn = attempt % 2 === 0 ? both.reverse() : both;
  const waits: number[] = [];
  for (const candidate of inTurn) {
    const waitMs = breaker.leftAloneMs(candidate);
    if (waitMs === 0) return { carrier: candidate };
    waits.push(waitMs);
  }
  return { waitMs: Math.min(...waits) };
}
