import { type AwsListsOptions, awsLists } from './aws/lists.ts';
import type { CarrierLists, OptOutList, RestOptOutList } from './opt-out-list.ts';
import { LISTING_CARRIER_NAMES } from './registry.ts';
import { answerTo, type RestOptions } from './rest.ts';
import { snsLists } from './sns/lists.ts';

export interface OptOutListsOptions {
  /** What it takes to call this carrier's REST API; nothing where the stage has not switched the carrier on. */
  readonly rest: (carrier: string) => RestListOptions | undefined;
  readonly aws: AwsListsOptions;
  readonly sns: Parameters<typeof snsLists>[0];
}

export type RestListOptions = Pick<RestOptions, 'apiUrl' | 'secret' | 'timeoutMs' | 'clock'>;

/** The carriers that keep lists which can be read. AWS's stay apart, so that no pattern of a bundler takes in its SDK. */
export function createOptOutLists({ rest, aws, sns }: OptOutListsOptions): CarrierLists[] {
  const byRest = LISTING_CARRIER_NAMES.flatMap((carrier) => {
    const options = rest(carrier);
    return options ? [{ carrier, lists: async () => [readByRest(carrier, await load(carrier), options)] }] : [];
  });
  return [awsLists(aws), snsLists(sns), ...byRest];
}

async function load(carrier: string): Promise<RestOptOutList> {
  const { optOutList } = await import(`./${carrier}/opt-out-list.ts`);
  return optOutList;
}

/** A list that is read by a carrier's REST API. */
export const readByRest = (carrier: string, rest: RestOptOutList, options: RestListOptions): OptOutList => ({
  carrier,
  list: rest.list,
  reach: rest.reach,
  async read(after) {
    const { url, headers } = rest.toRequest(after, await options.secret(), options.apiUrl);
    const answer = await answerTo(new Request(url, { headers, redirect: 'error' }), options);
    const page = answer.status === 200 ? rest.toPage(answer, after) : undefined;
    if (!page) throw new Error(`${carrier} answered ${answer.status} without a page of its list`);
    return page;
  },
});
