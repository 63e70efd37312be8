/** The carriers that the simulator plays. */
export const SIMULATED_CARRIERS = ['twilio', 'aws', 'sns'] as const;

export type SimulatedCarrier = (typeof SIMULATED_CARRIERS)[number];

export const isSimulated = (name: string | undefined): name is SimulatedCarrier =>
  (SIMULATED_CARRIERS as readonly (string | undefined)[]).includes(name);

export interface Abilities {
  /** Whether a handset can text back. */
  readonly hears: boolean;
  /** Whether it tells us what became of a message. */
  readonly reports: boolean;
  /** The error by which it refuses a recipient who has opted out with it; `null` where it has none. */
  readonly optedOutError: string | null;
}

export const ABILITIES: Readonly<Record<SimulatedCarrier, Abilities>> = {
  twilio: { hears: true, reports: true, optedOutError: '21610' },
  aws: { hears: true, reports: true, optedOutError: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
  // Phone Publish only sends. What became of a message, an opt-out included, is told in CloudWatch Logs and nowhere else.
  sns: { hears: false, reports: false, optedOutError: null },
};
