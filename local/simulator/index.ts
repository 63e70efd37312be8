import type { LiveFeed } from '../live-feed.ts';
import { createAcceptedLog } from './accepted-log.ts';
import { createSendTextMessage, textDelivered } from './aws-send-text-message.ts';
import { createBehaviours } from './behaviours.ts';
import { createCampaigns } from './campaigns.ts';
import { createCarrierBoard } from './carrier-board.ts';
import { createHandsets, type HandsetResult, type HandsetText } from './handsets.ts';
import { createIntake } from './intake.ts';
import { createLiveStream } from './live-stream.ts';
import { createPauses } from './pauses.ts';
import { createReceipts, type Receipt } from './receipts.ts';
import { createRoutes, type SimulatorRoutes } from './routes.ts';
import { createSnsPublish } from './sns-publish.ts';
import { countTotals } from './totals.ts';
import { createTwilioMessages, type TwilioCredentials } from './twilio-messages.ts';
import { createTwilioWebhooks } from './twilio-webhooks.ts';
import type { WireAnswer } from './wire-answer.ts';

export type { HandsetResult, HandsetText } from './handsets.ts';
export type { WireAnswer } from './wire-answer.ts';

export interface SimulatorOptions {
  /** The base of our webhooks, without a slash at its end. Read at each call, so it may become known after the start. */
  readonly publicUrl: string;
  readonly twilio: TwilioCredentials;
  /** The carrier of a registered sender. */
  carrierOf(sender: string): Promise<string | undefined>;
  /** Delivers a text to an AWS number as an SNS notification, with the time it was sent, after a delay. */
  publishTwoWay(payload: object, options?: { sentAt?: string; delayMs?: number }): Promise<void>;
  /** Delivers an event of AWS End User Messaging's configuration set. */
  publishSmsEvent(payload: object): Promise<void>;
  readonly live: LiveFeed;
  /** Puts messages on the outbound queue as JSON. */
  enqueue(messages: object[]): Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export interface Simulator {
  /** To be mounted at `/simulator`; Twilio's REST API is then at `/simulator/twilio/2010-04-01/…`. */
  readonly routes: SimulatorRoutes;
  /** SNS's Publish to a phone number, from the parameters of its query protocol. */
  acceptSnsPublish(parameters: Record<string, string>): Promise<WireAnswer>;
  /** AWS End User Messaging's SendTextMessage, from its JSON. */
  acceptSendTextMessage(body: unknown): Promise<WireAnswer>;
  textFromHandset(text: HandsetText): Promise<HandsetResult>;
  /** Ends every wait, call and stream. */
  close(): void;
}

/**
 * The carriers of the local run, as one: they take what we send in their real wire formats, show it on handsets, and call our
 * webhooks with their real signatures.
 * @example
 * const simulator = createSimulator({ publicUrl: 'http://127.0.0.1:3000', twilio, carrierOf, publishTwoWay, publishSmsEvent, live, enqueue });
 * app.route('/simulator', simulator.routes);
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { live, clock = Date.now, twilio: credentials } = options;
  const publicUrl = (): string => options.publicUrl;
  const ending = new AbortController();
  const pauses = createPauses();
  const behaviours = createBehaviours();
  const log = createAcceptedLog();
  const webhooks = createTwilioWebhooks({ credentials, publicUrl, signal: ending.signal });

  async function deliver(receipt: Receipt): Promise<void> {
    if (receipt.carrier === 'aws') return options.publishSmsEvent(textDelivered(receipt, clock()));
    await webhooks.status(receipt, 'sent');
    await webhooks.status(receipt, 'delivered');
  }

  const receipts = createReceipts({ behaviours, pauses, deliver });
  const take = createIntake({ behaviours, log, receipts, live, pauses, clock });
  const totals = countTotals(live);
  const board = createCarrierBoard({ behaviours, receipts });
  const stream = createLiveStream({ live, totals: () => ({ ...totals.current(), carriers: board.all() }) });
  const handsets = createHandsets({
    carrierOf: (sender) => options.carrierOf(sender),
    publishTwoWay: (payload, how) => options.publishTwoWay(payload, how),
    webhooks,
    log,
    live,
    clock,
  });

  return {
    routes: createRoutes({
      board,
      log,
      handsets,
      stream,
      sendCampaign: createCampaigns({ enqueue: (messages) => options.enqueue(messages), live, clock }),
      createTwilioMessage: createTwilioMessages({ credentials, publicUrl, take, clock }),
    }),
    acceptSnsPublish: createSnsPublish({ take }),
    acceptSendTextMessage: createSendTextMessage({ take, clock }),
    textFromHandset: (text) => handsets.text(text),
    close() {
      ending.abort();
      pauses.close();
      stream.close();
      totals.stop();
    },
  };
}
