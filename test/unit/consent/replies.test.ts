import { DEFAULT_REPLIES, REPLY_KINDS } from '../../../shared/consent/default-replies.ts';
import { KEYWORD_PACK_NAMES } from '../../../shared/consent/keywords.ts';
import {
  filledIn,
  placeholdersIn,
  REPLY_WINDOW_MS,
  type Replies,
  replyLanguage,
  replyText,
} from '../../../shared/consent/replies.ts';

const OPT_OUT =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const OPT_IN =
  'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const HELP = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';

describe('the default replies', () => {
  it('are the texts of the contract in English', () => {
    expect(REPLY_KINDS.slice(0, 3).map((kind) => replyText(kind))).toEqual([OPT_OUT, OPT_IN, HELP]);
  });

  it('are there in the language of every keyword pack', () => {
    const languages = KEYWORD_PACK_NAMES.map((pack) => replyLanguage(`keyword:${pack}`, { languages: ['en'] }));
    expect([...new Set(languages)].sort()).toEqual(Object.keys(DEFAULT_REPLIES).sort());
  });

  test.each(Object.entries(DEFAULT_REPLIES))(
    'in %s name the words to answer with, fit in an SMS of Canada, and advertise nothing',
    (_, texts) => {
      expect(texts['opt-out']).toContain('START');
      expect(texts['opt-in']).toMatch(/HELP.*STOP/);
      expect(texts.help).toContain('STOP');
      expect(texts['opt-out-category']).toMatch(/STOP.*START/);
      expect(texts['confirm-opt-in']).toMatch(/YES.*STOP|STOP.*YES/);
      for (const text of Object.values(texts)) {
        expect(text.length).toBeLessThanOrEqual(160);
        expect(text).not.toMatch(/https?:|www\.|[{}]/);
      }
    },
  );
});

describe("a sender's own replies", () => {
  it('are used where it has them', () => {
    const replies = { 'opt-out': 'Désabonné.', help: ' ', 'opt-in': undefined };
    expect(REPLY_KINDS.slice(0, 3).map((kind) => replyText(kind, { replies }))).toEqual(['Désabonné.', OPT_IN, HELP]);
  });

  it('hold for all languages, or for one', () => {
    const byLanguage: Replies = { es: { help: 'Ayuda' }, 'fr-CA': { help: 'Aide' } };
    expect(replyText('help', { replies: { help: 'Ask us' } }, 'es')).toBe('Ask us');
    expect(replyText('help', { replies: byLanguage }, 'es')).toBe('Ayuda');
    expect(replyText('help', { replies: byLanguage }, 'es-MX')).toBe('Ayuda');
    expect(replyText('help', { replies: byLanguage }, 'fr-CA')).toBe('Aide');
    expect(replyText('help', { replies: byLanguage }, 'fr')).toBe('Aide');
    expect(replyText('help', { replies: byLanguage }, 'en')).toBe(HELP);
    expect(replyText('opt-out', { replies: byLanguage }, 'es')).toBe(DEFAULT_REPLIES.es['opt-out']);
    expect(replyText('help', { replies: byLanguage }, 'sv')).toBe(HELP);
    expect(replyText('help', { replies: {} }, 'de-AT')).toBe(DEFAULT_REPLIES.de.help);
  });

  it('prefer the very locale to another one of its language', () => {
    const replies = { fr: { help: 'Aide' }, 'fr-CA': { help: 'Aide (Canada)' } };
    expect(replyText('help', { replies }, 'fr-CA')).toBe('Aide (Canada)');
    expect(replyText('help', { replies }, 'fr')).toBe('Aide');
  });

  it('have the brand and the contact filled in, and give way to the defaults where one is missing', () => {
    const replies = { help: '{brand}: {supportContact}. {brand}!' };
    expect(replyText('help', { replies, brand: 'Acme', supportContact: '$& 1' })).toBe('Acme: $& 1. Acme!');
    expect(replyText('help', { replies, brand: 'Acme' })).toBe(HELP);
    expect(filledIn('{price}', { brand: 'Acme' })).toBeUndefined();
    expect(filledIn('', {})).toBeUndefined();
    expect(filledIn(undefined, {})).toBeUndefined();
    expect(placeholdersIn('{a} {} {b c}')).toEqual(['a', '', 'b c']);
  });

  it('ask in the confirmation of an opt-out, and there only, which messages to end', () => {
    const replies = { clarification: 'To end only offers from {brand}, reply START, then STOP ADS.' };
    expect(replyText('opt-out', { replies, brand: 'Acme' })).toBe(
      `${OPT_OUT} To end only offers from Acme, reply START, then STOP ADS.`,
    );
    expect(replyText('opt-out', { replies })).toBe(OPT_OUT);
    expect(replyText('opt-in', { replies, brand: 'Acme' })).toBe(OPT_IN);
  });
});

test('what is no keyword is answered by a text of the sender only', () => {
  expect(replyText('invalid-keyword', { brand: 'Acme' })).toBeUndefined();
  expect(replyText('invalid-keyword', { replies: { 'invalid-keyword': '{brand}?' } })).toBeUndefined();
  expect(replyText('invalid-keyword', { replies: { 'invalid-keyword': '{brand}?' }, brand: 'Acme' })).toBe('Acme?');
});

describe('the answer to INFO', () => {
  it('is the one to HELP, or a text of its own', () => {
    expect(replyText('info')).toBe(HELP);
    expect(replyText('info', {}, 'es')).toBe(DEFAULT_REPLIES.es.help);
    expect(replyText('info', { replies: { help: 'Ask us' } })).toBe('Ask us');
    expect(replyText('info', { replies: { help: 'Ask us', info: 'About us' } })).toBe('About us');
  });

  it('is in both languages in Canada, in one SMS', () => {
    const both = replyText('info', { country: 'CA' }, 'fr');
    expect(both).toBe(`${HELP} ${DEFAULT_REPLIES.fr.help}`);
    expect(both.length).toBeLessThanOrEqual(160);
    const replies = { en: { help: 'Ask' }, 'fr-CA': { help: 'Demandez' } };
    expect(replyText('info', { country: 'CA', replies }, 'fr-CA')).toBe('Ask Demandez');
    expect(replyText('info', { country: 'CA', replies: { help: 'Ask/Demandez' } })).toBe('Ask/Demandez');
    expect(replyText('info', { country: 'CA', replies: { fr: { info: 'Deux' } } }, 'fr')).toBe('Deux');
  });
});

describe('the language of a reply', () => {
  const sender = { languages: ['de', 'fr-CA'] };

  test.each([
    ['keyword:es', 'es'],
    ['keyword:ca', 'fr-CA'],
    ['keyword:fr', 'fr-CA'],
    ['unconfirmed:keyword:es', 'es'],
    ['unconfirmed:es:opt-in', 'es'],
    ['es:stop-texting', 'es'],
    ['en:stop-texting', 'en'],
    ['keyword:core', 'de'],
    ['keyword:us', 'de'],
    ['keyword:own', 'de'],
    ['typo', 'de'],
    ['carrier-keyword', 'de'],
    ['ordinary', 'de'],
  ])('after %s is %s', (rule, language) => {
    expect(replyLanguage(rule, sender)).toBe(language);
  });

  it('is English for an English word in Canada, whatever the programme speaks', () => {
    expect(replyLanguage('keyword:core', { languages: ['fr'], country: 'CA' })).toBe('en');
    expect(replyLanguage('keyword:ca', { languages: ['en'], country: 'CA' })).toBe('fr');
    expect(replyLanguage('keyword:core', { languages: ['fr'], country: 'FR' })).toBe('fr');
  });

  test.each([
    ['keyword:core', 'STOP', 'en'],
    ['keyword:us', 'STOP ALL', 'en'],
    ['keyword:ca', 'UNSUB', 'en'],
    ['keyword:ca', 'ARRET', 'fr'],
    ['keyword:fr', 'ARRET', 'fr'],
    ['keyword:core', 'INFO', 'fr'],
    ['keyword:own', 'BASTA', 'fr'],
  ])('in a French programme of Canada after %s %s is %s', (rule, keyword, language) => {
    expect(replyLanguage(rule, { languages: ['fr'], country: 'CA' }, keyword)).toBe(language);
  });

  it('is English where a sender names none', () => {
    expect(replyLanguage('typo', { languages: [] })).toBe('en');
  });
});

test('a reply may be sent for five minutes', () => {
  expect(REPLY_WINDOW_MS).toBe(300_000);
});
