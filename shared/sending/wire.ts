import { createSendings } from '../carriers/sendings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { DEFAULT_RETRY_POLICY } from '../messages/outcome.ts';
import { CARRIER_TIMEOUT_MS, createSms, createSns } from '../runtime/clients.ts';
import { countingWith } from '../runtime/metrics.ts';
import type { Secrets } from '../runtime/secrets.ts';
import type { Surroundings } from '../runtime/surroundings.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { DeliveryPorts } from './deliver.ts';

interface DeliverySettings {
  readonly STOPGATE_PUBLIC_URL: string;
  readonly STOPGATE_CARRIER_SECRET_IDS: Readonly<Record<string, string>>;
  readonly STOPGATE_CARRIERS_URL?: string | undefined;
  readonly STOPGATE_AWS_OPT_OUT_LIST?: string | undefined;
  readonly STOPGATE_CONFIGURATION_SET?: string | undefined;
  readonly STOPGATE_MAX_ATTEMPTS?: number | undefined;
  readonly STOPGATE_RETRY_BASE_MS?: number | undefined;
}

/** All that it takes to hand messages to carriers. */
export function wireDelivery(
  settings: DeliverySettings,
  ledger: Ledger,
  secrets: Secrets,
  around: Surroundings,
): DeliveryPorts {
  const { aws, clock, random } = around;
  const sendingBy = createSendings({
    rest: (carrier) =>
      Object.hasOwn(settings.STOPGATE_CARRIER_SECRET_IDS, carrier)
        ? {
            carrier,
            apiUrl: settings.STOPGATE_CARRIERS_URL && `${settings.STOPGATE_CARRIERS_URL}/${carrier}`,
            publicUrl: settings.STOPGATE_PUBLIC_URL,
            secret: () => secrets.get(carrier),
            timeoutMs: CARRIER_TIMEOUT_MS,
            clock,
          }
        : undefined,
    aws: { client: createSms(aws), configurationSet: settings.STOPGATE_CONFIGURATION_SET },
    sns: { client: createSns(aws) },
  });
  const count = countingWith(around.metrics);
  const breaker = new CircuitBreaker(clock, (carrier) => {
    count('CarriersPaused');
    around.logger.warn('A carrier fails again and again and is left alone for a while', { carrier });
  });
  const retryPolicy = {
    ...DEFAULT_RETRY_POLICY,
    ...(settings.STOPGATE_MAX_ATTEMPTS && { maxAttempts: settings.STOPGATE_MAX_ATTEMPTS }),
    ...(settings.STOPGATE_RETRY_BASE_MS && { baseDelayMs: settings.STOPGATE_RETRY_BASE_MS }),
  };
  const isStillBlocked: DeliveryPorts['isStillBlocked'] = async (carrier, of) => {
    const blocks = await ledger.blocks.of(of);
    if (blocks.some((block) => block.carrier === carrier)) return true;
    // Whom we put on a list, and have not taken off it yet.
    const list = settings.STOPGATE_AWS_OPT_OUT_LIST;
    return carrier === 'aws' && list !== undefined && ledger.listedNumbers.isPut({ carrier, list }, of.recipient);
  };
  const { messages, events, consent } = ledger;
  return { messages, isStillBlocked, events, consent, sendingBy, breaker, retryPolicy, clock, random };
}
