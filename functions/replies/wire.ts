import * as z from 'zod/mini';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { countingWith } from '../../shared/runtime/metrics.ts';
import { Queue } from '../../shared/runtime/queue.ts';
import { carrierSettings, commonSettings, sendingSettings, setting } from '../../shared/runtime/settings.ts';
import { type Surroundings, secretsFor } from '../../shared/runtime/surroundings.ts';
import { QUEUES } from '../../shared/runtime/topology.ts';
import { wireDelivery } from '../../shared/sending/wire.ts';
import type { ReplyPorts } from './handler.ts';

export const repliesSettings = z.object({
  ...commonSettings,
  ...carrierSettings,
  ...sendingSettings,
  STOPGATE_REPLIES_QUEUE_URL: setting.url,
  STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL: setting.url,
});

export function wireReplies(settings: z.output<typeof repliesSettings>, around: Surroundings): ReplyPorts {
  const { logger, metrics } = around;
  const ledger = createLedger(settings, around);
  const sqs = createSqs(around.aws);
  return {
    ...ledger,
    ...wireDelivery(settings, ledger, secretsFor(settings, around), around),
    messages: ledger.messages,
    consent: ledger.consent,
    queue: new Queue(sqs, settings.STOPGATE_REPLIES_QUEUE_URL),
    deadLetters: new Queue(sqs, settings.STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL),
    maxReceives: QUEUES.replies.maxReceiveCount,
    count: countingWith(metrics),
    logger,
    metrics,
  };
}
