import * as z from 'zod/mini';
import { createOptOutLists } from '../../shared/carriers/opt-out-lists.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { CARRIER_TIMEOUT_MS, createSecretsManager, createSms, createSns } from '../../shared/runtime/clients.ts';
import { countingWith } from '../../shared/runtime/metrics.ts';
import { secretsManagerSecrets } from '../../shared/runtime/secrets.ts';
import { carrierSettings, commonSettings, sendingSettings } from '../../shared/runtime/settings.ts';
import type { Surroundings } from '../../shared/runtime/surroundings.ts';
import type { OptOutListsPorts } from './handler.ts';

export const optOutListsSettings = z.object({
  ...commonSettings,
  STOPGATE_CARRIER_SECRET_IDS: carrierSettings.STOPGATE_CARRIER_SECRET_IDS,
  STOPGATE_CARRIERS_URL: sendingSettings.STOPGATE_CARRIERS_URL,
});

/** Reading a list twice does no harm, unlike sending a text twice. */
const ATTEMPTS = 4;

export function wireOptOutLists(
  settings: z.output<typeof optOutListsSettings>,
  around: Surroundings,
): OptOutListsPorts {
  const { aws, clock, logger, metrics } = around;
  const { STOPGATE_CARRIER_SECRET_IDS: ids, STOPGATE_CARRIERS_URL: simulated } = settings;
  const { senders, events, consent, listedNumbers, blocks, consentChanges } = createLedger(settings, around);
  const secrets = around.secrets ?? secretsManagerSecrets(createSecretsManager(aws), ids, clock);
  const carriers = createOptOutLists({
    rest: (carrier) =>
      Object.hasOwn(ids, carrier)
        ? {
            apiUrl: simulated && `${simulated}/${carrier}`,
            secret: () => secrets.get(carrier),
            timeoutMs: CARRIER_TIMEOUT_MS,
            clock,
          }
        : undefined,
    aws: { client: createSms(aws, ATTEMPTS), ownList: settings.STOPGATE_AWS_OPT_OUT_LIST },
    sns: createSns(aws, ATTEMPTS),
  });
  const count = countingWith(metrics);
  return { carriers, senders, events, consent, listedNumbers, blocks, consentChanges, clock, count, logger, metrics };
}
