import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createWaitingHandler } from './handler.ts';
import { waitingSettings, wireWaiting } from './wire.ts';

export const handler = createWaitingHandler(
  wireWaiting(readSettings(waitingSettings, process.env), lambdaSurroundings()),
);
