import { ConsentStore } from '../../shared/ledger/consent-store.ts';
import { Table } from '../../shared/ledger/table.ts';
import { createDynamoDb } from '../../shared/runtime/clients.ts';
import type { Saboteur } from './saboteur.ts';

export const weakRead: Saboteur = {
  name: 'weak-read',
  about: 'reads consent eventually consistent',
  breaks: 'No message after STOP',
  withinSeconds: 30,
  outbound(ports, { settings, around }) {
    const client = createDynamoDb(around.aws);
    client.middlewareStack.add(
      (next) => (given) => {
        const { ConsistentRead: _, RequestItems, ...input } = given.input as Record<string, unknown>;
        const weak = Object.fromEntries(
          Object.entries((RequestItems ?? {}) as Record<string, object>).map(([table, keys]) => [
            table,
            { ...keys, ConsistentRead: false },
          ]),
        );
        return next({ ...given, input: { ...input, ...(RequestItems ? { RequestItems: weak } : {}) } as never });
      },
      { step: 'initialize' },
    );
    return { ...ports, consent: new ConsentStore(new Table(client, settings.STOPGATE_TABLE_NAME)) };
  },
};
