import type * as z from 'zod/mini';
import type { InboundPorts } from '../../functions/inbound/handler.ts';
import type { OutboundPorts } from '../../functions/outbound/handler.ts';
import type { outboundSettings } from '../../functions/outbound/wire.ts';
import type { Surroundings } from '../../shared/runtime/surroundings.ts';

/** What a saboteur may need to make a part of its own. */
export interface Kit {
  readonly settings: z.output<typeof outboundSettings>;
  readonly around: Surroundings;
}

/** A small planted fault: it wraps what a function is wired with, and the checker has to notice. */
export interface Saboteur {
  readonly name: string;
  readonly about: string;
  /** The promise that it breaks, by the name of its judge. */
  readonly breaks: string;
  /** Noticed in runs that take no longer than this together. Seconds. */
  readonly withinSeconds: number;
  readonly inbound?: (ports: InboundPorts) => InboundPorts;
  readonly outbound?: (ports: OutboundPorts, kit: Kit) => OutboundPorts;
}
