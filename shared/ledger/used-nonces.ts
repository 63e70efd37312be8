import type { Table } from './table.ts';

/** What a carrier signed once, and what it was seen with. */
export interface Nonce {
  readonly carrier: string;
  readonly value: string;
  /** A hash of what the request said. */
  readonly body: string;
}

/**
 * The nonces of signatures that do not cover the body. Whoever has seen one such request could send another body with its
 * signature, at any later time, so they are kept for as long as the ledger is.
 */
export class UsedNonces {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Whether the nonce is new, or comes again with what it first came with: then its carrier tries again. */
  async mayUse({ carrier, value, body }: Nonce): Promise<boolean> {
    const key = { recipient: `nonce#${carrier}#${value}`, entry: 'NONCE' };
    if (await this.#table.putIfAbsent({ ...key, body })) return true;
    return (await this.#table.get(key))?.body === body;
  }
}
