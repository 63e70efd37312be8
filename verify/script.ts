import { type KnownSender, SENDERS } from './carriers.ts';
import type { Intent } from './history.ts';
import { type Random, randomOf } from './random.ts';

/** What one recipient, its carriers and the producers do: all of it follows from the seed and the recipient's number. */
export interface Script {
  readonly recipient: string;
  /** In the order of their time. */
  readonly steps: readonly Step[];
}

export type Step = { readonly atMs: number } & (
  | { readonly do: 'queue'; readonly message: QueuedMessage }
  | { readonly do: 'text'; readonly text: Text }
  /** An opt-in that was sent at the very time that counts for an opt-out which was heard before, and messages after it. */
  | { readonly do: 'tie'; readonly with: Text; readonly text: Text; readonly messages: readonly QueuedMessage[] }
);

export interface QueuedMessage {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

export interface Text {
  readonly id: string;
  readonly from: KnownSender;
  readonly recipient: string;
  readonly body: string;
  readonly intent: Intent;
  readonly forged?: true;
  /** SNS got it that much before it is delivered. Milliseconds. Only of AWS. */
  readonly lateByMs?: number;
  /** How often the carrier tries again when it gets no 2xx. */
  readonly retries: number;
  /** Delivered once more when all is over, as carriers do long after. */
  readonly againAtEnd: boolean;
}

const WORDS: Readonly<Record<Intent, readonly string[]>> = {
  'opt-out': [
    'STOP',
    'stop',
    ' Stop. ',
    '"STOP"',
    'UNSUBSCRIBE',
    'Cancel',
    'END',
    'quit!',
    'STOP 🛑',
    'OPT-OUT',
    'StopAll',
  ],
  'opt-in': ['START', 'start', 'UNSTOP', ' Start! '],
  help: ['HELP', 'info'],
  none: ['Thanks!', 'see you this weekend', 'STOP PLEASE', 'who is this?'],
};

/** What a producer might add to get round the check. */
const TRICKS: readonly object[] = [
  { kind: 'reply', eventId: 'twilio#none' },
  { skipConsent: true, force: true },
  { category: 'transactional', claim: { claimId: 'x' } },
];

const twilioSenders = SENDERS.filter(({ carrier }) => carrier === 'twilio');
/** Whom recipients leave: seldom a sender with a rate, which could not send as much as stands around each STOP. */
const oftenClosed = twilioSenders.filter(({ messagesPerSecond }) => messagesPerSecond === undefined);
const [awsSender] = SENDERS.filter(({ carrier }) => carrier === 'aws') as [KnownSender];

export const recipientOf = (number: number): string => `+1555${String(1_000_000 + number)}`;

export function scriptOf(seed: string, number: number): Script {
  const random = randomOf(`${seed} script ${number}`);
  const recipient = recipientOf(number);
  const steps: Step[] = [];
  let texts = 0;
  const newText = (intent: Intent, from: KnownSender, extra: Partial<Text> = {}): Text => ({
    id: `${number}x${texts++}`,
    from,
    recipient,
    body: random.pick(WORDS[intent]),
    intent,
    retries: random.chance(0.5) ? 3 : 0,
    againAtEnd: random.chance(0.1),
    ...extra,
  });
  const say = (atMs: number, text: Text) => steps.push({ atMs, do: 'text', text });

  const stopAt = random.between(300, 1_000);
  const closed = random.chance(0.2) ? awsSender : random.pick([...oftenClosed, ...oftenClosed, ...twilioSenders]);
  const stop = newText('opt-out', closed);
  say(stopAt, stop);
  if (random.chance(0.25)) say(stopAt + random.between(0, 500), stop);
  if (random.chance(0.2)) say(stopAt + random.between(-300, 900), newText('opt-out', random.pick(twilioSenders)));
  if (closed.account === awsSender.account) reopen(random, { number, stop, stopAt, say, newText, steps });
  if (random.chance(0.15)) say(random.between(0, 2_000), newText('help', random.pick(twilioSenders)));
  if (random.chance(0.1)) say(random.between(0, 2_000), newText('none', random.pick(twilioSenders)));
  if (random.chance(0.15)) {
    const intent = random.pick(['opt-in', 'opt-in', 'opt-out'] as const);
    say(stopAt + random.between(0, 800), newText(intent, random.pick(twilioSenders), { forged: true, retries: 0 }));
  }
  queueMessages(random, { number, closed, stopAt, steps });
  steps.sort((one, other) => one.atMs - other.atMs);
  return { recipient, steps };
}

/** Far from the numbers of the others. */
const OUTAGE_NUMBERS = 5_000_000;

/** A recipient who texts STOP in the middle of an outage, and whose carrier does not give up. */
export function outageScriptOf(number: number): Script {
  const own = OUTAGE_NUMBERS + number;
  const text: Text = {
    id: `${own}x0`,
    from: twilioSenders[number % twilioSenders.length] as KnownSender,
    recipient: recipientOf(own),
    body: 'STOP',
    intent: 'opt-out',
    retries: 20,
    againAtEnd: false,
  };
  return { recipient: text.recipient, steps: [{ atMs: 0, do: 'text', text }] };
}

/** What comes after the STOP: nothing, a START, one that was held up, or one of the same millisecond. */
function reopen(
  random: Random,
  given: {
    readonly number: number;
    readonly stop: Text;
    readonly stopAt: number;
    readonly say: (atMs: number, text: Text) => void;
    readonly newText: (intent: Intent, from: KnownSender, extra?: Partial<Text>) => Text;
    readonly steps: Step[];
  },
): void {
  const { number, stop, stopAt, say, newText, steps } = given;
  // By turns and not by chance, so that a short run has some of each.
  const which = ((number * 7) % 20) / 20;
  if (which < 0.2) {
    const at = stopAt + random.between(300, 900);
    const from = random.chance(0.5) ? awsSender : stop.from;
    say(at, newText('opt-in', from));
    if (random.chance(0.5)) say(at + random.between(100, 600), newText('opt-out', stop.from));
  } else if (which < 0.4) {
    say(stopAt + random.between(150, 700), newText('opt-in', awsSender, { lateByMs: random.between(800, 4_000) }));
  } else if (which < 0.7) {
    const messages = ['a', 'b', 'c'].map((index) => messageTo(number, index, stop.from.sender));
    steps.push({
      atMs: stopAt + random.between(50, 300),
      do: 'tie',
      with: stop,
      text: newText('opt-in', awsSender),
      messages,
    });
  }
}

/** Most messages stand close around the STOP, from the sender that it closes: there the promises are hardest to keep. */
function queueMessages(
  random: Random,
  given: {
    readonly number: number;
    readonly closed: KnownSender;
    readonly stopAt: number;
    readonly steps: Step[];
  },
): void {
  const { number, closed, stopAt, steps } = given;
  const count = Math.round(random.between(9, 13));
  for (let index = 0; index < count; index += 1) {
    const { sender: from } = random.chance(0.75) ? closed : random.pick(SENDERS);
    const atMs = random.chance(0.75) ? stopAt + random.between(-400, 1_500) : random.between(0, 2_500);
    const message: QueuedMessage = {
      ...messageTo(number, index, from),
      ...(random.chance(0.05) && random.pick(TRICKS)),
      ...(random.chance(0.1) && { campaignId: `campaign-${number % 7}` }),
      ...(random.chance(0.01) && { expiresAt: '2020-01-01T00:00:00Z' }),
    };
    steps.push({ atMs: Math.max(0, atMs), do: 'queue', message });
    if (random.chance(0.07)) steps.push({ atMs: Math.max(0, atMs + random.between(0, 900)), do: 'queue', message });
  }
}

function messageTo(number: number, index: number | string, from: string): QueuedMessage {
  const messageId = `v${number}-${index}`;
  return { messageId, from, to: recipientOf(number), body: `Our sale ends tonight (${messageId})` };
}

/** The message id that stands in a body. */
export const messageIdIn = (body: string): string | undefined => /\((v\d+-\w+)\)/.exec(body)?.[1];
