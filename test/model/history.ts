import { ConsentModel, closedBy, type ModelSender } from './consent-model.ts';
import { type GatedPipeline, type Handed, idAtCarrier } from './gated-pipeline.ts';
import {
  afterDelivery,
  type CarrierAnswer,
  type Delivery,
  type ModelMessage,
  mayBeHanded,
  newMessage,
  noteDelivery,
  type Stand,
} from './message-model.ts';

/** A sender of each kind, in two accounts. */
export const SENDERS: readonly ModelSender[] = [
  { sender: '+12025550100', account: 'acme' },
  { sender: '+12025550101', account: 'acme', group: 'news' },
  { sender: '+12025550102', account: 'acme', group: 'news' },
  { sender: '+12025550103', account: 'acme', optOutScope: 'account' },
  { sender: '+12025550104', account: 'acme', stopAllScope: 'account' },
  { sender: '+12025550150', account: 'globex' },
];

/** When each history starts. Milliseconds since the epoch. */
export const START = Date.UTC(2026, 10, 23, 12);

/** A text, and how it reached us. */
export interface Hearing {
  readonly id: string;
  readonly recipient: string;
  readonly sender: ModelSender;
  readonly text: string;
  /** `webhook` and `waiting` are Twilio's; AWS publishes to a `topic` and says when. */
  readonly via: 'webhook' | 'topic' | 'waiting';
  /** When a queue got it; a webhook's is when it calls. Milliseconds since the epoch. */
  readonly heardAt?: number;
  readonly sentAt?: number;
}

/** A message or a reply that was delivered by its queue at least once. */
export interface Known extends ModelMessage {
  readonly kind: 'message' | 'reply';
  readonly recipient: string;
  readonly messageId: string;
  sender: ModelSender;
}

/** What must be true of the recipients of one history. */
export class Model {
  readonly recipients: readonly string[];
  readonly hearings: Hearing[] = [];
  readonly known = new Map<string, Known>();
  readonly #consents = new Map<string, ConsentModel>();

  constructor(recipients: readonly string[]) {
    this.recipients = recipients;
  }

  consentOf({ account }: ModelSender, recipient: string): ConsentModel {
    return ofMap(this.#consents, `${account}#${recipient}`, () => new ConsentModel());
  }

  messageOf(kind: Known['kind'], sender: ModelSender, recipient: string, messageId: string): Known {
    const make = () => ({ ...newMessage(), kind, recipient, messageId, sender });
    return ofMap(this.known, `${sender.account}#${recipient}#${kind}#${messageId}`, make);
  }

  /** What a carrier may report on: what it was given. */
  get atCarriers(): Known[] {
    return [...this.known.values()].filter(({ attempts }) => attempts.atLeast > 0);
  }
}

function ofMap<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** How often something of interest came to pass in all histories, so that the test can tell that it still does. */
export const seen = new Map<string, number>();

export const see = (what: string): void => {
  seen.set(what, (seen.get(what) ?? 0) + 1);
};

/** One of the messages that a function was given, with what was to be expected beforehand. */
export interface Expected {
  readonly message: Known;
  /** By which sender it leaves this time. */
  readonly sender: ModelSender;
  readonly carrier: string;
  readonly delivery: Omit<Delivery, 'broken'>;
}

/** Compares what came of one delivery with the model, and notes it there. */
export async function checkDelivery(
  { message, sender, carrier, delivery: given }: Expected,
  handed: readonly Handed[],
  broken: boolean,
  model: Model,
  real: GatedPipeline,
): Promise<Stand> {
  const { kind, recipient, messageId } = message;
  const delivery = { ...given, broken };
  const ours = handed.filter(({ ref }) => ref.kind === kind && ref.to === recipient && ref.messageId === messageId);
  if (ours.length > 0) {
    expect(ours).toMatchObject([{ from: sender.sender, ref: { account: sender.account } }]);
    expect({ consent: delivery.consent, stand: message.stand, mayBeHanded: mayBeHanded(message, delivery) }).toEqual({
      consent: delivery.consent,
      stand: message.stand,
      mayBeHanded: true,
    });
  }
  const item = await real.find(sender.account, recipient, `${kind.toUpperCase()}#${messageId}`);
  const stand = standOf(item);
  expect([...afterDelivery(message, delivery)]).toContain(stand);
  see(stand);
  if (ours.length > 0 && given.answer === 'knows of an opt-out') {
    await hearRefusal(`${carrier}#refused-${kind}-${messageId}`, sender, recipient, !broken, model, real);
  }
  if (stand === 'Failed OptedOut' && message.stand !== stand) {
    const explained = model.consentOf(sender, recipient).explains(item?.refusedBy as never, sender);
    expect({ refusedBy: item?.refusedBy, explained }).toMatchObject({ explained: true });
  }
  if (stand === 'Sent' && message.stand !== 'Sent') {
    expect(item).toMatchObject({ from: sender.sender, carrierMessageId: idAtCarrier(messageId) });
  }
  noteDelivery(message, delivery, stand, ours.length > 0);
  if (ours.length > 0) message.sender = sender;
  return stand;
}

/** The carrier's refusal is an opt-out like any other, heard when it refused. */
export async function hearRefusal(
  id: string,
  sender: ModelSender,
  recipient: string,
  acknowledged: boolean,
  model: Model,
  real: GatedPipeline,
): Promise<void> {
  const event = await real.find(sender.account, recipient, `EVENT#${id}`);
  if (acknowledged) expect(event).toMatchObject({ source: 'refusal', intent: 'opt-out' });
  if (!event) return;
  const consent = model.consentOf(sender, recipient);
  const at = consent.find(id)?.at ?? real.now;
  expect(event.heardAt).toBe(new Date(at).toISOString());
  consent.hear({ id, meaning: 'opt-out', at, closes: closedBy(sender), acknowledged });
}

export function standOf(item: Record<string, unknown> | undefined): Stand {
  if (!item) return 'unknown to us';
  return item.status === 'Failed' ? `Failed ${item.reason}` : (item.status as Stand);
}

/** The carrier's answer as the carrier's adapter turns it into an outcome. */
export function outcomeOf(answer: CarrierAnswer, { ref }: Handed) {
  switch (answer) {
    case 'takes it':
      return { kind: 'accepted', carrierMessageId: idAtCarrier(ref.messageId) } as const;
    case 'takes it, and its answer is lost':
      return { kind: 'unknown', detail: 'timeout' } as const;
    case 'knows of an opt-out':
      return { kind: 'rejected', because: 'opted-out', detail: '21610' } as const;
    case 'blocks it':
      return { kind: 'rejected', because: 'blocked', detail: '30004' } as const;
    case 'is busy':
      return { kind: 'later', because: 'throttled', detail: '429', retryAfterMs: 5_000 } as const;
    case 'has no quota left':
      return { kind: 'rejected', because: 'over-quota', detail: '30001' } as const;
  }
}
