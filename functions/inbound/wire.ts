import * as z from 'zod/mini';
import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { recipientHash } from '../../shared/runtime/logging.ts';
import { countingWith } from '../../shared/runtime/metrics.ts';
import { Queue } from '../../shared/runtime/queue.ts';
import { carrierSettings, commonSettings, setting } from '../../shared/runtime/settings.ts';
import { type Surroundings, secretsFor } from '../../shared/runtime/surroundings.ts';
import { QUEUES } from '../../shared/runtime/topology.ts';
import type { InboundPorts } from './handler.ts';

export const inboundSettings = z.object({
  ...commonSettings,
  ...carrierSettings,
  STOPGATE_INBOUND_QUEUE_URL: setting.url,
  STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: setting.url,
  STOPGATE_REPLIES_QUEUE_URL: setting.url,
  STOPGATE_TWO_WAY_TOPIC_ARN: setting.text,
  STOPGATE_SMS_EVENTS_TOPIC_ARN: setting.text,
});

export function wireInbound(settings: z.output<typeof inboundSettings>, around: Surroundings): InboundPorts {
  const { clock, logger, metrics } = around;
  const ledger = createLedger(settings, around);
  const sqs = createSqs(around.aws);
  const secrets = secretsFor(settings, around);
  return {
    ...ledger,
    publicUrl: settings.STOPGATE_PUBLIC_URL,
    topics: { twoWay: settings.STOPGATE_TWO_WAY_TOPIC_ARN, smsEvents: settings.STOPGATE_SMS_EVENTS_TOPIC_ARN },
    webhookOf: async (carrier) =>
      Object.hasOwn(settings.STOPGATE_CARRIER_SECRET_IDS, carrier) ? webhookOf(carrier) : undefined,
    secrets,
    recipientHash: recipientHash(secrets),
    inboundQueue: new Queue(sqs, settings.STOPGATE_INBOUND_QUEUE_URL),
    deadLetters: new Queue(sqs, settings.STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL),
    maxReceives: QUEUES.inbound.maxReceiveCount,
    replies: new Queue(sqs, settings.STOPGATE_REPLIES_QUEUE_URL),
    count: countingWith(metrics),
    clock,
    logger,
    metrics,
  };
}
