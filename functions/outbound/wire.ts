import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { countingWith, measuringWith } from '../../shared/runtime/metrics.ts';
import { Queue } from '../../shared/runtime/queue.ts';
import { carrierSettings, commonSettings, sendingSettings, setting } from '../../shared/runtime/settings.ts';
import { type Surroundings, secretsFor } from '../../shared/runtime/surroundings.ts';
import { QUEUES } from '../../shared/runtime/topology.ts';
import { wireDelivery } from '../../shared/sending/wire.ts';
import type { OutboundPorts } from './handler.ts';

export const outboundSettings = z.object({
  ...commonSettings,
  ...carrierSettings,
  ...sendingSettings,
  STOPGATE_OUTBOUND_QUEUE_URL: setting.url,
  STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: setting.url,
});

export function wireOutbound(settings: z.output<typeof outboundSettings>, around: Surroundings): OutboundPorts {
  const { logger, metrics } = around;
  const ledger = createLedger(settings, around);
  const sqs = createSqs(around.aws);
  return {
    ...ledger,
    ...wireDelivery(settings, ledger, secretsFor(settings, around), around),
    consent: ledger.consent,
    messages: ledger.messages,
    defaultAccount: settings.STOPGATE_DEFAULT_ACCOUNT,
    queue: new Queue(sqs, settings.STOPGATE_OUTBOUND_QUEUE_URL),
    deadLetters: new Queue(sqs, settings.STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL),
    maxReceives: QUEUES.outbound.maxReceiveCount,
    count: countingWith(metrics),
    measure: measuringWith(metrics),
    sleep,
    logger,
    metrics,
  };
}
