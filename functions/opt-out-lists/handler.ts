import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { NO_EVENTS } from '../../shared/runtime/logging.ts';
import { publishMetrics } from '../../shared/runtime/metrics.ts';
import { followLists } from './follow-lists.ts';
import type { ListsPorts } from './ports.ts';

export interface OptOutListsPorts extends ListsPorts {
  readonly metrics: Metrics;
}

/** Called by the clock, with nothing in the event that matters. */
export type OptOutListsHandler = (event: unknown, context: Context) => Promise<void>;

/** Time for the page in hand when no more is begun. Milliseconds. */
const TO_FINISH_MS = 90_000;

/** Follows the carriers' opt-out lists, for as long as a call may take; what is left is done by the next one. */
export function createOptOutListsHandler(ports: OptOutListsPorts): OptOutListsHandler {
  return middy<unknown, void>()
    .use(injectLambdaContext(ports.logger, NO_EVENTS))
    .use(publishMetrics(ports.metrics))
    .handler(async (_, context) => {
      const hasTime = () => context.getRemainingTimeInMillis() > TO_FINISH_MS;
      const { swept, put, failures } = await followLists(ports, hasTime);
      ports.logger.info('Opt-out lists followed', { swept: [...swept], put });
      if (failures.length > 0) throw new Error(`Not done: ${failures.map(({ what }) => what).join('; ')}`);
    }) as unknown as OptOutListsHandler;
}
