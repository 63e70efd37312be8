import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createApiHandler } from './handler.ts';
import { apiSettings, wireApi } from './wire.ts';

export const handler = createApiHandler(wireApi(readSettings(apiSettings, process.env), lambdaSurroundings()));
