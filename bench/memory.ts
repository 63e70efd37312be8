import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createSqs } from '../shared/runtime/clients.ts';
import type { Figure, Row } from './figure.ts';
import { exactly } from './harness.ts';
import { type StartedRun, startLocalRun } from './local-run.ts';
import { awsAt } from './outbound-function.ts';

const CAMPAIGNS = 2;
/** As many as the simulator takes at once. */
const MESSAGES_A_CAMPAIGN = 10_000;
const SENDER = '+12025550100';

/** What the local run holds once many messages went through it. */
export const memory: Figure = {
  name: 'memory',
  about: `the local run's resident memory after ${(CAMPAIGNS * MESSAGES_A_CAMPAIGN).toLocaleString('en-US')} messages`,
  async measure(progress): Promise<Row[]> {
    progress('starting');
    const run = await startLocalRun();
    const sqs = createSqs(awsAt(run.ready.dynamodb, run.ready.sqs));
    try {
      const whenReady = await run.memory();
      let highest = whenReady;
      let done = 0;
      for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
        await queueCampaign(run);
        for (let left = await depth(run, sqs); left > 0; left = await depth(run, sqs)) {
          progress(`${left} messages of campaign ${campaign + 1} are on the queue`);
          highest = Math.max(highest, await run.memory());
          await sleep(500);
        }
        done += MESSAGES_A_CAMPAIGN;
      }
      const after = await run.memory();
      const sent = await countSent(run);
      if (sent !== done) throw new Error(`The carrier has ${sent} messages of ${done}`);
      return [
        { name: 'after', unit: 'MB', value: exactly(after), limit: { of: 'value', atMost: 350 } },
        { name: 'highest on the way', unit: 'MB', value: exactly(Math.max(highest, after)) },
        { name: 'when ready', unit: 'MB', value: exactly(whenReady) },
      ];
    } finally {
      sqs.destroy();
      await run.stop();
    }
  },
};

async function queueCampaign({ ready }: StartedRun): Promise<void> {
  const response = await fetch(`${ready.http}/simulator/campaigns`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: SENDER,
      body: 'Two for one on all cakes today. Reply STOP to end.',
      count: MESSAGES_A_CAMPAIGN,
    }),
  });
  if (!response.ok) throw new Error(`No campaign: ${response.status} ${await response.text()}`);
}

/** Messages on the queue, those in hand included. */
async function depth({ ready }: StartedRun, sqs: SQSClient): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl: ready.outboundQueueUrl, AttributeNames: ['All'] });
  const { Attributes } = await sqs.send(command);
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

async function countSent({ ready }: StartedRun): Promise<number> {
  const response = await fetch(`${ready.http}/simulator/messages`);
  return ((await response.json()) as unknown[]).length;
}
