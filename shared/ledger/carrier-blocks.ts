import type { Instant } from '../consent/merge.ts';
import type { Listing } from '../messages/opt-out-list.ts';
import type { RecipientOfAccount } from './consent-store.ts';
import { recipientKey, type Table } from './table.ts';

/** A carrier does not let a recipient be texted who may be texted for all we know. */
export interface CarrierBlock extends Listing {
  /** Since when, by the carrier, or else since we first saw it. */
  readonly since: Instant;
  /** Until when, at the latest, the carrier does not let us end it; nothing where it can't be ended by us. */
  readonly until?: Instant | undefined;
  /** The carrier's own word for why it can't be ended. */
  readonly detail?: string | undefined;
  /** When it was last seen. */
  readonly seenAt: Instant;
}

const PREFIX = 'BLOCK#';
/** A list says who is on it and not who has left it: what was not seen for so long is over. Eight sweeps. */
const SEEN_WITHIN_MS = 2 * 86_400_000;
const MAX_BLOCKS = 100;

/** The blocks of carriers, in their recipient's partition. */
export class CarrierBlocks {
  readonly #table: Table;
  readonly #clock: () => number;

  constructor(table: Table, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  async record(of: RecipientOfAccount, block: CarrierBlock): Promise<void> {
    await this.#table.put({ ...keyOf(of, block), ...block });
  }

  /** Ends a block, if there is one. */
  async end(of: RecipientOfAccount, listing: Listing, now: Instant): Promise<void> {
    await this.#table.update(keyOf(of, listing), {
      expression: 'SET endedAt = :now',
      condition: 'attribute_exists(entry)',
      values: { ':now': now },
    });
  }

  /** The blocks that stand, as far as is known. */
  async of({ account, recipient }: RecipientOfAccount): Promise<CarrierBlock[]> {
    const seenAfter = new Date(this.#clock() - SEEN_WITHIN_MS).toISOString();
    const blocks: CarrierBlock[] = [];
    for await (const item of this.#table.partition(recipientKey(account, recipient), PREFIX, MAX_BLOCKS)) {
      const { recipient: _partition, entry: _entry, endedAt, ...block } = item;
      if (endedAt === undefined && String(block.seenAt) > seenAfter) blocks.push(block as unknown as CarrierBlock);
    }
    return blocks;
  }
}

const keyOf = ({ account, recipient }: RecipientOfAccount, { carrier, list, sender = '' }: Listing) => ({
  recipient: recipientKey(account, recipient),
  entry: `${PREFIX}${carrier}#${list}#${sender}`,
});
