import * as z from 'zod/mini';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createSqs } from '../../shared/runtime/clients.ts';
import { countingWith } from '../../shared/runtime/metrics.ts';
import { Queue } from '../../shared/runtime/queue.ts';
import { commonSettings, setting } from '../../shared/runtime/settings.ts';
import type { Surroundings } from '../../shared/runtime/surroundings.ts';
import type { WaitingPorts } from './handler.ts';

export const waitingSettings = z.object({ ...commonSettings, STOPGATE_OUTBOUND_QUEUE_URL: setting.url });

export function wireWaiting(settings: z.output<typeof waitingSettings>, around: Surroundings): WaitingPorts {
  const { logger, metrics } = around;
  const { waitingRoom } = createLedger(settings, around);
  const outboundQueue = new Queue(createSqs(around.aws), settings.STOPGATE_OUTBOUND_QUEUE_URL);
  return { waitingRoom, outboundQueue, count: countingWith(metrics), logger, metrics };
}
