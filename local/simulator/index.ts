import type { SimulatedRequest, WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import type { LiveFeed } from '../live-feed.ts';
import { createAcceptedLog } from './accepted-log.ts';
import { createSendTextMessage, textDelivered } from './aws-send-text-message.ts';
import { createBehaviours } from './behaviours.ts';
import { createCampaigns } from './campaigns.ts';
import { createCarrierBoard } from './carrier-board.ts';
import { castOf, type RestCast } from './carriers.ts';
import { createHandsets, type HandsetResult, type HandsetText } from './handsets.ts';
import { createIntake } from './intake.ts';
import { createLiveStream } from './live-stream.ts';
import { createOptOutLists } from './opt-out-lists.ts';
import { createPauses } from './pauses.ts';
import { createReceipts, type Receipt } from './receipts.ts';
import { createRoutes, type SimulatorRoutes } from './routes.ts';
import { createSnsPublish } from './sns-publish.ts';
import { countTotals } from './totals.ts';
import { webhookCaller } from './webhooks.ts';

export type { HandsetResult, HandsetText } from './handsets.ts';

export interface SimulatorOptions {
  readonly rest: RestCast;
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
  /** To be mounted at `/simulator`; the REST API of each carrier is then below `/simulator/{carrier}`. */
  readonly routes: SimulatorRoutes;
  /** SNS's Publish to a phone number, from the parameters of its query protocol. */
  acceptSnsPublish(parameters: Record<string, string>): Promise<WireAnswer>;
  /** AWS End User Messaging's SendTextMessage, from its JSON. */
  acceptSendTextMessage(body: unknown): Promise<WireAnswer>;
  /** A call of AWS's about opt-out lists, by its operation; nothing where it is about none. */
  acceptListCall(operation: string, parameters: unknown): WireAnswer | undefined;
  textFromHandset(text: HandsetText): Promise<HandsetResult>;
  /** Ends every wait, call and stream. */
  close(): void;
}

/**
 * The carriers of the local run, as one: they take what we send in their real wire formats, show it on handsets, and call our
 * webhooks with their real signatures.
 * @example
 * const rest = await loadRestCast({ publicUrl: () => 'http://127.0.0.1:3000', environment: process.env });
 * const simulator = createSimulator({ rest, carrierOf, publishTwoWay, publishSmsEvent, live, enqueue });
 * app.route('/simulator', simulator.routes);
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { live, rest, clock = Date.now } = options;
  const cast = castOf(rest);
  const ending = new AbortController();
  const pauses = createPauses();
  const behaviours = createBehaviours();
  const log = createAcceptedLog();
  const callWebhook = webhookCaller(ending.signal);

  async function deliver(receipt: Receipt): Promise<void> {
    if (receipt.carrier === 'aws') return options.publishSmsEvent(textDelivered(receipt, clock()));
    for (const call of rest.get(receipt.carrier)?.receipts(receipt) ?? []) await callWebhook(call);
  }

  const receipts = createReceipts({ behaviours, pauses, deliver });
  const take = createIntake({ behaviours, log, receipts, live, pauses, clock });
  const totals = countTotals(live);
  const board = createCarrierBoard({ cast, behaviours, receipts });
  const stream = createLiveStream({ live, totals: () => ({ ...totals.current(), carriers: board.all() }) });
  const optOutLists = createOptOutLists({ rest, behaviours, clock });
  const handsets = createHandsets({
    carrierOf: (sender) => options.carrierOf(sender),
    publishTwoWay: (payload, how) => options.publishTwoWay(payload, how),
    cast,
    rest,
    callWebhook,
    log,
    live,
    clock,
  });

  function takeByRest(carrier: string, request: SimulatedRequest): Promise<WireAnswer> | undefined {
    const taken = rest.get(carrier)?.take(request);
    if (taken === undefined) return undefined;
    return typeof taken === 'object' && 'answerAccepted' in taken ? take(carrier, taken) : Promise.resolve(taken);
  }

  return {
    routes: createRoutes({
      board,
      log,
      handsets,
      optOutLists,
      stream,
      sendCampaign: createCampaigns({ enqueue: (messages) => options.enqueue(messages), live, clock }),
      cast,
      takeByRest: (carrier, request) => takeByRest(carrier, request),
    }),
    acceptSnsPublish: createSnsPublish({ take }),
    acceptSendTextMessage: createSendTextMessage({ take, clock }),
    acceptListCall: (operation, parameters) => optOutLists.accept(operation, parameters),
    textFromHandset: (text) => handsets.text(text),
    close() {
      ending.abort();
      pauses.close();
      stream.close();
      totals.stop();
    },
  };
}
