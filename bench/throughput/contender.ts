import type { SQSEvent } from 'aws-lambda';
import type { AgeCounts, ConsentAges } from '../consent-ages.ts';
import { BATCH, eventOf, queuedMessage } from '../queued-messages.ts';

/** Works on one batch of messages, as a function does. */
export type Contender = (event: SQSEvent) => Promise<unknown>;

/** What a contender tells of a round. */
export interface Round {
  readonly seconds: number;
  /** How old consent was for each message since the start, from whoever measures that. */
  readonly ages?: AgeCounts;
}

/** Whom every contender of a comparison sends through. */
export type Carrier = 'sns' | 'twilio';

/** Makes a contender for whom AWS and the carrier are at `url`. */
export type CreateContender = (url: string, carrier: Carrier) => Contender;

export const TABLE_NAME = 'ledger';

/** Until the code has been compiled and the connections are open. */
export const WARM_UP = 3_000;

/**
 * Runs a contender in this process: sends as many messages as it is told over IPC, in batches of ten, one batch after
 * another, as one environment of Lambda gets them, and answers how many seconds that took.
 *
 * @param ages where the contender writes down how old consent was, if it does
 *
 * Usage of a contender's file: `node FILE URL CARRIER`
 */
export async function runContender(create: CreateContender, ages?: ConsentAges): Promise<void> {
  const [url, carrier] = process.argv.slice(2) as [string, Carrier];
  const work = create(url, carrier);
  let made = 0;
  const send = async (messages: number) => {
    for (const end = made + messages; made < end; made += BATCH) {
      await work(eventOf(Array.from({ length: BATCH }, (_, index) => queuedMessage(made + index, 'bench'))));
    }
  };
  // The bench is gone.
  process.once('disconnect', () => process.exit());
  await send(WARM_UP);
  process.on('message', async (messages: number) => {
    const start = performance.now();
    await send(messages);
    const seconds = (performance.now() - start) / 1_000;
    process.send?.({ seconds, ...(ages && { ages: ages.counts }) } satisfies Round);
  });
  process.send?.('ready');
}
