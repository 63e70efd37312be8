import fc from 'fast-check';
import type { ModelSender } from './consent-model.ts';
import { type Fault, withFault } from './fault.ts';
import { type GatedPipeline, idAtCarrier, MAX_ATTEMPTS } from './gated-pipeline.ts';
import { type Command, fault, recipient, sender } from './hearing-commands.ts';
import {
  checkDelivery,
  type Expected,
  hearRefusal,
  type Model,
  outcomeOf,
  SENDERS,
  START,
  see,
  standOf,
} from './history.ts';
import { afterReceipt, type CarrierAnswer, type ReceiptSays } from './message-model.ts';

/** One message that a producer put on the queue; a second producer may use its id for another sender. */
export interface Order {
  readonly recipient: number;
  readonly messageId: string;
  readonly sender: ModelSender;
  readonly answer: CarrierAnswer;
  /** From when on it is not sent any more; never, when not given. Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

const answer = fc.oneof(
  { weight: 3, arbitrary: fc.constant<CarrierAnswer>('takes it') },
  // Oftener than the others, since attempts are used up only by one after the other.
  { weight: 2, arbitrary: fc.constant<CarrierAnswer>('is busy') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<CarrierAnswer[]>(
      'takes it, and its answer is lost',
      'knows of an opt-out',
      'blocks it',
      'has no quota left',
    ),
  },
);

/** The outbound queue delivers a batch: messages that are new, that come back, or that it delivers once more. */
class Send implements Command {
  readonly orders: readonly Order[];
  readonly receives: number;
  /** Whether the first message is twice in the batch. */
  readonly twice: boolean;
  readonly fault: Fault | undefined;

  constructor(orders: readonly Order[], receives: number, twice: boolean, broken: Fault | undefined) {
    this.orders = orders;
    this.receives = receives;
    this.twice = twice;
    this.fault = broken;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: GatedPipeline): Promise<void> {
    await send(this, model, real);
  }

  toString(): string {
    return `Send(${JSON.stringify(this)})`;
  }
}

export async function send(
  { orders, receives, twice, fault: given }: Pick<Send, 'orders' | 'receives' | 'twice' | 'fault'>,
  model: Model,
  real: GatedPipeline,
): Promise<void> {
  const expected = orders.map((order) => expectedOf(order, model, real));
  const queued = orders.map((order) => queuedOf(order, model));
  const answers = new Map(
    orders.map((order) => [`${model.recipients[order.recipient]}#${order.messageId}`, order.answer]),
  );
  real.carrierAnswers = (handed) =>
    outcomeOf(answers.get(`${handed.ref.to}#${handed.ref.messageId}`) ?? 'takes it', handed);
  const batch = [...queued, ...(twice ? queued.slice(0, 1) : [])];
  const before = real.handed.length;

  const { broken, answer: done } = await withFault(given, (gate) => real.outbound(batch, receives, gate));

  if (broken) see(`sending breaks: a call ${given?.how}`);
  const handed = real.handed.slice(before);
  expect(handed.length).toBeLessThanOrEqual(orders.length);
  const wasHanded = ({ message }: Expected) => handed.some(({ ref }) => ref.messageId === message.messageId);
  // Those that the carrier refused last: their opt-outs came after the consent of the others was read.
  const inOrder = [...expected.keys()].sort(
    (a, b) => Number(wasHanded(expected[a]!)) - Number(wasHanded(expected[b]!)),
  );
  for (const index of inOrder) {
    const stand = await checkDelivery(expected[index]!, handed, broken, model, real);
    const comesBack = stand === 'Queued' || stand === 'Sending';
    if (!broken && !twice) expect({ stand, done: done?.[index] }).toEqual({ stand, done: !comesBack });
  }
}

function expectedOf(
  { recipient: index, messageId, sender, answer: says, expiresAt }: Order,
  model: Model,
  real: GatedPipeline,
): Expected {
  const to = model.recipients[index] ?? '';
  return {
    message: model.messageOf('message', sender, to, messageId),
    sender,
    carrier: 'twilio',
    delivery: {
      now: real.now,
      consent: model.consentOf(sender, to).for(sender),
      answer: says,
      expired: expiresAt !== undefined && expiresAt <= real.now,
      maxAttempts: MAX_ATTEMPTS,
    },
  };
}

const queuedOf = ({ recipient: index, messageId, sender, expiresAt }: Order, model: Model) => ({
  messageId,
  from: sender.sender,
  to: model.recipients[index],
  body: 'Sale ends tonight',
  ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
});

/** The reply queue delivers, for the first time or again. */
class Answer implements Command {
  readonly index: number;
  readonly answer: CarrierAnswer;
  readonly receives: number;
  readonly fault: Fault | undefined;

  constructor(index: number, says: CarrierAnswer, receives: number, broken: Fault | undefined) {
    this.index = index;
    this.answer = says;
    this.receives = receives;
    this.fault = broken;
  }

  check({ hearings }: Readonly<Model>): boolean {
    return hearings.length > 0;
  }

  async run(model: Model, real: GatedPipeline): Promise<void> {
    const body = real.replies[this.index % real.replies.length];
    if (!body) return;
    const { eventId, account, from, to, carrier, expiresAt } = JSON.parse(body);
    const sender = SENDERS.find((one) => one.sender === from)!;
    const expected: Expected = {
      message: model.messageOf('reply', sender, to, eventId),
      sender,
      carrier,
      delivery: {
        now: real.now,
        // A reply asks for no consent: it answers who has just opted out.
        consent: 'open',
        answer: this.answer,
        expired: Date.parse(expiresAt) <= real.now,
        maxAttempts: MAX_ATTEMPTS,
      },
    };
    expect(model.consentOf(sender, to).find(eventId)).toMatchObject({ id: eventId });
    expect(account).toBe(sender.account);
    real.carrierAnswers = (handed) => outcomeOf(this.answer, handed);
    const before = real.handed.length;
    const { broken, answer: done } = await withFault(this.fault, (gate) => real.answer(body, this.receives, gate));
    const stand = await checkDelivery(expected, real.handed.slice(before), broken, model, real);
    if (!broken) expect({ stand, done }).toEqual({ stand, done: stand !== 'Queued' && stand !== 'Sending' });
    see(`reply ${stand}`);
  }

  toString(): string {
    return `Answer(${JSON.stringify(this)})`;
  }
}

/** The carrier reports on a message that it was given: in any order, and more than once. */
class Report implements Command {
  readonly index: number;
  readonly says: ReceiptSays;
  readonly optedOut: boolean;
  readonly fault: Fault | undefined;

  constructor(index: number, says: ReceiptSays, optedOut: boolean, broken: Fault | undefined) {
    this.index = index;
    this.says = says;
    this.optedOut = optedOut && says === 'undelivered';
    this.fault = broken;
  }

  check(model: Readonly<Model>): boolean {
    return model.atCarriers.length > 0;
  }

  async run(model: Model, real: GatedPipeline): Promise<void> {
    const message = model.atCarriers[this.index % model.atCarriers.length]!;
    const { kind, recipient: to, messageId, sender } = message;
    const parameters = {
      MessageSid: idAtCarrier(messageId),
      MessageStatus: { accepted: 'sent', delivered: 'delivered', undelivered: 'undelivered' }[this.says],
      To: to,
      From: sender.sender,
      ...(this.optedOut && { ErrorCode: '21610' }),
    };
    const query = String(new URLSearchParams({ [`stopgate-${kind}`]: messageId }));
    const waiting = real.deferred.length;

    const { broken, answer: status } = await withFault(this.fault, (gate) => real.webhook(parameters, gate, query));

    if (!broken) expect(status).toBe(200);
    const stand = standOf(await real.find(sender.account, to, `${kind.toUpperCase()}#${messageId}`));
    expect([afterReceipt(message, this.says), ...(broken ? [message.stand] : [])]).toContain(stand);
    if (stand !== message.stand) see(`receipt settles ${message.stand}`);
    message.stand = stand;
    const acknowledged = status === 200 && real.deferred.length === waiting;
    if (this.optedOut) {
      await hearRefusal(`twilio#refused-${kind}-${messageId}`, sender, to, acknowledged, model, real);
    }
  }

  toString(): string {
    return `Report(${JSON.stringify(this)})`;
  }
}

class MoveClock implements Command {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  check(): boolean {
    return true;
  }

  async run(_model: Model, real: GatedPipeline): Promise<void> {
    real.now += this.ms;
  }

  toString(): string {
    return `MoveClock(${this.ms})`;
  }
}

/** Few ids, used by all senders, so that they meet often. */
const order: fc.Arbitrary<Order> = fc.record({
  recipient,
  messageId: fc.constantFrom('m1', 'm2'),
  sender,
  answer,
  expiresAt: fc.option(fc.constant(START + 200_000), { nil: undefined, freq: 6 }),
});

const receives = fc.integer({ min: 1, max: 2 });
const orders = fc.uniqueArray(order, {
  minLength: 1,
  maxLength: 3,
  selector: ({ recipient: to, messageId }) => `${to}#${messageId}`,
});

export const sendingCommands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(orders, receives, fc.boolean(), fault)
    .map(([batch, received, twice, broken]) => new Send(batch, received, twice, broken)),
  fc
    .tuple(fc.nat({ max: 20 }), answer, receives, fault)
    .map(([index, says, received, broken]) => new Answer(index, says, received, broken)),
  fc
    .tuple(
      fc.nat({ max: 20 }),
      fc.constantFrom<ReceiptSays[]>('accepted', 'delivered', 'undelivered'),
      fc.boolean(),
      fault,
    )
    .map(([index, says, optedOut, broken]) => new Report(index, says, optedOut, broken)),
  fc.constantFrom(1, 1_000, 59_000, 181_000, 86_400_000).map((ms) => new MoveClock(ms)),
];
