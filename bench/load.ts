import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import twilio from 'twilio';
import { createSqs } from '../shared/runtime/clients.ts';
import type { Figure, Progress, Row } from './figure.ts';
import { exactly } from './harness.ts';
import { type StartedRun, startLocalRun } from './local-run.ts';
import { awsAt } from './outbound-function.ts';
import { BATCH, queuedMessage } from './queued-messages.ts';

const MESSAGES = 30_000;
/** A producer that streams keeps so many messages on the queue, and no more in its hand than ten. */
const ON_THE_QUEUE = 2_000;
const TEXTS = 2_000;
const TEXTS_AT_ONCE = 16;
const AUTH_TOKEN = 'local-twilio-auth-token';
const SENDER = '+12025550100';
const MILLION = 1_000_000;

/** How fast the local run takes a campaign that is streamed in, and texts that come in, and whether its memory stays. */
export const load: Figure = {
  name: 'load',
  about: `the local run under load: ${MESSAGES.toLocaleString('en-US')} messages streamed in, then ${TEXTS.toLocaleString('en-US')} texts`,
  async measure(progress): Promise<Row[]> {
    const run = await startLocalRun();
    const sqs = createSqs(awsAt(run.ready.dynamodb, run.ready.sqs));
    try {
      const third = await stream(0, MESSAGES / 3, run, sqs, progress);
      const memoryAfterAThird = await run.memory();
      const rest = await stream(MESSAGES / 3, (2 * MESSAGES) / 3, run, sqs, progress);
      const memoryAtTheEnd = await run.memory();
      const inbound = await textIn(run, progress);
      const growth = (memoryAtTheEnd - memoryAfterAThird) / ((2 * MESSAGES) / 3);
      return [
        { name: 'outbound, steady', unit: 'messages/s', value: exactly(rest) },
        { name: 'outbound, the first third', unit: 'messages/s', value: exactly(third) },
        { name: 'inbound, steady', unit: 'texts/s', value: exactly(inbound) },
        { name: 'a million messages at that rate', unit: 'minutes', value: exactly(MILLION / rest / 60) },
        { name: 'memory after a third', unit: 'MB', value: exactly(memoryAfterAThird) },
        { name: 'memory at the end', unit: 'MB', value: exactly(memoryAtTheEnd) },
        { name: 'what a message leaves in the embedded table', unit: 'KB', value: exactly(growth * 1_000) },
      ];
    } finally {
      sqs.destroy();
      await run.stop();
    }
  },
};

/** @returns messages a second, from the first queued to the last at the carrier */
async function stream(
  first: number,
  count: number,
  run: StartedRun,
  sqs: SQSClient,
  progress: Progress,
): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < count; done += BATCH) {
    const Entries = Array.from({ length: BATCH }, (_, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(queuedMessage(first + done + index)),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: run.ready.outboundQueueUrl, Entries }));
    if (done % 500 !== 0) continue;
    let sent = await countSent(run);
    progress(`${sent} messages sent`);
    while (first + done - sent > ON_THE_QUEUE) {
      await sleep(100);
      sent = await countSent(run);
    }
  }
  while ((await countSent(run)) < first + count) await sleep(50);
  return (count * 1_000) / (performance.now() - start);
}

/** As the page counts them: the list of what was accepted would be megabytes each time. */
async function countSent({ ready }: StartedRun): Promise<number> {
  const response = await fetch(`${ready.http}/simulator/live`);
  let text = '';
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString('utf8');
    const totals = /^event: totals\ndata: (.*)$/m.exec(text)?.[1];
    if (totals) return JSON.parse(totals).sent;
  }
  throw new Error('The run tells no totals');
}

/** @returns texts a second that were heard, stored and acknowledged */
async function textIn({ ready }: StartedRun, progress: Progress): Promise<number> {
  const url = `${ready.http}/webhooks/twilio`;
  let next = 0;
  const start = performance.now();
  const client = async () => {
    while (next < TEXTS) {
      const number = next++;
      const parameters = {
        MessageSid: `SM${String(number).padStart(32, '0')}`,
        From: `+1555${String(number).padStart(7, '0')}`,
        To: SENDER,
        Body: number % 2 === 0 ? 'STOP' : 'What time do you open on Sundays?',
      };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(AUTH_TOKEN, url, parameters) },
        body: new URLSearchParams(parameters),
      });
      if (response.status !== 200) throw new Error(`A text was answered ${response.status}`);
      await response.text();
      if (number % 200 === 0) progress(`${number} texts heard`);
    }
  };
  await Promise.all(Array.from({ length: TEXTS_AT_ONCE }, client));
  return (TEXTS * 1_000) / (performance.now() - start);
}
