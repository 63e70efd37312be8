import { REST_CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import type { SimulatedCarrier, SimulatedKey } from '../../shared/carriers/simulated-carrier.ts';
import { isAwsError } from './aws-errors.ts';
import { isLoopbackUrl } from './loopback.ts';
import { segmentsOf } from './segments.ts';
import { isSnsError } from './sns-publish.ts';

/** What a carrier can do, as the page shows it. */
export interface Abilities {
  /** Whether a handset can text back. */
  readonly hears: boolean;
  /** Whether it tells us what became of a message. */
  readonly reports: boolean;
  /** The error by which it refuses a recipient who has opted out with it; `null` where it has none. */
  readonly optedOutError: string | null;
}

/** A carrier as the simulator's own parts know it. */
export interface PlayedCarrier {
  readonly abilities: Abilities;
  /** Whether it tells us when a text was sent, so that a handset can text in the past. */
  readonly tellsSentAt: boolean;
  isError(code: string): boolean;
  readonly errorHint: string;
}

/** The carriers that are played, by their names. */
export type Cast = ReadonlyMap<string, PlayedCarrier>;

/** The REST carriers that are played, by their names. */
export type RestCast = ReadonlyMap<string, SimulatedCarrier>;

const AWS: PlayedCarrier = {
  abilities: { hears: true, reports: true, optedOutError: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
  tellsSentAt: true,
  isError: isAwsError,
  errorHint:
    'must be a reason such as DESTINATION_PHONE_NUMBER_OPTED_OUT, an exception such as ThrottlingException, an HTTP status, or null',
};

/** Phone Publish only sends. What became of a message, an opt-out included, is told in CloudWatch Logs and nowhere else. */
const SNS: PlayedCarrier = {
  abilities: { hears: false, reports: false, optedOutError: null },
  tellsSentAt: false,
  isError: isSnsError,
  errorHint: 'must be an error of Publish such as Throttled or InvalidParameter, an HTTP status, or null',
};

/** All carriers that are played: the REST carriers, and AWS's own. */
export const castOf = (rest: RestCast): Cast =>
  new Map([
    ...[...rest].map(([name, carrier]): [string, PlayedCarrier] => [name, playedByRest(carrier)]),
    ['aws', AWS],
    ['sns', SNS],
  ]);

/** Each carrier's secret as Stopgate keeps it in the local run. */
export const secretsOf = (rest: RestCast): Record<string, object> =>
  Object.fromEntries([...rest].map(([name, { secret }]) => [name, secret]));

const playedByRest = (carrier: SimulatedCarrier): PlayedCarrier => ({
  abilities: { hears: true, reports: true, optedOutError: carrier.optedOutError },
  tellsSentAt: carrier.tellsSentAt,
  isError: (code) => carrier.isError(code),
  errorHint: carrier.errorHint,
});

export interface RestCastOptions {
  /** The base of our webhooks, without a slash at its end; asked at each call, as it may become known after the start. */
  readonly publicUrl: () => string;
  /** Where the carriers' keys may be set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock?: () => number;
}

/** Loads the other side of every REST carrier. */
export async function loadRestCast({ publicUrl, environment, clock = Date.now }: RestCastOptions): Promise<RestCast> {
  const key = (name: string, variable: string, usual: string): SimulatedKey => ({
    name,
    variable,
    // An empty variable is how a shell says "not set".
    value: environment[variable] || usual,
  });
  const load = async (carrier: string): Promise<[string, SimulatedCarrier]> => {
    const { simulated } = await import(`../../shared/carriers/${carrier}/simulated.ts`);
    const webhookUrl = () => `${publicUrl()}/webhooks/${carrier}`;
    const mayCall = (url: string) => isLoopbackUrl(url) || url.startsWith(`${publicUrl()}/`);
    return [carrier, simulated({ webhookUrl, mayCall, segmentsOf, clock, key })];
  };
  return new Map(await Promise.all(REST_CARRIER_NAMES.map(load)));
}
