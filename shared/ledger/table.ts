import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** An item as plain values. What the ledger reads was written by the ledger; stores still check what they rely on. */
export type Item = Record<string, unknown>;

export interface Key {
  readonly recipient: string;
  readonly entry: string;
}

/** One change of an item: what to set, on what condition. Names and values are given apart, as DynamoDB wants them. */
export interface Update {
  readonly expression: string;
  readonly condition?: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/**
 * The ledger's table as plain items: strongly consistent reads, conditional writes, and nothing else. A failed
 * condition is an answer (`false`), not an error; everything else that goes wrong is thrown.
 */
export class Table {
  readonly #client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  get client(): DynamoDBClient {
    return this.#client;
  }

  /** The item as it is now, by a strongly consistent read. */
  async get(key: Key): Promise<Item | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.name, Key: toAttributes({ ...key }), ConsistentRead: true }),
    );
    return item && unmarshall(item);
  }

  /** Writes the item if there is none with its key, and says whether it did. */
  async putIfAbsent(item: Key & Item): Promise<boolean> {
    return appliesUnlessConditionFails(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.name,
          Item: toAttributes(item),
          ConditionExpression: 'attribute_not_exists(entry)',
        }),
      ),
    );
  }

  /** Writes the item, whatever was there. */
  async put(item: Key & Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.name, Item: toAttributes(item) }));
  }

  /** Changes an item, and says whether the condition held. */
  async update(key: Key, update: Update): Promise<boolean> {
    return appliesUnlessConditionFails(() => this.#client.send(new UpdateItemCommand(this.#input(key, update))));
  }

  /** As `update`, but answers the item as it is afterwards, or nothing where the condition did not hold. */
  async updateAndGet(key: Key, update: Update): Promise<Item | undefined> {
    let attributes: Record<string, AttributeValue> | undefined;
    const applied = await appliesUnlessConditionFails(async () => {
      const input = { ...this.#input(key, update), ReturnValues: 'ALL_NEW' as const };
      attributes = (await this.#client.send(new UpdateItemCommand(input))).Attributes;
    });
    return applied && attributes ? unmarshall(attributes) : undefined;
  }

  /** A partition's items whose sort key begins with `prefix`, in the order of that key; `limit` at most. */
  async *partition(recipient: string, prefix = '', limit = 1_000, newestFirst = false): AsyncGenerator<Item> {
    let left = limit;
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: prefix ? 'recipient = :r AND begins_with(entry, :p)' : 'recipient = :r',
          ExpressionAttributeValues: toAttributes(prefix ? { ':r': recipient, ':p': prefix } : { ':r': recipient }),
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          Limit: left,
          ExclusiveStartKey: from,
        }),
      );
      for (const item of page.Items ?? []) yield unmarshall(item);
      left -= page.Items?.length ?? 0;
      from = page.LastEvaluatedKey;
    } while (from && left > 0);
  }

  /** Up to `limit` items of a partition, after a sort key. Strongly consistent. */
  async page(recipient: string, after: string | undefined, limit: number): Promise<Item[]> {
    const items: Item[] = [];
    let from = after === undefined ? undefined : toAttributes({ recipient, entry: after });
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: 'recipient = :r',
          ExpressionAttributeValues: toAttributes({ ':r': recipient }),
          ConsistentRead: true,
          Limit: limit - items.length,
          ExclusiveStartKey: from,
        }),
      );
      for (const item of page.Items ?? []) items.push(unmarshall(item));
      from = page.LastEvaluatedKey;
    } while (from && items.length < limit);
    return items;
  }

  #input(key: Key, update: Update): UpdateItemCommandInput {
    return {
      TableName: this.name,
      Key: toAttributes({ ...key }),
      UpdateExpression: update.expression,
      ...(update.condition && { ConditionExpression: update.condition }),
      ...(update.names && { ExpressionAttributeNames: update.names }),
      ...(update.values && { ExpressionAttributeValues: toAttributes(update.values) }),
    };
  }
}

/** Undefined fields are left out, so that an optional field is simply absent in the table. */
export const toAttributes = (item: Item): Record<string, AttributeValue> =>
  marshall(item, { removeUndefinedValues: true });

async function appliesUnlessConditionFails(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The partition that holds all that is known of one recipient, for one account. */
export const recipientKey = (account: string, recipient: string): string => `${account}#${recipient}`;
