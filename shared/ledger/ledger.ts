import type { CarrierName } from '../messages/sender.ts';
import { createDynamoDb } from '../runtime/clients.ts';
import type { Surroundings } from '../runtime/surroundings.ts';
import { CampaignCounters } from './campaign-counters.ts';
import { CarrierBlocks } from './carrier-blocks.ts';
import { ConsentChanges } from './consent-changes.ts';
import { ConsentStore } from './consent-store.ts';
import { EventStore } from './event-store.ts';
import { HelpReplies } from './help-replies.ts';
import { ListedNumbers } from './listed-numbers.ts';
import { MessageParts } from './message-parts.ts';
import { MessageStore } from './message-store.ts';
import { OptInRequests } from './opt-in-requests.ts';
import { RecipientHistory } from './recipient-history.ts';
import { ReviewStore } from './review-store.ts';
import { SenderPace } from './sender-pace.ts';
import { SenderRegister } from './sender-register.ts';
import { Table } from './table.ts';
import { UsedNonces } from './used-nonces.ts';
import { WaitingRoom } from './waiting-room.ts';

/** The settings of a function that say where the ledger is and what its defaults are. */
export interface LedgerSettings {
  readonly STOPGATE_TABLE_NAME: string;
  readonly STOPGATE_DEFAULT_ACCOUNT: string;
  readonly STOPGATE_DEFAULT_CARRIER: CarrierName;
  readonly STOPGATE_MESSAGE_RETENTION_DAYS?: number | undefined;
  readonly STOPGATE_AWS_OPT_OUT_LIST?: string | undefined;
}

/**
 * Longer than any function may run, so that a claim never runs out while its holder is still sending; shorter than a
 * message stays hidden on its queue, so that whoever gets it next finds out at once. Milliseconds.
 */
const CLAIM_MS = 90_000;
/** How long a change of a sender's settings may take to be noticed. Milliseconds. */
const REMEMBER_SENDERS_MS = 30_000;

/** The ledger of a stage. */
export const createLedger = (settings: LedgerSettings, { aws, clock }: Pick<Surroundings, 'aws' | 'clock'>): Ledger =>
  ledgerOn(new Table(createDynamoDb(aws), settings.STOPGATE_TABLE_NAME), settings, clock);

/** The table, behind one small store for each thing that it keeps. */
export function ledgerOn(table: Table, settings: Omit<LedgerSettings, 'STOPGATE_TABLE_NAME'>, clock: () => number) {
  const retentionDays = settings.STOPGATE_MESSAGE_RETENTION_DAYS;
  const senders = {
    defaultAccount: settings.STOPGATE_DEFAULT_ACCOUNT,
    defaultCarrier: settings.STOPGATE_DEFAULT_CARRIER,
    rememberMs: REMEMBER_SENDERS_MS,
    clock,
  };
  const consentChanges = new ConsentChanges(table, clock);
  const consent = new ConsentStore(table, settings.STOPGATE_AWS_OPT_OUT_LIST ? consentChanges : undefined);
  const events = new EventStore(table);
  return {
    consent,
    consentChanges,
    events,
    messages: new MessageStore(table, { clock, claimMs: CLAIM_MS, retentionDays }),
    messageParts: new MessageParts(table),
    senders: new SenderRegister(table, senders),
    pace: new SenderPace(table, clock),
    waitingRoom: new WaitingRoom(table, clock),
    reviews: new ReviewStore(table, { events, consent, clock }),
    helpReplies: new HelpReplies(table),
    optInRequests: new OptInRequests(table),
    listedNumbers: new ListedNumbers(table),
    blocks: new CarrierBlocks(table, clock),
    usedNonces: new UsedNonces(table),
    campaigns: new CampaignCounters(table),
    history: new RecipientHistory(table),
  };
}

export type Ledger = ReturnType<typeof ledgerOn>;
