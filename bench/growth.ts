import { EVENT_SOURCES } from '../shared/runtime/topology.ts';
import { MeteredPipeline } from './costs/metered-pipeline.ts';
import type { Figure, Row } from './figure.ts';
import { exactly } from './harness.ts';
import { BATCH } from './queued-messages.ts';

const CAMPAIGNS = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** USD for a million, us-east-1, list prices of autumn 2026. */
const PRICES = { readUnits: 0.125, writeUnits: 0.625, sqsRequests: 0.4, lambdaRequests: 0.2 };
/** USD for a gigabyte-second on arm64. */
const GIGABYTE_SECOND = 0.0000133334;
const FUNCTION_GIGABYTES = 0.5;

/**
 * Seconds that a batch of ten keeps a function: four rounds of calls within a region, and one to a carrier far away.
 * Assumed, as nothing here can measure it.
 */
const BATCH_SECONDS = 0.25;
/** Seconds between the hours of a day that quiet hours of 21 to 8 leave. */
const SECONDS_A_DAY = 13 * 3_600;
/** As many as the event source lets run. */
const outbound = EVENT_SOURCES.find((source) => source.function === 'outbound');
const FUNCTIONS_AT_ONCE = outbound?.maxConcurrency ?? 1;

/** How AWS time, calls and cost grow with a campaign. Worked out from what one message was counted to take, and list prices. */
export const growth: Figure = {
  name: 'growth',
  about: 'AWS calls, time and cost of campaigns from 10 thousand to 100 million messages, without the carrier',
  async measure(progress): Promise<Row[]> {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    progress('counting the calls of one message');
    const pipeline = await MeteredPipeline.start();
    try {
      const { calls, readUnits, writeUnits } = await pipeline.send('growth');
      // Queued in tens, received in tens, deleted in tens.
      const sqsRequests = 3 / BATCH;
      const lambdaSeconds = BATCH_SECONDS / BATCH;
      const dollars =
        (readUnits * PRICES.readUnits +
          writeUnits * PRICES.writeUnits +
          sqsRequests * PRICES.sqsRequests +
          PRICES.lambdaRequests / BATCH) /
          1_000_000 +
        lambdaSeconds * FUNCTION_GIGABYTES * GIGABYTE_SECOND;
      const perSecond = (FUNCTIONS_AT_ONCE * BATCH) / BATCH_SECONDS;
      return CAMPAIGNS.flatMap((messages): Row[] => [
        row(messages, 'AWS calls', 'millions', (messages * (calls + sqsRequests)) / 1_000_000),
        row(messages, 'cost on AWS', 'USD', messages * dollars),
        row(messages, `time, ${FUNCTIONS_AT_ONCE} functions at once`, 'hours', messages / perSecond / 3_600),
        row(messages, 'time, a short code of 100 a second by day', 'days', messages / 100 / SECONDS_A_DAY),
      ]);
    } finally {
      await pipeline.close();
    }
  },
};

const row = (messages: number, what: string, unit: string, value: number): Row => ({
  name: `${messages.toLocaleString('en-US')}: ${what}`,
  unit,
  value: exactly(value),
});
