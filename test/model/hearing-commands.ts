import fc from 'fast-check';
import { closedBy, type Meaning, type Said, timeThatCounts, WORDS } from './consent-model.ts';
import { FAULTS, type Fault, withFault } from './fault.ts';
import type { GatedPipeline } from './gated-pipeline.ts';
import { type Hearing, type Model, SENDERS, see } from './history.ts';

export type Command = fc.AsyncCommand<Model, GatedPipeline>;

const REPLY_WINDOW_MS = 5 * 60_000;

/** Few recipients, senders and times, so that they meet often. */
export const recipient = fc.constantFrom(0, 0, 0, 1);
export const sender = fc.oneof(fc.constantFrom(...SENDERS.slice(0, 2)), fc.constantFrom(...SENDERS));
export const fault: fc.Arbitrary<Fault | undefined> = fc.option(
  fc.record({ atCall: fc.integer({ min: 1, max: 6 }), how: fc.constantFrom(...FAULTS) }),
  { nil: undefined, freq: 2 },
);

/** A recipient texts. */
class Hear implements Command {
  readonly given: {
    recipient: number;
    sender: (typeof SENDERS)[number];
    text: string;
    via: Hearing['via'];
    waitedMs: number;
    carrierClockMs: number;
    fault: Fault | undefined;
  };

  constructor(given: Hear['given']) {
    this.given = given;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: GatedPipeline): Promise<void> {
    const { recipient: index, sender: to, text, via, waitedMs, carrierClockMs } = this.given;
    const heardAt = real.now - waitedMs;
    const hearing = {
      id: `${via === 'topic' ? 'aws' : 'twilio'}#h${model.hearings.length}`,
      recipient: model.recipients[index] ?? '',
      sender: to,
      text,
      via,
      ...(via !== 'webhook' && { heardAt }),
      ...(via === 'topic' && { sentAt: heardAt + carrierClockMs }),
    };
    model.hearings.push(hearing);
    await hear(hearing, this.given.fault, model, real);
  }

  toString(): string {
    return `Hear(${JSON.stringify(this.given)})`;
  }
}

/** The carrier, or a queue, delivers a text once more, however late. */
class HearAgain implements Command {
  readonly index: number;
  readonly fault: Fault | undefined;

  constructor(index: number, broken: Fault | undefined) {
    this.index = index;
    this.fault = broken;
  }

  check({ hearings }: Readonly<Model>): boolean {
    return hearings.length > 0;
  }

  async run(model: Model, real: GatedPipeline): Promise<void> {
    const hearing = model.hearings[this.index % model.hearings.length];
    if (hearing) await hear(hearing, this.fault, model, real);
  }

  toString(): string {
    return `HearAgain(${JSON.stringify([this.index, this.fault])})`;
  }
}

export async function hear(
  hearing: Hearing,
  given: Fault | undefined,
  model: Model,
  real: GatedPipeline,
): Promise<void> {
  const { id, recipient: from, sender: to, text } = hearing;
  const consent = model.consentOf(to, from);
  const known = consent.find(id);
  const heardAt = hearing.heardAt ?? real.now;
  const allowed = known ? [known.meaning] : meanings(text, consent.for(to));
  const before = { deferred: real.deferred.length, replies: real.replies.length };

  const { broken, answer } = await withFault(given, (gate) => deliver(hearing, real, gate));

  const deferred = real.deferred.slice(before.deferred);
  const acknowledged = answer === true && deferred.length === 0;
  if (!broken) expect({ answer, deferred }).toEqual({ answer: true, deferred: [] });
  // One fault alone never costs a carrier its answer, unless it kills the function.
  if (hearing.via === 'webhook' && !given?.how.startsWith('kills')) expect(answer).toBe(true);
  if (deferred.length > 0) {
    see('a text waits on the inbound queue');
    expect(JSON.parse(deferred[0] ?? '')).toMatchObject({ heardAt: real.instant, event: { recipient: from, text } });
    model.hearings.push({ ...hearing, via: 'waiting', heardAt });
  }
  const event = await real.find(to.account, from, `EVENT#${id}`);
  if (acknowledged) expect(event).toBeDefined();
  if (!event) return;
  const meaning = (event.verdict === 'act' && event.intent !== 'none' ? event.intent : 'nothing') as Meaning;
  expect(allowed).toContain(meaning);
  const first: Said = known ?? {
    id,
    meaning,
    at: timeThatCounts(meaning, heardAt, hearing.sentAt),
    closes: meaning === 'opt-out' ? closedBy(to, text) : [],
    acknowledged,
  };
  expect(event).toMatchObject({ text, sender: to.sender, countsFrom: new Date(first.at).toISOString() });
  consent.hear({ ...first, acknowledged });
  if (known) see('heard again');
  if (text === 'YES' && meaning === 'opt-in') see('a YES opts in');
  if (meaning === 'opt-in' && consent.for(to) === 'closed') see('a late START does not reopen');
  if (broken) see(`hearing breaks: a call ${given?.how}`);
  checkReplies(real.replies.slice(before.replies), first, Date.parse(String(event.heardAt)), broken, real);
}

/** Every opt-out, opt-in and call for help is answered, unless it is too late or a help reply too many. */
function checkReplies(queued: readonly string[], said: Said, heardAt: number, broken: boolean, real: GatedPipeline) {
  const inTime = real.now < heardAt + REPLY_WINDOW_MS;
  const mayBeAnswered = said.meaning !== 'nothing' && inTime;
  for (const reply of queued) expect(JSON.parse(reply)).toMatchObject({ eventId: said.id, kind: said.meaning });
  if (!mayBeAnswered) expect(queued).toEqual([]);
  if (mayBeAnswered && !broken && said.meaning !== 'help') expect(queued).toHaveLength(1);
}

function meanings(text: string, consent: 'open' | 'closed' | 'either'): readonly Meaning[] {
  const meaning = WORDS[text] ?? 'nothing';
  if (meaning !== 'yes') return [meaning];
  if (consent === 'either') return ['opt-in', 'nothing'];
  return consent === 'closed' ? ['opt-in'] : ['nothing'];
}

/** @returns whether whoever delivered it was told that it is done */
async function deliver(hearing: Hearing, real: GatedPipeline, gate?: Parameters<GatedPipeline['webhook']>[1]) {
  const { id, recipient: from, sender: to, text, sentAt } = hearing;
  const [carrier = '', carrierMessageId = ''] = id.split('#');
  const heardAt = hearing.heardAt ?? real.now;
  if (hearing.via === 'webhook') {
    const parameters = { MessageSid: carrierMessageId, From: from, To: to.sender, Body: text };
    return (await real.webhook(parameters, gate)) === 200;
  }
  if (hearing.via === 'waiting') {
    const event = { kind: 'message', carrier, carrierMessageId, recipient: from, sender: to.sender, text };
    return real.fromInboundQueue({ event, heardAt: new Date(heardAt).toISOString() }, real.now, gate);
  }
  const message = {
    originationNumber: from,
    destinationNumber: to.sender,
    messageBody: text,
    inboundMessageId: carrierMessageId,
  };
  return real.fromInboundQueue(real.notification(message, sentAt ?? heardAt), heardAt, gate);
}

export const hearingCommands: fc.Arbitrary<Command>[] = [
  fc
    .record({
      recipient,
      sender,
      text: fc.oneof(fc.constantFrom('STOP', 'STOP', 'START', 'YES'), fc.constantFrom(...Object.keys(WORDS))),
      via: fc.constantFrom<Hearing['via'][]>('webhook', 'topic', 'waiting'),
      waitedMs: fc.constantFrom(0, 1, 1_000, 3_600_000),
      carrierClockMs: fc.constantFrom(0, -1, -1_000, -86_400_000, 1_000, 3_600_000),
      fault,
    })
    .map((given) => new Hear(given)),
  fc.tuple(fc.nat({ max: 20 }), fault).map(([index, broken]) => new HearAgain(index, broken)),
];
