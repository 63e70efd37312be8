import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createRepliesHandler } from './handler.ts';
import { repliesSettings, wireReplies } from './wire.ts';

export const handler = createRepliesHandler(
  wireReplies(readSettings(repliesSettings, process.env), lambdaSurroundings()),
);
