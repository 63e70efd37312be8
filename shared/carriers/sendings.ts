import type { CarrierName } from '../messages/sender.ts';
import { type AwsOptions, sendingThroughAws } from './aws/send.ts';
import type { CarrierSending } from './carrier.ts';
import { isRestCarrier } from './registry.ts';
import { type RestApi, type RestOptions, sendingByRest } from './rest.ts';
import { type SnsOptions, sendingThroughSns } from './sns/send.ts';

export interface SendingOptions {
  /** What it takes to call this carrier's REST API; nothing where the stage has not switched the carrier on. */
  readonly rest: (carrier: CarrierName) => RestOptions | undefined;
  readonly aws: AwsOptions;
  readonly sns: SnsOptions;
}

export type SendingBy = (carrier: CarrierName) => Promise<CarrierSending | undefined>;

/** The carriers that messages can leave by, each loaded when it is first used. */
export function createSendings({ rest, aws, sns }: SendingOptions): SendingBy {
  const sendings = new Map<CarrierName, Promise<CarrierSending | undefined>>([
    ['aws', Promise.resolve(sendingThroughAws(aws))],
    ['sns', Promise.resolve(sendingThroughSns(sns))],
  ]);
  return (carrier) => {
    let sending = sendings.get(carrier);
    if (!sending) {
      sending = load(carrier, rest);
      if (isRestCarrier(carrier)) sendings.set(carrier, sending);
    }
    return sending;
  };
}

async function load(carrier: CarrierName, rest: SendingOptions['rest']): Promise<CarrierSending | undefined> {
  const options = isRestCarrier(carrier) ? rest(carrier) : undefined;
  if (!options) return undefined;
  const { api }: { api: RestApi } = await import(`./${carrier}/api.ts`);
  return sendingByRest(api, options);
}
