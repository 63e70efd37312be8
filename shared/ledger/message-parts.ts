import type { Instant } from '../consent/merge.ts';
import { type Item, recipientKey, type Table } from './table.ts';

/** One part of a long message, as its carrier handed it on. */
export interface IncomingPart {
  readonly carrier: string;
  readonly carrierMessageId: string;
  readonly recipient: string;
  readonly sender: string;
  readonly text: string;
  readonly sentAt?: Instant | undefined;
  readonly part: { readonly ref: string; readonly number: number; readonly total: number };
}

/** One part as it was first heard. */
export interface KeptPart {
  /** From 1. */
  readonly number: number;
  readonly carrierMessageId: string;
  readonly text: string;
  readonly heardAt: Instant;
  readonly sentAt?: Instant | undefined;
}

/** How long a message stays open for parts that are missing: as long as carriers go on trying to hand one on. */
const OPEN_MS = 24 * 60 * 60_000;
/** Seconds for which parts are kept: past the last attempt of a carrier to hand on one that we have. */
const KEPT_SECONDS = 3 * 86_400;
/** Messages with one reference, between one recipient and one sender within those days. Handsets count from 0 to 255. */
const MAX_GENERATIONS = 10;

/**
 * Long messages whose carrier hands them on part by part, in any order and each perhaps several times.
 *
 * The parts of a message are one item, so that one conditional write both keeps a part and tells which others are there:
 * of parts that come at once, whichever is written last sees them all. References are soon used again. A part that finds
 * its place taken by another one, or its message too old, opens the next *generation* of the reference.
 */
export class MessageParts {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Keeps a part, unless it is there.
   * @returns the parts of its message that are there now, this one among them, in the order of the text
   */
  async keep(account: string, message: IncomingPart, heardAt: Instant): Promise<readonly KeptPart[]> {
    const { carrier, carrierMessageId, recipient, sender, text, sentAt, part } = message;
    const entry = `PARTS#${carrier}#${sender}#${part.ref}#${part.total}`;
    const own: KeptPart = { number: part.number, carrierMessageId, text, heardAt, sentAt };
    for (let generation = 1; generation <= MAX_GENERATIONS; generation += 1) {
      const item = await this.#table.updateAndGet(
        { recipient: recipientKey(account, recipient), entry: `${entry}#${generation}` },
        {
          expression:
            'SET #part = if_not_exists(#part, :part), openedAt = if_not_exists(openedAt, :heardAt), removeAfter = if_not_exists(removeAfter, :removeAfter)',
          condition:
            'attribute_not_exists(openedAt) OR #part.carrierMessageId = :id OR (attribute_not_exists(#part) AND openedAt > :openSince)',
          names: { '#part': nameOf(part.number) },
          values: {
            ':part': own,
            ':id': carrierMessageId,
            ':heardAt': heardAt,
            ':openSince': new Date(Date.parse(heardAt) - OPEN_MS).toISOString(),
            ':removeAfter': Math.ceil(Date.parse(heardAt) / 1_000) + KEPT_SECONDS,
          },
        },
      );
      if (item) return partsIn(item, part.total);
    }
    // Nobody writes as many long messages. What they say is heard all the same, part by part.
    return [own];
  }
}

const nameOf = (number: number): string => `part${number}`;

function partsIn(item: Item, total: number): KeptPart[] {
  const numbers = Array.from({ length: total }, (_, index) => index + 1);
  return numbers.flatMap((number) => (item[nameOf(number)] as KeptPart | undefined) ?? []);
}
