import * as z from 'zod/mini';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { countingWith } from '../../shared/runtime/metrics.ts';
import { commonSettings } from '../../shared/runtime/settings.ts';
import type { Surroundings } from '../../shared/runtime/surroundings.ts';
import type { ReviewsPorts } from './handler.ts';

export const reviewsSettings = z.object(commonSettings);

export function wireReviews(settings: z.output<typeof reviewsSettings>, around: Surroundings): ReviewsPorts {
  const { clock, random, logger, metrics } = around;
  const { reviews, senders } = createLedger(settings, around);
  return { reviews, senders, clock, random, count: countingWith(metrics), logger, metrics };
}
