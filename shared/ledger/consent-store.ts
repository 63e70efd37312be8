import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Consent, type ConsentChange, NO_CONSENT_RECORDED, type OptOut, type Scope } from '../consent/merge.ts';
import { type Reviewed, withReviewed } from '../consent/reviewed.ts';
import type { ConsentChanges } from './consent-changes.ts';
import { type Item, recipientKey, type Table, toAttributes } from './table.ts';

/** One attribute per scope, so that scopes are written without reading or overwriting one another. */
const SCOPE_PREFIX = 'optOut#';
const ENTRY = 'CONSENT';
/** One attribute for all that was decided in reviews: a map by review. */
const REVIEWED = 'reviewed';
/** Many more than anybody decides on, and few enough to keep what every send reads small. About 250 bytes each. */
const MAX_REVIEWED = 100;
/** DynamoDB's bound on one BatchGetItem. */
const MAX_BATCH = 100;

export interface RecipientOfAccount {
  readonly account: string;
  readonly recipient: string;
}

/**
 * Consent, read strongly and never kept: whoever sends asks again each time.
 */
export class ConsentStore {
  readonly #table: Table;
  readonly #changes: Pick<ConsentChanges, 'note'> | undefined;

  /** @param changes where each change is noted, for a stage whose carrier's list follows */
  constructor(table: Table, changes?: Pick<ConsentChanges, 'note'>) {
    this.#table = table;
    this.#changes = changes;
  }

  /**
   * What is recorded for one recipient, now.
   * @throws where it can't be read: then nothing may be sent
   */
  async read({ account, recipient }: RecipientOfAccount): Promise<Consent> {
    const item = await this.#table.get({ recipient: recipientKey(account, recipient), entry: ENTRY });
    if (!item) return NO_CONSENT_RECORDED;
    const consent = toConsent(item);
    if (!consent) throw new Error('A consent item of the ledger is damaged');
    return consent;
  }

  /**
   * What is recorded for many recipients, in one call for each hundred.
   * @returns a function that gives one recipient's consent, or undefined where it could not be read: then nothing may
   *   be sent to it
   */
  async readMany(
    recipients: readonly RecipientOfAccount[],
  ): Promise<(recipient: RecipientOfAccount) => Consent | undefined> {
    const partitions = [...new Set(recipients.map((one) => recipientKey(one.account, one.recipient)))];
    const read = new Map<string, Consent>();
    for (let start = 0; start < partitions.length; start += MAX_BATCH) {
      for (const [partition, consent] of await this.#readBatch(partitions.slice(start, start + MAX_BATCH))) {
        read.set(partition, consent);
      }
    }
    return ({ account, recipient }) => read.get(recipientKey(account, recipient));
  }

  async #readBatch(partitions: readonly string[]): Promise<Map<string, Consent>> {
    const answer = await this.#table.client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [this.#table.name]: {
            Keys: partitions.map((recipient) => toAttributes({ recipient, entry: ENTRY })),
            ConsistentRead: true,
          },
        },
      }),
    );
    const unread = new Set(
      answer.UnprocessedKeys?.[this.#table.name]?.Keys?.map((key) => String(unmarshall(key).recipient)),
    );
    // A key that was processed and brought no item means that nothing was ever recorded.
    const consents = new Map(
      partitions.filter((partition) => !unread.has(partition)).map((partition) => [partition, NO_CONSENT_RECORDED]),
    );
    for (const attributes of answer.Responses?.[this.#table.name] ?? []) {
      const item = unmarshall(attributes);
      const consent = toConsent(item);
      // One damaged item holds back its own recipient, and nobody else of the batch.
      if (consent) consents.set(String(item.recipient), consent);
      else consents.delete(String(item.recipient));
    }
    return consents;
  }

  /**
   * Merges one change in: the later time wins, and at equal times the larger event id, so that any order and any
   * repetition ends in the same state.
   * @returns whether this changed what is recorded
   */
  async apply({ account, recipient }: RecipientOfAccount, change: ConsentChange): Promise<boolean> {
    const changed = await this.#table.update(
      { recipient: recipientKey(account, recipient), entry: ENTRY },
      {
        expression: 'SET #change = :change',
        condition:
          'attribute_not_exists(#change) OR #change.#at < :at OR (#change.#at = :at AND #change.eventId < :eventId)',
        names: { '#change': change.kind === 'opt-in' ? 'optIn' : `${SCOPE_PREFIX}${change.scope}`, '#at': 'at' },
        values: { ':change': { at: change.at, eventId: change.eventId }, ':at': change.at, ':eventId': change.eventId },
      },
    );
    // Afterwards, so that it holds up no STOP; and also where nothing changed: the call before may have come no further.
    await this.#changes?.note({ account, recipient });
    return changed;
  }

  /**
   * Merges in what was decided in one review: the larger turn wins, so that any order and any repetition ends in the same
   * state, and an opt-out that is undone leaves no trace in what was heard.
   *
   * @returns whether it is merged in; if not, this recipient has a hundred such reviews already, and nothing was changed
   */
  async applyReviewed(
    { account, recipient }: RecipientOfAccount,
    reviewId: string,
    decided: Reviewed,
  ): Promise<boolean> {
    const key = { recipient: recipientKey(account, recipient), entry: ENTRY };
    const names = { '#reviewed': REVIEWED };
    // An entry can be put into a map only where there is a map.
    await this.#table.update(key, {
      expression: 'SET #reviewed = :none',
      condition: 'attribute_not_exists(#reviewed)',
      names,
      values: { ':none': {} },
    });
    const applied = await this.#table.update(key, {
      expression: 'SET #reviewed.#id = :decided',
      condition: '(attribute_not_exists(#reviewed.#id) AND size(#reviewed) < :most) OR #reviewed.#id.#turn < :turn',
      names: { ...names, '#id': reviewId, '#turn': 'turn' },
      values: { ':decided': decided, ':turn': decided.turn, ':most': MAX_REVIEWED },
    });
    await this.#changes?.note({ account, recipient });
    if (applied) return true;
    const item = await this.#table.get(key);
    return Object.hasOwn((item?.[REVIEWED] ?? {}) as object, reviewId);
  }
}

/** Nothing where the item is damaged: then nobody can tell what the recipient wants. */
function toConsent(item: Item): Consent | undefined {
  const optOuts: Record<Scope, OptOut> = Object.create(null);
  let optIn: OptOut | undefined;
  for (const [name, value] of Object.entries(item)) {
    const isOptOut = name.startsWith(SCOPE_PREFIX);
    if (!isOptOut && name !== 'optIn') continue;
    if (!isHeard(value)) return undefined;
    if (isOptOut) optOuts[name.slice(SCOPE_PREFIX.length)] = value;
    else optIn = value;
  }
  const heard = optIn ? { optIn, optOuts } : { optOuts };
  const reviewed: unknown[] = Object.values((item[REVIEWED] ?? {}) as object);
  return reviewed.every(isReviewed) ? withReviewed(heard, reviewed) : undefined;
}

function isHeard(value: unknown): value is OptOut {
  const { at, eventId } = (value ?? {}) as Partial<OptOut>;
  return typeof at === 'string' && typeof eventId === 'string';
}

function isReviewed(value: unknown): value is Reviewed {
  const { turn, scopes } = (value ?? {}) as Partial<Reviewed>;
  const isWhole = typeof turn === 'number' && Array.isArray(scopes);
  return isHeard(value) && isWhole && scopes.every((scope) => typeof scope === 'string');
}
