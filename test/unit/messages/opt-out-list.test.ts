import { scopesClosedByListing, sendersUnder } from '../../../shared/messages/opt-out-list.ts';
import { type Sender, senderSchema } from '../../../shared/messages/sender.ts';

const AT = '2026-11-24T12:00:00.000Z';
const sender = (name: string, fields: object = {}): Sender =>
  senderSchema.parse({ sender: name, account: 'acme', carrier: 'aws', ...fields });
const names = (senders: readonly Sender[]) => senders.map((one) => one.sender);

const SENDERS = [
  sender('+12025550100', { carrier: 'twilio' }),
  sender('+12025550101', { carrier: 'twilio', secondCarrier: 'aws' }),
  sender('+12025550102'),
  sender('+12025550103', { optOutList: 'Default' }),
  sender('+12025550104', { optOutList: 'other' }),
  sender('+12025550105', { carrier: 'telnyx', group: 'news' }),
  sender('+12025550106', { carrier: 'telnyx', group: 'news' }),
  sender('+12025550107', { carrier: 'telnyx' }),
];

describe('whom a list keeps from texting', () => {
  test('the senders of its carrier that use it, or that may', () => {
    const under = sendersUnder({ carrier: 'aws', list: 'Default', reach: 'senders' }, SENDERS);
    expect(names(under)).toEqual(['+12025550101', '+12025550102', '+12025550103']);
  });

  test('all senders of its carrier, where it is the account’s', () => {
    const under = sendersUnder({ carrier: 'aws', list: 'opted-out', reach: 'account' }, SENDERS);
    expect(names(under)).toEqual(['+12025550101', '+12025550102', '+12025550103', '+12025550104']);
  });

  test.each([
    ['+12025550105', ['+12025550105', '+12025550106']],
    ['+12025550107', ['+12025550107']],
    ['+12025550199', []],
  ])('the sender that was left and its group: %s', (left, expected) => {
    const listing = { carrier: 'telnyx', list: 'opt-outs', reach: 'sender' as const, sender: left };
    expect(names(sendersUnder(listing, SENDERS))).toEqual(expected);
  });
});

describe('what it closes to be on a list', () => {
  const two = [sender('+12025550105', { group: 'news' }), sender('+12025550106', { group: 'news' })];

  test('the senders and their group, each once', () => {
    const scopes = scopesClosedByListing({ reach: 'senders' }, two, { at: AT });
    expect(scopes).toEqual(['+12025550105', 'group:news', '+12025550106']);
  });

  test('the sender that was left and its group, and no other member by itself', () => {
    const scopes = scopesClosedByListing({ reach: 'sender', sender: '+12025550106' }, two, { at: AT });
    expect(scopes).toEqual(['+12025550106', 'group:news']);
  });

  test('the account, also where none of its senders is known', () => {
    expect(scopesClosedByListing({ reach: 'account' }, [], { at: AT })).toEqual(['*']);
    expect(scopesClosedByListing({ reach: 'account' }, two.slice(1), { at: AT })).toEqual([
      '*',
      '+12025550106',
      'group:news',
    ]);
  });

  test('as far as an opt-out reaches by the sender’s own rules', () => {
    expect(
      scopesClosedByListing({ reach: 'senders' }, [sender('+12025550102', { revokeAllFrom: AT })], { at: AT }),
    ).toEqual(['+12025550102', '*']);
  });
});
