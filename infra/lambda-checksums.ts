import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/**
 * Stands in for `@smithy/core/checksum` in the deployed bundles. The SDK brings SHA-256 and MD5 in JavaScript too, for places
 * without `node:crypto`; Lambda is none. `constructs/bundling.ts` swaps it in; nothing imports it by name.
 */
class Checksum {
  readonly digestLength: number;
  readonly #start: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(digestLength: number, start: () => Hash | Hmac) {
    this.digestLength = digestLength;
    this.#start = start;
    this.#hash = start();
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  /** The SDK asks once, or starts anew with `reset`. */
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#start();
  }
}

export class Sha256 extends Checksum {
  constructor(secret?: string | Uint8Array) {
    super(32, () => (secret ? createHmac('sha256', secret) : createHash('sha256')));
  }
}

export class Md5 extends Checksum {
  constructor() {
    super(16, () => createHash('md5'));
  }
}
