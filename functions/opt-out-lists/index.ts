import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createOptOutListsHandler } from './handler.ts';
import { optOutListsSettings, wireOptOutLists } from './wire.ts';

export const handler = createOptOutListsHandler(
  wireOptOutLists(readSettings(optOutListsSettings, process.env), lambdaSurroundings()),
);
