/** How a carrier behaves until told otherwise. */
export interface Behaviour {
  /** Milliseconds that it takes over each answer. It has the message from the start. */
  readonly delayMs: number;
  /** Its own error code, answered to every send; `null` takes messages. */
  readonly error: string | null;
  /** Takes the message, then ends the connection without an answer. */
  readonly dropAnswer: boolean;
  /** Whether delivery receipts go out; while not, they are held. */
  readonly receipts: boolean;
}

export const NORMAL: Behaviour = { delayMs: 0, error: null, dropAnswer: false, receipts: false };

export interface Behaviours {
  of(carrier: string): Behaviour;
  /** Changes what is named and keeps the rest. */
  change(carrier: string, change: Partial<Behaviour>): Behaviour;
  reset(): void;
}

export function createBehaviours(): Behaviours {
  const current = new Map<string, Behaviour>();
  const of = (carrier: string): Behaviour => current.get(carrier) ?? NORMAL;
  return {
    of,
    change(carrier, change) {
      const next = { ...of(carrier), ...change };
      current.set(carrier, next);
      return next;
    },
    reset() {
      current.clear();
    },
  };
}
