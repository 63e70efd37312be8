import { ListPhoneNumbersOptedOutCommand, OptInPhoneNumberCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CarrierLists, OptOutList } from '../opt-out-list.ts';
import { paced } from '../pace.ts';

/** As for the lists of End User Messaging; OptInPhoneNumber is taken no less often. */
const CHANGES_PER_SECOND = 10;

/**
 * The one list that Amazon SNS keeps for an AWS account. It says neither since when nor by whom, nothing can be put on it, and
 * a number can be taken off it once in 30 days. https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html
 */
export function snsLists(client: SNSClient): CarrierLists {
  const turn = paced(CHANGES_PER_SECOND);
  const list: OptOutList = {
    carrier: 'sns',
    list: 'opted-out',
    reach: 'account',
    async read(after) {
      const { phoneNumbers = [], nextToken } = await client.send(
        new ListPhoneNumbersOptedOutCommand({ nextToken: after }),
      );
      return { listed: phoneNumbers.map((recipient) => ({ recipient })), next: nextToken || undefined };
    },
    async takeOff(phoneNumber) {
      await turn();
      try {
        await client.send(new OptInPhoneNumberCommand({ phoneNumber }));
        return { kind: 'done' };
      } catch (error) {
        const { name } = error as Error;
        // It has no error of its own for the 30 days.
        if (name !== 'InvalidParameterException' && name !== 'InvalidParameter') throw error;
        return { kind: 'refused', detail: 'InvalidParameter' };
      }
    },
  };
  return { carrier: 'sns', lists: async () => [list] };
}
