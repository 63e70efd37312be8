import { countSegments } from '../../../shared/ledger/register-sender.ts';
import { checkReplies } from '../../../shared/messages/check-replies.ts';
import { replyErrors, validSender, WrongSender } from '../../../shared/messages/check-sender.ts';
import { checkWords } from '../../../shared/messages/check-words.ts';
import { type SenderInput, senderSchema } from '../../../shared/messages/sender.ts';

const INPUT: SenderInput = { sender: '+12025550100', account: 'acme', carrier: 'twilio' };

function problemsOf(change: object): readonly string[] {
  try {
    validSender({ ...INPUT, ...change });
    return [];
  } catch (error) {
    if (!(error instanceof WrongSender)) throw error;
    expect(error.message.split('\n- ').slice(1)).toEqual(error.problems);
    return error.problems;
  }
}

describe('a sender that is registered', () => {
  it('has the defaults where nothing else is said', () => {
    expect(validSender(INPUT)).toEqual(senderSchema.parse(INPUT));
  });

  it('may name packs and languages as locales', () => {
    expect(problemsOf({ keywordPacks: ['es', 'fr-CA', 'ca'], languages: ['fr-CA', 'pt-BR', 'en'] })).toEqual([]);
  });

  it('is refused with all that is not of its form', () => {
    expect(problemsOf({ sender: '+1', policy: 'guess', replies: { help: '' }, brand: '' })).toEqual([
      'sender: missing, or not of its form: a number (+12025550100), a short code or a sender ID',
      'brand: missing, or not of its form',
      'replies.help: missing, or not of its form: texts by kind (opt-out, help), or by locale (es, fr-CA) and kind',
      'policy: missing, or not of its form: keyword or any-reasonable-means',
    ]);
  });

  it.each([
    [{ revokeAllFrom: '2027-01-31' }, 'revokeAllFrom: missing, or not of its form: a time in UTC with milliseconds'],
    [{ languages: ['en', 'EN'] }, 'languages.1: missing, or not of its form: locales'],
    [{ country: 'USA' }, 'country: missing, or not of its form: two capital letters'],
    [{ replies: { es: { help: '' } } }, 'replies.es.help: missing, or not of its form'],
    [{ replies: { es: { hlep: 'x' } } }, 'replies.es.hlep: missing, or not of its form'],
    [{ replies: { hlep: 'x' } }, 'replies.hlep: missing, or not of its form'],
    [{ replies: { help: 'x', es: { help: 'y' } } }, 'replies.es: missing, or not of its form'],
    [{ replies: { Spanish: { help: 'x' } } }, 'replies.Spanish: missing, or not of its form'],
    [{ replies: 'x' }, 'replies: missing, or not of its form'],
    [{ replies: null }, 'replies: missing, or not of its form'],
    [{ categoryWords: { ADS: 'ads' } }, 'categoryWords.ADS: missing, or not of its form: promotional or transactional'],
    [{ quietHours: ['us-states', '9-5'] }, 'quietHours: "9-5" is neither a window like "21:00-08:00"'],
    [{ requireOptin: true }, 'requireOptin: there is no such setting'],
    [{ ownWords: { optout: ['BASTA'] } }, 'ownWords.optout: there is no such setting'],
  ])('is refused with words that help to mend it: %j', (change, problem) => {
    expect(problemsOf(change)).toEqual([expect.stringContaining(problem)]);
  });

  it('is refused with all that is wrong at once', () => {
    expect(
      problemsOf({
        keywordPacks: ['es', 'xx'],
        languages: ['en', 'sv-SE'],
        brand: 'Acme',
        replies: { 'opt-out': '{brand} {price}', help: '{supportContact} {supportContact}', 'opt-in': '  ' },
      }),
    ).toEqual([
      'keywordPacks: there is no pack "xx"; there are core, us, ca, es, fr, pt, de, nl, it, pl, ru, zh, ja, ko',
      'languages: there are no default replies in "sv-SE"; give your own in replies.sv-SE, or choose from en, es, fr, pt, de, nl, it, pl, ru, zh, ja, ko',
      'replies.opt-out: unknown placeholder {price}; there are {brand}, {supportContact}',
      'replies.opt-in: empty',
      'replies.help: {supportContact} has no value; set supportContact',
    ]);
  });

  it('names at least one language', () => {
    expect(problemsOf({ languages: [] })).toEqual(['languages: name at least one']);
  });

  it('may speak any language for which it brings its own words', () => {
    expect(problemsOf({ languages: ['sv'], replies: { sv: { help: 'Hjälp' } } })).toEqual([]);
    expect(problemsOf({ languages: ['sv'], replies: { help: 'Hjälp' } })).toHaveLength(1);
  });

  it('has replies of at most 160 characters in Canada, brand and contact filled in', () => {
    const replies = { fr: { help: `{brand}${'x'.repeat(157)}` } };
    expect(problemsOf({ country: 'CA', brand: 'Acme', replies })).toEqual([
      'replies.fr.help: 161 characters; carriers in Canada take 160',
    ]);
    expect(problemsOf({ country: 'CA', brand: 'Acm', replies })).toEqual([]);
    expect(problemsOf({ country: 'US', brand: 'Acme', replies })).toEqual([]);
  });

  it('has replies that a carrier takes, brand and contact filled in', () => {
    const contact = { supportContact: 'x'.repeat(200) };
    expect(problemsOf({ ...contact, replies: { help: '{supportContact}'.repeat(9) } })).toEqual([
      'replies.help: 1800 characters; carriers take 1600',
    ]);
    expect(problemsOf({ ...contact, replies: { help: '{supportContact}'.repeat(8) } })).toEqual([]);
    expect(problemsOf({ brand: ' ', replies: { help: '{brand}' } })).toEqual(['replies.help: empty']);
  });

  it('may leave a text undefined', () => {
    expect(replyErrors(senderSchema.parse({ ...INPUT, replies: { help: undefined } }))).toEqual([]);
  });
});

describe("the check of a sender's replies", () => {
  const check = (change: Partial<SenderInput>) =>
    checkReplies(senderSchema.parse({ ...INPUT, ...change }), countSegments);
  const warningsOf = (change: Partial<SenderInput>) => check(change).warnings;

  it('finds nothing where no country is named', () => {
    expect(check({})).toEqual({ errors: [], warnings: [] });
    expect(warningsOf({ keywordPacks: ['ru', 'zh', 'xx'] })).toEqual([]);
  });

  it('gives the errors too', () => {
    expect(check({ replies: { help: '{price}' } }).errors).toHaveLength(1);
  });

  it('says what a US carrier would miss', () => {
    expect(warningsOf({ country: 'US' })).toEqual([
      '+12025550100: the opt-out reply in en should hold the brand ({brand})',
      '+12025550100: the opt-in reply in en should hold the brand ({brand})',
      '+12025550100: the help reply in en should hold the brand ({brand}), a contact for support ({supportContact})',
    ]);
    expect(warningsOf({ country: 'US', brand: 'Acme', replies: { help: 'Hello' } })[2]).toMatch(
      /help.*brand.*support.*STOP.*rates/,
    );
  });

  it('is content with replies that hold it all', () => {
    const replies = {
      'opt-out': '{brand}: you are unsubscribed.',
      'opt-in': '{brand}: welcome back. Reply STOP to end.',
      help: '{brand}: ask {supportContact}. Reply STOP to end. Msg&Data rates may apply.',
    };
    expect(warningsOf({ country: 'US', brand: 'Acme', supportContact: 'help@acme.example', replies })).toEqual([]);
    expect(warningsOf({ country: 'US', brand: 'Acme', replies })).toHaveLength(1);
  });

  it('wants the words of both languages, one SMS and a toll-free number in Canada', () => {
    const help = 'Acme: {supportContact}. STOP/ARRET. Rates/frais.';
    const change = (supportContact: string): Partial<SenderInput> => ({
      country: 'CA',
      keywordPacks: ['ca'],
      brand: 'Acme',
      supportContact,
      replies: { 'opt-out': 'Acme', 'opt-in': 'Acme STOP', help },
    });
    expect(warningsOf(change('1-888-555-0100'))).toEqual([]);
    expect(warningsOf(change('+18885550100'))).toEqual([]);
    expect(warningsOf(change('1-416-555-0100'))).toEqual([
      '+12025550100: the help reply in en should hold a toll-free number for support ({supportContact})',
      '+12025550100: the help reply in fr should hold a toll-free number for support ({supportContact})',
    ]);
    expect(warningsOf({ ...change('1-888-555-0100'), keywordPacks: [] })).toEqual([
      '+12025550100: Canada wants ARRET and AIDE heard, and answered in French: switch the keyword pack "ca" on',
    ]);
    // To speak French is not enough to hear it.
    expect(warningsOf({ ...change('1-888-555-0100'), keywordPacks: [], languages: ['en', 'fr-CA'] })).toHaveLength(1);
    expect(warningsOf({ ...change('1-888-555-0100'), keywordPacks: ['fr-CA'] })).toEqual([]);
    expect(warningsOf({ country: 'CA', languages: ['zh'] }).filter((one) => one.includes('SMS'))).toEqual([]);
    expect(warningsOf({ country: 'CA', languages: ['ru'] }).filter((one) => one.includes('SMS'))[0]).toBe(
      '+12025550100: the opt-out reply in ru takes 2 SMS (UCS-2); Canada wants one',
    );
  });

  it('looks at the one answer to INFO in Canada, in both languages', () => {
    const texts = { 'opt-out': 'Acme', 'opt-in': 'Acme STOP' };
    const change: Partial<SenderInput> = {
      country: 'CA',
      keywordPacks: ['ca'],
      brand: 'Acme',
      supportContact: '1-888-555-0100',
      replies: {
        en: {
          ...texts,
          help: '{brand} help: {supportContact}. STOP to end. 4 msgs a month. Msg&data rates may apply.',
        },
        fr: {
          ...texts,
          help: '{brand} aide: {supportContact}. ARRET pour annuler. 4 msg par mois. Des frais possibles.',
        },
      },
    };
    expect(warningsOf(change)).toEqual(['+12025550100: the info reply in en takes 2 SMS (GSM-7); Canada wants one']);
    const info = '{brand}: help/aide {supportContact}';
    expect(
      warningsOf({
        ...change,
        replies: {
          en: { ...texts, help: '{brand} {supportContact} STOP rates', info },
          fr: { ...texts, help: '{brand} {supportContact} ARRET frais' },
        },
      }),
    ).toEqual([]);
    expect(warningsOf({ country: 'CA', keywordPacks: ['ca'] })).toContain(
      '+12025550100: the info reply in en should hold the brand ({brand}), a toll-free number for support ({supportContact})',
    );
    expect(warningsOf({ replies: { info: 'x'.repeat(161) } })).toHaveLength(1);
  });

  it('wants short codes in Canada to answer what is no keyword', () => {
    const wanted =
      '12345: Canada wants short codes to answer what is no keyword: give a text as replies.invalid-keyword';
    const shortCode: Partial<SenderInput> = { sender: '12345', country: 'CA', keywordPacks: ['ca'], languages: ['fr'] };
    const missing = '12345: the invalid-keyword reply in fr should hold the brand ({brand})';
    expect(warningsOf(shortCode)).toContain(wanted);
    expect(warningsOf({ ...shortCode, replies: { en: { 'invalid-keyword': 'What?' } } })).toContain(wanted);
    const answering = warningsOf({ ...shortCode, replies: { fr: { 'invalid-keyword': 'Quoi?' } } });
    expect(answering).not.toContain(wanted);
    expect(answering).toContain(missing);
    expect(warningsOf({ ...shortCode, sender: '+12025550100' }).join()).not.toContain('no keyword');
    expect(warningsOf({ ...shortCode, country: 'US' }).join()).not.toContain('no keyword');
  });

  it('counts the SMS of own texts, by their alphabet', () => {
    const sms = (text: string) => warningsOf({ replies: { es: { help: text } } });
    expect(sms('x'.repeat(160))).toEqual([]);
    expect(sms('x'.repeat(161))).toEqual(['+12025550100: the help reply in es takes 2 SMS (GSM-7)']);
    expect(sms('ê'.repeat(71))).toEqual(['+12025550100: the help reply in es takes 2 SMS (UCS-2)']);
  });

  it('looks at the replies that the settings bring in', () => {
    const long = 'x'.repeat(161);
    const replies = { 'confirm-opt-in': long, 'opt-out-category': long };
    expect(warningsOf({ replies })).toEqual([]);
    expect(warningsOf({ replies, doubleOptIn: true, categoryWords: { ADS: 'promotional' } })).toHaveLength(2);
  });

  it('asks nothing of the replies that no carrier has rules for', () => {
    expect(warningsOf({ country: 'US', doubleOptIn: true }).join()).not.toContain('confirm');
  });
});

describe("the check of a sender's words", () => {
  const check = (change: Partial<SenderInput>) => checkWords(senderSchema.parse({ ...INPUT, ...change }));

  it('finds those that have no effect', () => {
    const change: Partial<SenderInput> = {
      keywordPacks: ['es', 'xx'],
      ownWords: { optOut: ['BASTA', 'QUIT', 'ALTA'], optIn: ['stop!', 'JOIN'] },
      categoryWords: { ADS: 'promotional', ALL: 'promotional', QUIT: 'promotional' },
    };
    expect(check(change)).toEqual([
      '+12025550100: ownWords.optOut: "ALTA" always means opt-in',
      '+12025550100: ownWords.optIn: "stop!" always means opt-out',
      '+12025550100: categoryWords: "ALL" has another meaning, alone or after STOP',
      '+12025550100: categoryWords: "QUIT" has another meaning, alone or after STOP',
    ]);
  });

  it('finds those that nobody can text, and those that are given twice', () => {
    expect(check({ ownWords: { optOut: ['RAUS', '!!', 'raus!'], optIn: ['Raus'], help: ['🎉'] } })).toEqual([
      '+12025550100: ownWords.optOut: "!!" has no letters, and is never heard',
      '+12025550100: ownWords.optIn: "Raus" already means opt-out',
      '+12025550100: ownWords.help: "🎉" has no letters, and is never heard',
    ]);
    expect(check({ categoryWords: { ADS: 'promotional', ads: 'transactional' } })).toEqual([
      '+12025550100: categoryWords: "ads" is given twice',
    ]);
    expect(check({ categoryWords: { ADS: 'promotional' }, ownWords: { help: ['stop ads'] } })).toEqual([
      '+12025550100: ownWords.help: "stop ads" already means opt-out',
    ]);
  });

  it.each(['NOW', 'please', '!!', 'STOP ADS'])('finds a category word that would narrow a plain STOP: %s', (word) => {
    expect(check({ categoryWords: { [word]: 'promotional' } })).toEqual([
      `+12025550100: categoryWords: "${word}" has another meaning, alone or after STOP`,
    ]);
  });

  it('has nothing to say where there are none', () => {
    expect(check({})).toEqual([]);
    expect(
      check({ categoryWords: { ADS: 'promotional', ORDERS: 'transactional', 'BIG SALE': 'promotional' } }),
    ).toEqual([]);
  });
});
