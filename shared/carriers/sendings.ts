import type { CarrierName } from '../messages/sender.ts';
import { type AwsOptions, sendingThroughAws } from './aws/send.ts';
import type { CarrierSending } from './carrier.ts';
import { type SnsOptions, sendingThroughSns } from './sns/send.ts';
import { sendingThroughTwilio, type TwilioOptions } from './twilio/send.ts';

export interface SendingOptions {
  readonly twilio: TwilioOptions;
  readonly aws: AwsOptions;
  readonly sns: SnsOptions;
}

/** The carriers that messages can leave by. */
export function createSendings(options: SendingOptions): (carrier: CarrierName) => CarrierSending | undefined {
  const sendings = new Map<CarrierName, CarrierSending>([
    ['twilio', sendingThroughTwilio(options.twilio)],
    ['aws', sendingThroughAws(options.aws)],
    ['sns', sendingThroughSns(options.sns)],
  ]);
  return (carrier) => sendings.get(carrier);
}
