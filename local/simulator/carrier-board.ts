import type { Behaviour, Behaviours } from './behaviours.ts';
import { ABILITIES, type Abilities, SIMULATED_CARRIERS, type SimulatedCarrier } from './carriers.ts';
import type { Receipts } from './receipts.ts';

/** A carrier as it is shown to whoever asks. */
export interface ShownCarrier extends Behaviour {
  readonly carrier: SimulatedCarrier;
  /** Receipts that wait to be switched on. */
  readonly heldReceipts: number;
  readonly abilities: Abilities;
}

/** All carriers at a glance, and the switches that change how they behave. */
export interface CarrierBoard {
  all(): ShownCarrier[];
  change(carrier: SimulatedCarrier, change: Partial<Behaviour>): ShownCarrier;
  reset(): ShownCarrier[];
}

export function createCarrierBoard(parts: {
  readonly behaviours: Behaviours;
  readonly receipts: Receipts;
}): CarrierBoard {
  const { behaviours, receipts } = parts;
  const shown = (carrier: SimulatedCarrier): ShownCarrier => ({
    carrier,
    ...behaviours.of(carrier),
    heldReceipts: receipts.held(carrier),
    abilities: ABILITIES[carrier],
  });
  const all = (): ShownCarrier[] => SIMULATED_CARRIERS.map(shown);
  return {
    all,
    change(carrier, change) {
      behaviours.change(carrier, change);
      receipts.deliverHeld(carrier);
      return shown(carrier);
    },
    reset() {
      behaviours.reset();
      return all();
    },
  };
}
