import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import twilio from 'twilio';
import { createSqs } from '../shared/runtime/clients.ts';
import { ConsentAges } from './consent-ages.ts';
import { startCountingCarrier } from './counting-carrier.ts';
import type { Figure, Progress, Row } from './figure.ts';
import { exactly } from './harness.ts';
import { type Engines, memoryInUse, type PartReport, startPart } from './load/parts.ts';
import { Pace, Sightings } from './load/sightings.ts';
import { awsAt, TWILIO } from './outbound-function.ts';
import { BATCH, queuedMessage } from './queued-messages.ts';

/** A producer that streams keeps so many messages on the queue, and no more in its hand than ten. */
const ON_THE_QUEUE = 2_000;
/** One text comes in for so many messages that went out. */
const MESSAGES_FOR_A_TEXT = 10;
const TEXTS_AT_ONCE = 16;
const SENDER = '+12025550100';
const MILLION = 1_000_000;
/**
 * What a function's process may hold more at the end than after the first tenth. Code that is compiled late and full connection
 * pools are some megabytes; a million messages that left ten bytes each would be more. Megabytes.
 */
const MOST_GROWTH = 10;
/** Longer than the queue hides a message whose function failed: after that nothing more will come. Milliseconds. */
const PATIENCE_MS = 200_000;

/**
 * How fast the local run's parts take a campaign that is streamed in, and texts that come in, and whether what is ours needs
 * memory for it. Each part has a process of its own, so that the memory of the functions is told from that of the engines.
 */
export const load: Figure = {
  name: 'load',
  about: 'a campaign streamed through the parts of the local run, then texts, each part in a process of its own',
  async measure(progress, { messages }): Promise<Row[]> {
    const sightings = new Sightings(messages, PATIENCE_MS);
    const carrier = await startCountingCarrier((_, to) => sightings.saw(numberOf(to)));
    const dataDir = mkdtempSync(join(tmpdir(), 'stopgate-bench-'));
    const engines = await startPart<Engines>('engines', { dataDir });
    const outbound = await startPart('outbound', { engines: engines.ready, carriersUrl: carrier.url });
    const inbound = await startPart<{ url: string }>('inbound', { engines: engines.ready });
    const sqs = createSqs(awsAt(engines.ready.dynamodb, engines.ready.sqs));
    const all = async (): Promise<Reports> => ({
      outbound: await outbound.report(),
      inbound: await inbound.report(),
      engines: await engines.report(),
      producer: await memoryInUse(),
    });
    try {
      const producer = { sqs, queueUrl: engines.ready.outbound.url, sightings, progress, messages };
      const tenth = messages / 10;
      const firstTenth = await stream(0, tenth, producer);
      const early = await all();
      const middle = await stream(tenth, 8 * tenth, producer);
      const lastTenth = await stream(9 * tenth, tenth, producer);
      const late = await all();
      const texts = messages / MESSAGES_FOR_A_TEXT;
      await textIn(inbound.ready.url, 0, texts / 10, progress);
      const inboundEarly = await inbound.report();
      const textsASecond = await textIn(inbound.ready.url, texts / 10, (9 * texts) / 10, progress);
      const inboundLate = await inbound.report();
      const ages = new ConsentAges();
      ages.addAll(late.outbound.ages ?? []);
      const steady = (0.9 * messages) / ((0.8 * messages) / middle + tenth / lastTenth);
      return [
        row('messages sent, each once', '', sightings.count),
        { ...row('messages that never came', '', messages - sightings.count), limit: { of: 'value', atMost: 0 } },
        row('outbound, the first tenth', 'messages/s', firstTenth),
        row('outbound, the last tenth', 'messages/s', lastTenth),
        row('outbound, steady', 'messages/s', steady),
        row('inbound, steady', 'texts/s', textsASecond),
        row('a million messages at that rate', 'minutes', MILLION / steady / 60),
        ...memoryRows('outbound function', early.outbound, late.outbound, MOST_GROWTH),
        ...memoryRows('inbound function', inboundEarly, inboundLate, MOST_GROWTH),
        ...memoryRows('producer and carrier', early.producer, late.producer),
        row('embedded engines, after a tenth', 'MB', early.engines.resident),
        row('embedded engines, at the end', 'MB', late.engines.resident),
        ...ages.rows(sightings.count),
      ];
    } finally {
      sqs.destroy();
      for (const part of [outbound, inbound, engines]) await part.stop();
      carrier.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

type Reports = Readonly<Record<'outbound' | 'inbound' | 'engines' | 'producer', PartReport>>;

const row = (name: string, unit: string, value: number): Row => ({ name, unit, value: exactly(value) });

function memoryRows(of: string, early: PartReport, late: PartReport, atMost?: number): Row[] {
  return [
    row(`${of}: in use after a tenth`, 'MB', early.heap),
    row(`${of}: in use at the end`, 'MB', late.heap),
    {
      ...row(`${of}: growth`, 'MB', late.heap - early.heap),
      ...(atMost !== undefined && { limit: { of: 'value', atMost } }),
    },
  ];
}

/** Which message a recipient's number was made for. */
const numberOf = (to: string): number => Number(to.slice(-7));

interface Producer {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly sightings: Sightings;
  readonly progress: Progress;
  /** Of the whole campaign. */
  readonly messages: number;
}

/**
 * Queues messages, ten at a time, and waits until all of them are at the carrier that ever will be.
 * @returns messages a second, from the first queued to the last at the carrier
 * @throws where one comes twice
 */
async function stream(first: number, count: number, producer: Producer): Promise<number> {
  const { sqs, queueUrl, sightings, progress, messages } = producer;
  const start = performance.now();
  const before = sightings.count;
  const pace = new Pace(before, messages, start);
  for (let queued = first; queued < first + count; queued += BATCH) {
    const Entries = Array.from({ length: BATCH }, (_, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(queuedMessage(queued + index)),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (queued % 500 === 0) progress(pace.after(sightings.count, performance.now()));
    if (queued - sightings.count > ON_THE_QUEUE) await sightings.reach(queued - ON_THE_QUEUE);
  }
  await sightings.reach(first + count);
  return ((sightings.count - before) * 1_000) / (sightings.lastAt - start);
}

/** @returns texts a second that were heard, stored and acknowledged */
async function textIn(webhooks: string, first: number, count: number, progress: Progress): Promise<number> {
  const url = `${webhooks}/webhooks/twilio`;
  let next = first;
  const start = performance.now();
  const pace = new Pace(first, first + count, start);
  const client = async () => {
    while (next < first + count) {
      const number = next++;
      const parameters = {
        MessageSid: `SM${String(number).padStart(32, '0')}`,
        From: `+1555${String(number).padStart(7, '0')}`,
        To: SENDER,
        Body: number % 2 === 0 ? 'STOP' : 'What time do you open on Sundays?',
      };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(TWILIO.authToken, url, parameters) },
        body: new URLSearchParams(parameters),
      });
      if (response.status !== 200) throw new Error(`A text was answered ${response.status}`);
      await response.text();
      if (number % 200 === 0) progress(`texts: ${pace.after(number, performance.now())}`);
    }
  };
  await Promise.all(Array.from({ length: TEXTS_AT_ONCE }, client));
  return (count * 1_000) / (performance.now() - start);
}
