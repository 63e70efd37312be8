/**
 * Makes eventually consistent reads of consent what they may be in DynamoDB: up to a second old. The embedded engine is always
 * consistent, so that nobody would notice there who forgot to ask for a strong read.
 */
interface Attributes {
  readonly [name: string]: unknown;
}

interface Stale {
  /** As it was before the latest change; nothing, where there was none. */
  readonly item: Attributes | undefined;
  readonly until: number;
}

const STALE_MS = 1_000;

export class StaleReads {
  readonly #stale = new Map<string, Stale>();

  /** Before consent changes: how it still looks to those who do not ask for a strong read. */
  remember(partition: string, item: Attributes | undefined): void {
    this.#stale.set(partition, { item, until: Date.now() + STALE_MS });
  }

  /** The answer to a weak read of consent. */
  answer(operation: string | undefined, partitions: readonly string[], body: Buffer): Buffer {
    const answer = JSON.parse(body.toString('utf8'));
    for (const partition of partitions) {
      const stale = this.#stale.get(partition);
      if (!stale || stale.until < Date.now()) continue;
      if (operation === 'GetItem') answer.Item = stale.item;
      else
        for (const table of Object.keys(answer.Responses ?? {}))
          replace(answer.Responses, table, partition, stale.item);
    }
    return Buffer.from(JSON.stringify(answer));
  }
}

function replace(
  responses: Record<string, Attributes[]>,
  table: string,
  partition: string,
  item: Attributes | undefined,
): void {
  const others = (responses[table] ?? []).filter((one) => (one.recipient as { S: string }).S !== partition);
  responses[table] = item ? [...others, item] : others;
}
