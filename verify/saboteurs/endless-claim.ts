import { MessageStore } from '../../shared/ledger/message-store.ts';
import { Table } from '../../shared/ledger/table.ts';
import { createDynamoDb } from '../../shared/runtime/clients.ts';
import type { Saboteur } from './saboteur.ts';

const A_YEAR_MS = 365 * 86_400_000;

export const endlessClaim: Saboteur = {
  name: 'endless-claim',
  about: 'claims that never run out',
  breaks: 'Every message ends',
  withinSeconds: 30,
  outbound(ports, { settings, around }) {
    const table = new Table(createDynamoDb(around.aws), settings.STOPGATE_TABLE_NAME);
    return { ...ports, messages: new MessageStore(table, { clock: around.clock, claimMs: A_YEAR_MS }) };
  },
};
