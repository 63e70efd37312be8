import { loadRestCast } from '../local/simulator/carriers.ts';
import type { CarrierWebhook, WebhookRequest } from '../shared/carriers/carrier.ts';
import { REST_CARRIERS, type RestCarrierName } from '../shared/carriers/registry.ts';
import type { SimulatedCarrier } from '../shared/carriers/simulated-carrier.ts';
import { webhookOf } from '../shared/carriers/webhooks.ts';
import type { Figure, Row } from './figure.ts';
import { interleave, ratioOf, spreadOf } from './harness.ts';

const ROUNDS = 15;
const CALLS = 200;
const BASELINE: RestCarrierName = 'twilio';

/** What it takes to believe and to read a text, carrier by carrier. The calls are the simulated carriers' own, really signed. */
export const carriers: Figure = {
  name: 'carriers',
  about: 'verifying and reading one webhook call with a STOP in it, by each carrier',
  async measure(progress): Promise<Row[]> {
    const cast = await loadRestCast({ publicUrl: () => 'https://stopgate.example', environment: {} });
    const contenders: Record<string, () => number> = {};
    for (const [name, carrier] of cast) {
      const webhook = (await webhookOf(name)) as CarrierWebhook;
      const requests = Array.from({ length: CALLS }, (_, index) => stopBy(carrier, index));
      contenders[name] = () => microsecondsFor(webhook, carrier.secret, requests);
    }
    const measured = await interleave(contenders, ROUNDS, progress);
    const baseline = measured[BASELINE] ?? [];
    return Object.entries(measured).map(([name, values]) => ({
      name: REST_CARRIERS[name as RestCarrierName],
      unit: 'µs',
      value: spreadOf(values),
      ...(name !== BASELINE && { ratio: { to: REST_CARRIERS[BASELINE], value: ratioOf(values, baseline) } }),
    }));
  },
};

function stopBy(carrier: SimulatedCarrier, index: number): WebhookRequest {
  const text = {
    from: `+1202555${String(1_000 + index)}`,
    to: '+12025550100',
    body: 'STOP',
    carrierMessageId: carrier.newMessageId(),
    sentAt: Date.now(),
  };
  const [call] = carrier.inbound(text);
  if (!call) throw new Error('A simulated carrier makes no call');
  const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: call.method, url: call.url, headers, rawBody: Buffer.from(call.body ?? '') };
}

function microsecondsFor(webhook: CarrierWebhook, secret: unknown, requests: readonly WebhookRequest[]): number {
  const start = performance.now();
  for (const request of requests) {
    const verdict = webhook.verify(request, secret, Date.now());
    const [event] = webhook.parse(request);
    if (verdict !== 'genuine' || event?.kind !== 'message') throw new Error('A genuine STOP was not read');
  }
  return ((performance.now() - start) * 1_000) / requests.length;
}
