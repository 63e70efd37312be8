import { type Cost, MeteredPipeline } from './costs/metered-pipeline.ts';
import type { Figure, Row } from './figure.ts';
import { exactly } from './harness.ts';

/** What AWS bills for a message, counted on the wire. The same each time: `npm test` asserts it too. */
export const costs: Figure = {
  name: 'costs',
  about: 'AWS calls and DynamoDB units of a message, in batches of ten',
  async measure(progress): Promise<Row[]> {
    // The functions' own log would stand in the middle of the table.
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    progress('starting the engines');
    const pipeline = await MeteredPipeline.start();
    try {
      return [
        ...rowsOf('sent, of a campaign', await pipeline.send('spring'), { calls: 2.2, reads: 1, writes: 2.2 }),
        ...rowsOf('refused', await pipeline.refuse(), { reads: 1, writes: 2 }),
        ...rowsOf('refused, of a campaign', await pipeline.refuse('spring'), { reads: 1, writes: 3 }),
        // Last, because they set the clock ahead, and then the sender is looked up again.
        ...rowsOf('sent, turn near', await pipeline.sendRated('function', 'rated'), {
          calls: 2.4,
          reads: 1.1,
          writes: 2.3,
        }),
        ...rowsOf('sent, turn on the queue', await pipeline.sendRated('queue', 'rated'), {
          calls: 6.6,
          reads: 2.3,
          writes: 4.3,
        }),
        ...rowsOf('sent, turn far', await pipeline.sendRated('waiting room', 'rated'), {
          calls: 11.8,
          reads: 3.3,
          writes: 8.3,
        }),
      ];
    } finally {
      await pipeline.close();
    }
  },
};

function rowsOf(
  name: string,
  { calls, readUnits, writeUnits }: Cost,
  atMost: { calls?: number; reads: number; writes: number },
): Row[] {
  const row = (unit: string, value: number, most?: number): Row => ({
    name: `${name}: ${unit}`,
    unit: '',
    value: exactly(value),
    ...(most !== undefined && { limit: { of: 'value', atMost: most } }),
  });
  return [
    row('calls', calls, atMost.calls),
    row('read units', readUnits, atMost.reads),
    row('write units', writeUnits, atMost.writes),
  ];
}
