import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createInboundHandler } from './handler.ts';
import { inboundSettings, wireInbound } from './wire.ts';

export const handler = createInboundHandler(
  wireInbound(readSettings(inboundSettings, process.env), lambdaSurroundings()),
);
