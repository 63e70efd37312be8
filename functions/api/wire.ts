import * as z from 'zod/mini';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { commonSettings } from '../../shared/runtime/settings.ts';
import type { Surroundings } from '../../shared/runtime/surroundings.ts';
import type { ApiPorts } from './app.ts';

export const apiSettings = z.object(commonSettings);

export function wireApi(settings: z.output<typeof apiSettings>, around: Surroundings): ApiPorts {
  const ledger = createLedger(settings, around);
  return { ledger, defaultAccount: settings.STOPGATE_DEFAULT_ACCOUNT, clock: around.clock, logger: around.logger };
}
