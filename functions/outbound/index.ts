import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createOutboundHandler } from './handler.ts';
import { outboundSettings, wireOutbound } from './wire.ts';

export const handler = createOutboundHandler(
  wireOutbound(readSettings(outboundSettings, process.env), lambdaSurroundings()),
);
