import { chooseCarrier } from '../../../functions/outbound/choose-carrier.ts';

/** A breaker that leaves these carriers alone for so many milliseconds. */
const pausing = (pauses: Record<string, number>) => ({ leftAloneMs: (carrier: string) => pauses[carrier] ?? 0 });
const ALONE = { carrier: 'twilio' };
const TWO = { carrier: 'twilio', secondCarrier: 'telnyx' };

test('a sender with one carrier leaves by it, at every attempt', () => {
  for (const attempt of [1, 2, 3]) expect(chooseCarrier(ALONE, attempt, pausing({}))).toEqual({ carrier: 'twilio' });
});

test('a second carrier has every other attempt', () => {
  const choices = [1, 2, 3, 4].map((attempt) => chooseCarrier(TWO, attempt, pausing({})));
  expect(choices).toEqual(['twilio', 'telnyx', 'twilio', 'telnyx'].map((carrier) => ({ carrier })));
});

test('a carrier that is left alone is passed over', () => {
  expect(chooseCarrier(TWO, 1, pausing({ twilio: 5_000 }))).toEqual({ carrier: 'telnyx' });
  expect(chooseCarrier(TWO, 2, pausing({ telnyx: 5_000 }))).toEqual({ carrier: 'twilio' });
});

test('while every carrier is left alone, the message waits for the first that may be called', () => {
  expect(chooseCarrier(ALONE, 1, pausing({ twilio: 5_000 }))).toEqual({ waitMs: 5_000 });
  expect(chooseCarrier(TWO, 1, pausing({ twilio: 5_000, telnyx: 3_000 }))).toEqual({ waitMs: 3_000 });
});
