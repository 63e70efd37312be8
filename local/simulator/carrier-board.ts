import type { Behaviour, Behaviours } from './behaviours.ts';
import type { Abilities, Cast, PlayedCarrier } from './carriers.ts';
import type { Receipts } from './receipts.ts';

/** A carrier as it is shown to whoever asks. */
export interface ShownCarrier extends Behaviour {
  readonly carrier: string;
  /** Receipts that wait to be switched on. */
  readonly heldReceipts: number;
  readonly abilities: Abilities;
}

/** All carriers at a glance, and the switches that change how they behave. */
export interface CarrierBoard {
  all(): ShownCarrier[];
  /** Nothing where no such carrier is played. */
  change(carrier: string, change: Partial<Behaviour>): ShownCarrier | undefined;
  reset(): ShownCarrier[];
}

export function createCarrierBoard(parts: {
  readonly cast: Cast;
  readonly behaviours: Behaviours;
  readonly receipts: Receipts;
}): CarrierBoard {
  const { cast, behaviours, receipts } = parts;
  const shown = (carrier: string, { abilities }: PlayedCarrier): ShownCarrier => ({
    carrier,
    ...behaviours.of(carrier),
    heldReceipts: receipts.held(carrier),
    abilities,
  });
  const all = (): ShownCarrier[] => [...cast].map(([name, played]) => shown(name, played));
  return {
    all,
    change(carrier, change) {
      const played = cast.get(carrier);
      if (!played) return undefined;
      behaviours.change(carrier, change);
      receipts.deliverHeld(carrier);
      return shown(carrier, played);
    },
    reset() {
      behaviours.reset();
      return all();
    },
  };
}
