import {
  DeleteOptedOutNumberCommand,
  DescribeOptedOutNumbersCommand,
  DescribeOptOutListsCommand,
  type PinpointSMSVoiceV2Client,
  PutOptedOutNumberCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { CarrierLists, ListAnswer, OptOutList } from '../opt-out-list.ts';
import { paced } from '../pace.ts';

/** The most that AWS gives at once. */
const PAGE = 100;
/** DeleteOptedOutNumber is taken ten times a second. Reading needs no such limit: the SDK tries again what is throttled. */
const CHANGES_PER_SECOND = 10;

export interface AwsListsOptions {
  readonly client: PinpointSMSVoiceV2Client;
  /** The only list that may be changed; none, when not given. */
  readonly ownList?: string | undefined;
}

/**
 * The opt-out lists of AWS End User Messaging. Which senders and pools use which list is theirs to say (`optOutList`).
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/opt-out-list.html
 */
export function awsLists({ client, ownList }: AwsListsOptions): CarrierLists {
  const turn = paced(CHANGES_PER_SECOND);
  const listNamed = (list: string): OptOutList => ({
    carrier: 'aws',
    list,
    reach: 'senders',
    async read(after) {
      const { OptedOutNumbers = [], NextToken } = await client.send(
        new DescribeOptedOutNumbersCommand({ OptOutListName: list, MaxResults: PAGE, NextToken: after }),
      );
      const listed = OptedOutNumbers.map(({ OptedOutNumber = '', OptedOutTimestamp, EndUserOptedOut }) => ({
        recipient: OptedOutNumber,
        listedAt: OptedOutTimestamp?.toISOString(),
        byRecipient: EndUserOptedOut,
      }));
      return { listed, next: NextToken };
    },
    ...(list === ownList && changing(list)),
  });

  const changing = (OptOutListName: string): Pick<Required<OptOutList>, 'takeOff' | 'put'> => ({
    async takeOff(OptedOutNumber) {
      await turn();
      try {
        await client.send(new DeleteOptedOutNumberCommand({ OptOutListName, OptedOutNumber }));
        return { kind: 'done' };
      } catch (error) {
        return isNotListed(error) ? { kind: 'done' } : refusalIn(error);
      }
    },
    async put(OptedOutNumber) {
      await turn();
      try {
        const { OptedOutTimestamp, EndUserOptedOut } = await client.send(
          new PutOptedOutNumberCommand({ OptOutListName, OptedOutNumber }),
        );
        return { kind: 'done', listedAt: OptedOutTimestamp?.toISOString(), byRecipient: EndUserOptedOut };
      } catch (error) {
        return refusalIn(error);
      }
    },
  });

  return {
    carrier: 'aws',
    async lists() {
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await client.send(new DescribeOptOutListsCommand({ MaxResults: PAGE, NextToken }));
        names.push(...(page.OptOutLists ?? []).flatMap(({ OptOutListName }) => OptOutListName ?? []));
        NextToken = page.NextToken;
      } while (NextToken);
      return names.map(listNamed);
    },
    own: ownList === undefined ? undefined : listNamed(ownList),
  };
}

/** The list is there, the number is not on it. */
function isNotListed(error: unknown): boolean {
  const { name, ResourceType } = error as { name: string; ResourceType?: string };
  return name === 'ResourceNotFoundException' && ResourceType === 'opted-out-number';
}

/**
 * What AWS refuses of this number for good, such as `PHONE_NUMBER_CANNOT_BE_OPTED_IN`.
 * @throws what is no answer about the number
 */
function refusalIn(error: unknown): ListAnswer<never> {
  const { name, Reason } = error as { name: string; Reason?: string };
  if (name !== 'ValidationException' && name !== 'ConflictException') throw error;
  return { kind: 'refused', detail: Reason ?? name };
}
