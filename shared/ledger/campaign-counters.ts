import type { Status } from '../messages/status.ts';
import type { Table } from './table.ts';

/** Partitions of one campaign's counts, so that many functions can count at once. */
const SHARDS = 4;

/** How many of a campaign's messages took which status. Failures are not counted here: the failures index lists them. */
export type Counts = Partial<Record<Status, number>>;

/**
 * A campaign's progress at a glance. The messages themselves are the truth; these counts are for people to look at, so
 * a count that could not be written is lost rather than a message delayed.
 */
export class CampaignCounters {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Adds to a campaign's counts, all in one write. */
  async add(account: string, campaignId: string, counts: Counts): Promise<void> {
    const statuses = Object.entries(counts);
    const shard = Math.floor(Math.random() * SHARDS);
    await this.#table.update(
      { recipient: partitionOf(account, campaignId, shard), entry: 'COUNTS' },
      {
        expression: `ADD ${statuses.map((_, index) => `#s${index} :n${index}`).join(', ')}`,
        names: Object.fromEntries(statuses.map(([status], index) => [`#s${index}`, status])),
        values: Object.fromEntries(statuses.map(([, count], index) => [`:n${index}`, count])),
      },
    );
  }

  /** A campaign's counts so far. */
  async read(account: string, campaignId: string): Promise<Counts> {
    const shards = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) =>
        this.#table.get({ recipient: partitionOf(account, campaignId, shard), entry: 'COUNTS' }),
      ),
    );
    const total: Counts = {};
    for (const { recipient, entry, ...counts } of shards.filter((item) => item !== undefined)) {
      for (const [status, count] of Object.entries(counts)) {
        total[status as Status] = (total[status as Status] ?? 0) + Number(count);
      }
    }
    return total;
  }
}

const partitionOf = (account: string, campaignId: string, shard: number): string =>
  `campaign#${account}#${campaignId}#${shard}`;
