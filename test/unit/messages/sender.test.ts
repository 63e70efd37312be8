import { accountName, senderSchema, unregisteredSender } from '../../../shared/messages/sender.ts';

const SENDER = { sender: '+12025550100', account: 'acme', carrier: 'twilio' };
const DEFAULTS = {
  languages: ['en'],
  keywordPacks: [],
  policy: 'keyword',
  optOutScope: 'sender',
  answeredBy: 'stopgate',
  undecidedReview: 'alarm',
};
const FULL = {
  ...SENDER,
  group: 'shop',
  country: 'US',
  languages: ['en', 'es-419', 'zh-Hant'],
  brand: 'Acme',
  supportContact: 'help@acme.example',
  replies: { 'opt-out': 'Bye.', 'opt-in': 'Hello.', help: 'Ask us.' },
  keywordPacks: ['es'],
  policy: 'any-reasonable-means',
  optOutScope: 'account',
  answeredBy: 'carrier',
  helpRepliesPerDay: 3,
  ownWords: { optOut: ['BASTA'], optIn: ['JOIN'], help: ['EH'] },
  categoryWords: { ADS: 'promotional', ORDERS: 'transactional' },
  stopAllScope: 'account',
  revokeAllFrom: '2027-01-31T00:00:00.000Z',
  requireOptIn: true,
  doubleOptIn: true,
  undecidedReview: 'opt-out',
};

describe('a registered sender', () => {
  it('has the defaults where nothing else is said', () => {
    expect(senderSchema.parse(SENDER)).toEqual({ ...SENDER, ...DEFAULTS });
  });

  it('keeps all that is said', () => {
    expect(senderSchema.parse(FULL)).toEqual(FULL);
  });

  it('may have a reply of its own for one kind of keyword only', () => {
    expect(senderSchema.parse({ ...SENDER, replies: { help: 'Ask us.' } }).replies).toEqual({ help: 'Ask us.' });
  });

  it('may have replies of its own by language', () => {
    const replies = { es: { help: 'Ayuda' }, 'fr-CA': { 'opt-out': 'Fini.', clarification: 'Quoi ?' } };
    expect(senderSchema.parse({ ...SENDER, replies }).replies).toEqual(replies);
  });

  test.each<[string, unknown]>([
    ['replies', { es: { hlep: 'Ayuda' } }],
    ['replies', { es: { help: 'Ayuda' }, help: 'Ask us.' }],
    ['replies', { Spanish: { help: 'Ayuda' } }],
    ['helpRepliesPerDay', 0],
    ['helpRepliesPerDay', 1.5],
    ['helpRepliesPerDay', 1_001],
    ['ownWords', { optOut: [''] }],
    ['ownWords', { optOut: Array(101).fill('X') }],
    ['categoryWords', { ADS: 'news' }],
    ['categoryWords', { '': 'promotional' }],
    ['stopAllScope', 'world'],
    ['revokeAllFrom', '2027-01-31'],
    ['revokeAllFrom', '2027-01-31T00:00:00Z'],
    ['requireOptIn', 'yes'],
    ['doubleOptIn', 1],
    ['sender', '+1'],
    ['sender', undefined],
    ['account', ''],
    ['account', 'a#b'],
    ['account', 'x'.repeat(65)],
    ['carrier', ''],
    ['carrier', null],
    ['group', '#shop'],
    ['country', 'us'],
    ['country', 'USA'],
    ['languages', 'en'],
    ['languages', ['English!']],
    ['brand', ''],
    ['supportContact', 'x'.repeat(257)],
    ['replies', { help: '' }],
    ['replies', { help: 'x'.repeat(1_601) }],
    ['keywordPacks', [7]],
    ['policy', 'guess'],
    ['optOutScope', 'group'],
    ['answeredBy', 'nobody'],
    ['undecidedReview', 'forget'],
  ])('is refused when its %s is %j', (field, value) => {
    const result = senderSchema.safeParse({ ...FULL, [field]: value });
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  test.each(['acme', 'Acme_1.2-3', 'x'.repeat(64)])('may belong to the account %j', (account) => {
    expect(accountName.safeParse(account).success).toBe(true);
  });
});

describe('an unregistered sender', () => {
  it('works as a registered one does of which nothing is said, in the default account and by the default carrier', () => {
    const sender = unregisteredSender('12345', { account: 'acme', carrier: 'aws' });
    expect(sender).toEqual(senderSchema.parse({ sender: '12345', account: 'acme', carrier: 'aws' }));
  });
});
