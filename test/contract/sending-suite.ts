import type { CarrierSending, OutgoingMessage } from '../../shared/carriers/carrier.ts';
import type { Outcome } from '../../shared/messages/outcome.ts';
import { RECIPIENT, SENDER } from './carrier-cases.ts';
import {
  answers,
  type Behaviour,
  hangsUp,
  isCutAfter,
  type LoopbackCarrier,
  neverEndsAfter,
  nobodyListening,
  resets,
  startLoopbackCarrier,
  staysSilent,
} from './loopback-carrier.ts';
import { type Refusal, transient, unknown } from './outcomes.ts';

/** Long enough for a request to be written on a slow machine, short enough to wait for. */
export const TIMEOUT_MS = 750;

export const message = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  ref: { kind: 'message', account: 'acme', to: RECIPIENT, messageId: 'spring:1' },
  from: SENDER,
  body: 'Hello & <welcome> +1 100 % "Ärger" 📣',
  category: 'promotional',
  ...change,
});

/** A way to send, as far as every one of them behaves alike. */
export interface SendingCases {
  readonly create: (url: string) => CarrierSending;
  /** The answer by which it takes a message. */
  readonly accepted: (carrierMessageId: string) => { readonly status: number; readonly body: string };
  /** Answers of success that hold no id of a message. */
  readonly senseless: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** What every carrier's sending has to do, whatever its wire looks like. */
export function describeSending(name: string, { create, accepted, senseless, refusals }: SendingCases): void {
  describe(`sending by ${name}`, () => {
    let carrier: LoopbackCarrier;

    beforeEach(async () => {
      carrier = await startLoopbackCarrier();
    });

    afterEach(() => carrier.close());

    const takes = (id: string): Behaviour => answers(accepted(id).status, accepted(id).body);

    /** What came of a message, and that it was handed over this many times: once, where nothing else is said. */
    async function outcomeOf(sending: CarrierSending, behaviour: Behaviour, requests = 1): Promise<Outcome> {
      carrier.behaviour = behaviour;
      carrier.received.length = 0;
      const outcome = await sending.send(message());
      expect(carrier.received).toHaveLength(requests);
      // A number in a detail would end in a log.
      expect(JSON.stringify(outcome)).not.toContain(RECIPIENT.slice(1));
      return outcome;
    }

    it('is accepted with the carrier’s id', async () => {
      const outcome = await outcomeOf(create(carrier.url), takes('id-1'));
      expect(outcome).toEqual({ kind: 'accepted', carrierMessageId: 'id-1' });
    });

    test.each(refusals)('comes to what the carrier means by %s', async (_, behaviour, outcome) => {
      expect(await outcomeOf(create(carrier.url), behaviour)).toEqual(outcome);
    });

    test.each(senseless)('is unknown after a success that names no message: %j', async (body) => {
      const { status } = accepted('id-1');
      expect(await outcomeOf(create(carrier.url), answers(status, body))).toMatchObject({ kind: 'unknown' });
    });

    it('is unknown after a success without any content', async () => {
      expect(await outcomeOf(create(carrier.url), answers(204))).toEqual(unknown('an answer without an id'));
    });

    test.each([
      [502, '<html>bad gateway</html>'],
      [502, ''],
      [504, '<html>gateway timeout</html>'],
      [504, ''],
      [500, ''],
    ])('is unknown when a gateway in between fails with %i %j', async (status, body) => {
      expect(await outcomeOf(create(carrier.url), answers(status, body))).toMatchObject({ kind: 'unknown' });
    });

    test.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
      const sending = create(carrier.url);
      const elsewhere: Behaviour = (response, request) =>
        request.url === '/elsewhere'
          ? response.end(accepted('id-elsewhere').body)
          : response.writeHead(status, { location: `${carrier.url}/elsewhere` }).end();
      expect(await outcomeOf(sending, elsewhere)).toMatchObject({ kind: 'unknown' });
    });

    test.each<[string, Behaviour]>([
      ['no answer comes in time', staysSilent],
      ['an answer begins in time but does not end', neverEndsAfter(accepted('id-1').body.slice(0, 10))],
      ['an answer is there in full but does not end', neverEndsAfter(accepted('id-1').body)],
      ['the connection is closed', hangsUp],
      ['the connection is reset', resets],
      ['an answer is cut', isCutAfter(accepted('id-1').body.slice(0, 10))],
    ])('is unknown when, after the request was written, %s', async (_, behaviour) => {
      expect(await outcomeOf(create(carrier.url), behaviour)).toMatchObject({ kind: 'unknown' });
    });

    it('is to be tried again when nobody listens, since nothing has left', async () => {
      const sending = create(await nobodyListening());
      expect(await outcomeOf(sending, staysSilent, 0)).toEqual(transient('ECONNREFUSED'));
    });

    it('works again after a connection was lost, one request for each message', async () => {
      const sending = create(carrier.url);
      for (const lost of [hangsUp, resets]) {
        expect(await outcomeOf(sending, lost)).toMatchObject({ kind: 'unknown' });
        expect(await outcomeOf(sending, takes('id-2'))).toMatchObject({ kind: 'accepted' });
      }
    });

    it('hands over many messages at a time, each once', async () => {
      const sending = create(carrier.url);
      carrier.behaviour = takes('id-1');
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => sending.send(message())));
      expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
      expect(carrier.received).toHaveLength(20);
    });
  });
}
