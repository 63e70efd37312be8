import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SimulatedOptOut, WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import { isRecipient } from '../../shared/messages/address.ts';
import { awsError } from './aws-errors.ts';
import type { Behaviours } from './behaviours.ts';
import type { RestCast } from './carriers.ts';
import { snsError, snsResult } from './sns-publish.ts';

/** The list of AWS End User Messaging that every account has. */
const DEFAULT_LIST = 'Default';
/** SNS has one, which has no name. */
const SNS_LIST = 'opted-out';
/** How often AWS lets a number be taken off a list. Milliseconds. */
const ONCE_IN_MS = 30 * 86_400_000;
const SNS_PAGE = 100;

/** A carrier's own opt-out list, as whoever fills it sees it. */
export interface ShownList {
  readonly carrier: string;
  readonly list: string;
  readonly numbers: readonly SimulatedOptOut[];
}

export interface OptOutLists {
  all(): ShownList[];
  /** Replaces what is on a list; nothing where no such carrier has one. */
  fill(carrier: string, list: string | undefined, numbers: readonly SimulatedOptOut[]): ShownList | undefined;
  /** Answers a call of AWS's about its lists, by its operation; nothing where it is about none. */
  accept(operation: string, parameters: unknown): WireAnswer | undefined;
}

/** The opt-out lists that the carriers keep themselves. */
export function createOptOutLists(parts: {
  readonly rest: RestCast;
  readonly behaviours: Behaviours;
  readonly clock: () => number;
}): OptOutLists {
  const { rest, behaviours, clock } = parts;
  const aws = new Map<string, Map<string, SimulatedOptOut>>([[DEFAULT_LIST, new Map()]]);
  const sns = new Map<string, SimulatedOptOut>();
  const takenOffAt = new Map<string, number>();

  /** Whether the number may be taken off: nobody locked it, and it was not within the last 30 days. */
  function takeOff(list: Map<string, SimulatedOptOut>, name: string, number: string): boolean {
    const key = `${name} ${number}`;
    const last = takenOffAt.get(key);
    if (list.get(number)?.locked || (last !== undefined && clock() - last < ONCE_IN_MS)) return false;
    list.delete(number);
    takenOffAt.set(key, clock());
    return true;
  }

  const awsOperations: Readonly<Record<string, (parameters: unknown) => WireAnswer>> = {
    DescribeOptOutLists(parameters) {
      const { names, next } = pageOf([...aws.keys()], pageRequest.parse(parameters));
      return json({
        OptOutLists: names.map((OptOutListName) => ({
          OptOutListName,
          OptOutListArn: arnOf(OptOutListName),
          CreatedTimestamp: 1_700_000_000,
        })),
        NextToken: next,
      });
    },
    DescribeOptedOutNumbers(parameters) {
      const { OptOutListName, ...page } = listRequest.parse(parameters);
      const list = aws.get(OptOutListName);
      if (!list) return noSuch('opt-out-list', OptOutListName);
      const { names, next } = pageOf([...list.values()], page);
      return json({
        OptOutListName,
        OptOutListArn: arnOf(OptOutListName),
        OptedOutNumbers: names.map(rowOf),
        NextToken: next,
      });
    },
    PutOptedOutNumber(parameters) {
      const { OptOutListName, OptedOutNumber } = numberRequest.parse(parameters);
      const list = aws.get(OptOutListName);
      if (!list) return noSuch('opt-out-list', OptOutListName);
      const row = list.get(OptedOutNumber) ?? { number: OptedOutNumber, at: at(clock()), byRecipient: false };
      list.set(OptedOutNumber, row);
      return json({ OptOutListName, OptOutListArn: arnOf(OptOutListName), ...rowOf(row) });
    },
    DeleteOptedOutNumber(parameters) {
      const { OptOutListName, OptedOutNumber } = numberRequest.parse(parameters);
      const list = aws.get(OptOutListName);
      if (!list) return noSuch('opt-out-list', OptOutListName);
      const row = list.get(OptedOutNumber);
      if (!row) return noSuch('opted-out-number', OptedOutNumber);
      if (!takeOff(list, OptOutListName, OptedOutNumber)) return awsError('PHONE_NUMBER_CANNOT_BE_OPTED_IN');
      return json({ OptOutListName, OptOutListArn: arnOf(OptOutListName), ...rowOf(row) });
    },
  };

  const snsOperations: Readonly<Record<string, (parameters: unknown) => WireAnswer>> = {
    ListPhoneNumbersOptedOut(parameters) {
      const { nextToken } = snsPageRequest.parse(parameters);
      const { names, next } = pageOf([...sns.keys()], { MaxResults: SNS_PAGE, NextToken: nextToken });
      const members = names.map((number) => `<member>${number}</member>`).join('');
      const token = next === undefined ? '' : `<nextToken>${next}</nextToken>`;
      return snsResult('ListPhoneNumbersOptedOut', `<phoneNumbers>${members}</phoneNumbers>${token}`);
    },
    OptInPhoneNumber(parameters) {
      const { phoneNumber } = snsNumberRequest.parse(parameters);
      if (!takeOff(sns, SNS_LIST, phoneNumber))
        return snsError('InvalidParameter', 'Invalid parameter: the number can be opted in once every 30 days');
      return snsResult('OptInPhoneNumber', '');
    },
  };

  const all = (): ShownList[] => [
    ...[...aws].map(([list, numbers]) => ({ carrier: 'aws', list, numbers: [...numbers.values()] })),
    { carrier: 'sns', list: SNS_LIST, numbers: [...sns.values()] },
    ...[...rest].flatMap(([carrier, { optOuts }]) =>
      optOuts ? [{ carrier, list: optOuts.list, numbers: optOuts.numbers }] : [],
    ),
  ];

  return {
    all,
    fill(carrier, list, numbers) {
      if (carrier === 'aws') {
        const name = list ?? DEFAULT_LIST;
        aws.set(name, byNumber(numbers, clock()));
      } else if (carrier === 'sns') {
        sns.clear();
        for (const [number, row] of byNumber(numbers, clock())) sns.set(number, row);
      } else {
        const optOuts = rest.get(carrier)?.optOuts;
        if (!optOuts) return undefined;
        optOuts.numbers = numbers.map((row) => ({ ...row, at: row.at ?? at(clock()) }));
      }
      const name = carrier === 'aws' ? (list ?? DEFAULT_LIST) : undefined;
      return all().find((one) => one.carrier === carrier && (name === undefined || one.list === name));
    },
    accept(operation, parameters) {
      const carrier = awsOperations[operation] ? 'aws' : 'sns';
      const act = awsOperations[operation] ?? snsOperations[operation];
      if (!act) return undefined;
      const { error } = behaviours.of(carrier);
      const fail = carrier === 'aws' ? awsError : snsError;
      if (error !== null) return fail(error);
      try {
        return act(parameters);
      } catch (wrong) {
        if (wrong instanceof z.ZodError) return fail(carrier === 'aws' ? 'INVALID_PARAMETER' : 'InvalidParameter');
        throw wrong;
      }
    },
  };
}

const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

const byNumber = (numbers: readonly SimulatedOptOut[], now: number): Map<string, SimulatedOptOut> =>
  new Map(numbers.map((row) => [row.number, { byRecipient: true, ...row, at: row.at ?? at(now) }]));

const number = z.string().refine(isRecipient);
const pageRequest = z.looseObject({
  MaxResults: z.int().min(1).max(100).default(100),
  NextToken: z.string().regex(/^\d+$/).optional(),
});
const listRequest = pageRequest.extend({ OptOutListName: z.string() });
const numberRequest = z.looseObject({ OptOutListName: z.string(), OptedOutNumber: number });
const snsPageRequest = z.looseObject({ nextToken: z.string().regex(/^\d+$/).optional() });
const snsNumberRequest = z.looseObject({ phoneNumber: number });

function pageOf<T>(
  all: readonly T[],
  { MaxResults, NextToken = '0' }: { MaxResults: number; NextToken?: string | undefined },
) {
  const start = Number(NextToken);
  const end = start + MaxResults;
  return { names: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}

const arnOf = (list: string): string => `arn:aws:sms-voice:us-east-1:000000000000:opt-out-list/${list}`;

const rowOf = ({ number: OptedOutNumber, at: since = '', byRecipient = true }: SimulatedOptOut) => ({
  OptedOutNumber,
  OptedOutTimestamp: Date.parse(since) / 1_000,
  EndUserOptedOut: byRecipient,
});

const json = (body: object): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(body),
});

const noSuch = (ResourceType: string, ResourceId: string): WireAnswer => ({
  status: 400,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': randomUUID(),
    'x-amzn-errortype': 'ResourceNotFoundException',
  },
  body: JSON.stringify({
    __type: 'com.amazonaws.pinpointsmsvoicev2#ResourceNotFoundException',
    Message: `There is no such ${ResourceType}`,
    ResourceType,
    ResourceId,
  }),
});
