import fc from 'fast-check';
import { classify, dependsOnConsent } from '../../../shared/consent/classify.ts';
import { KEYWORD_PACK_NAMES, KEYWORD_PACKS, type KeywordGroup } from '../../../shared/consent/keywords.ts';

const everyWord = KEYWORD_PACK_NAMES.flatMap((pack) =>
  (KEYWORD_PACKS[pack] as readonly KeywordGroup[]).flatMap((group) =>
    group.words.map((word) => ({ pack, word, intent: group.intent })),
  ),
);

describe('a message that is one keyword', () => {
  it.each(everyWord)('$word of $pack acts: $intent', ({ pack, word, intent }) => {
    for (const text of [word, word.toLowerCase(), ` “${word}.”\n`, `${word}!! 🛑`]) {
      expect(classify(text, { keywordPacks: [pack], optedOut: true })).toMatchObject({ verdict: 'act', intent });
    }
  });

  it.each([
    ' “Stop.” ',
    'STOP!! 🛑',
    'stop\n',
    'ＳＴＯＰ',
    'S\u200bTOP',
    'opt-out',
    'OPT OUT',
    'STOP ALL',
    'Stóp',
    `stop${'\u200b'.repeat(100_000)}`,
  ])('acts as %j too', (text) => {
    expect(classify(text)).toMatchObject({ verdict: 'act', intent: 'opt-out' });
  });

  it('says which keyword of which pack', () => {
    expect(classify('optout!')).toEqual({ verdict: 'act', intent: 'opt-out', rule: 'keyword:us', keyword: 'OPTOUT' });
    expect(classify('Arrêt', { keywordPacks: ['fr-CA'] })).toEqual({
      verdict: 'act',
      intent: 'opt-out',
      rule: 'keyword:fr',
      keyword: 'ARRET',
    });
  });

  it('acts only when its pack is on', () => {
    expect(classify('ARRET').verdict).toBe('leave');
    expect(classify('ARRET', { keywordPacks: ['no such pack', 'es'] }).verdict).toBe('leave');
    expect(classify('STOP', { keywordPacks: ['es'] }).verdict).toBe('act');
  });

  it('opts in by YES only who is opted out', () => {
    expect(classify('Yes!')).toMatchObject({ verdict: 'leave', intent: 'none' });
    expect(classify('Yes!', { optedOut: false })).toMatchObject({ verdict: 'leave', intent: 'none' });
    expect(classify('Yes!', { optedOut: true })).toMatchObject({ verdict: 'act', intent: 'opt-in' });
  });

  it('tells when the answer depends on consent', () => {
    expect(dependsOnConsent('yes 👍')).toBe(true);
    expect(dependsOnConsent('yes please')).toBe(false);
    expect(dependsOnConsent('START', {})).toBe(false);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('yes', 'STOP', 'YES.', 'start'), fc.string()), (text) => {
        const differs = classify(text, { optedOut: true }).verdict !== classify(text, { optedOut: false }).verdict;
        expect(dependsOnConsent(text)).toBe(differs);
      }),
    );
  });
});

describe('keywords that contradict each other', () => {
  it.each([
    ['start, stop', []],
    ['START\nSTOP', []],
    ['stop. start', []],
    ['unstop. stop', []],
    ['yes. stop', []],
    ['help. stop', []],
    ['stop? help', []],
    ['opt-out! Start 🙂', []],
    ['Please start. Please stop.', []],
    ['stop. start. '.repeat(20), []],
    ['alta. baja', ['es']],
    ['START. BAJA', ['es']],
    ['baja. alta. dar de baja', ['es']],
    ['anmelden. abmelden', ['de']],
    ['退订。订阅', ['zh']],
    ['stop. 시작', ['ko']],
  ])('are put up for review: %j', (text, keywordPacks) => {
    expect(classify(text, { policy: 'any-reasonable-means', keywordPacks, optedOut: true })).toEqual({
      verdict: 'review',
      intent: 'opt-out',
      rule: 'contradiction',
      span: expect.any(String),
      confidence: 0.6,
    });
  });

  it("are also the sender's own", () => {
    const ownWords = { optOut: ['bye now'], optIn: ['hello again'] };
    expect(classify('Hello again! Bye now', { ownWords })).toMatchObject({
      rule: 'contradiction',
      span: 'Hello again! Bye now',
    });
  });

  it.each([
    'Yes, stop texting me',
    'no, stop',
    'stop. unsubscribe. opt out',
    'Thanks for your help with the move. Stop',
  ])('are not heard in %j', (text) => {
    expect(classify(text, { policy: 'any-reasonable-means' })).toMatchObject({ verdict: 'act', intent: 'opt-out' });
  });

  it.each(['start. help', 'yes. help', 'yes, the end', 'help yes yes yes yes yes yes yes yes yes yes yes yes'])(
    'need a wish to go, which %j has not',
    (text) => {
      expect(classify(text, { policy: 'any-reasonable-means' }).verdict).toBe('leave');
    },
  );
});

describe("a sender's own words", () => {
  const ownWords = { optOut: ['Tschüss', '👋', 'opt me out', 'start'], optIn: ['hallo', 'tschuss'], help: ['was?'] };

  it.each([
    ['TSCHÜSS!', 'opt-out', 'Tschüss'],
    ['opt me out', 'opt-out', 'opt me out'],
    ['Hallo', 'opt-in', 'hallo'],
    ['was', 'help', 'was?'],
  ])('act: %j', (text, intent, keyword) => {
    expect(classify(text, { ownWords })).toEqual({ verdict: 'act', intent, rule: 'keyword:own', keyword });
    expect(classify(text, { ownWords: { optOut: [] } }).rule).not.toBe('keyword:own');
  });

  it('change nothing that is settled already', () => {
    expect(classify('start', { ownWords })).toMatchObject({ intent: 'opt-in', rule: 'keyword:core' });
    expect(classify('👋', { ownWords })).toMatchObject({ verdict: 'leave' });
    expect(dependsOnConsent('hallo', { ownWords })).toBe(false);
  });
});

describe('any other message', () => {
  it.each(['STOP QUIT', 'STOP PLEASE', 'please unsubscribe', 'stop texting me'])('%j is put up for review', (text) => {
    expect(classify(text)).toMatchObject({ verdict: 'review', intent: 'opt-out' });
    expect(classify(text, { policy: 'keyword' })).toMatchObject({ verdict: 'review', intent: 'opt-out' });
  });

  it.each([
    '',
    'see you this weekend',
    'Liked “Reply STOP to opt out”',
    'Loved "STOP"',
    'The nurse asked whether we should stop the blood thinner the night before or the morning of',
  ])('%j is left alone', (text) => {
    expect(classify(text)).toEqual({ verdict: 'leave', intent: 'none', rule: 'ordinary' });
  });

  it('says which rule heard a wish, in which words, and how sure it is', () => {
    expect(classify('Hi! Please, stop texting me.', { policy: 'any-reasonable-means' })).toEqual({
      verdict: 'act',
      intent: 'opt-out',
      rule: 'en:stop-texting',
      span: 'stop texting me',
      confidence: 0.95,
    });
    expect(classify('unsubcribe 🛑', { policy: 'any-reasonable-means' })).toEqual({
      verdict: 'act',
      intent: 'opt-out',
      rule: 'typo',
      span: 'unsubcribe',
      confidence: 0.95,
    });
    expect(classify('🛑 stpo', { policy: 'any-reasonable-means' })).toMatchObject({
      verdict: 'review',
      confidence: 0.6,
    });
  });

  it.each([
    ['please put me back on the list', 'act', 'opt-in'],
    ['quiero volver a recibir sus mensajes', 'act', 'opt-in'],
    ['please put me back on the list. Stop texting my work phone', 'review', 'opt-out'],
    ['can you stop texting me lol', 'review', 'opt-out'],
    ['haha put me back on the list', 'review', 'opt-in'],
    ['I didnt mean to unsubscribe', 'review', 'opt-in'],
    ['not interested', 'review', 'opt-out'],
    ['dont stop texting me', 'leave', 'none'],
  ])('%j: %s, %s', (text, verdict, intent) => {
    expect(classify(text, { policy: 'any-reasonable-means', keywordPacks: ['es'] })).toMatchObject({ verdict, intent });
  });

  it('is acted on under the one policy only if it is put up for review under the other', () => {
    const word = fc.constantFrom(
      ...'please stop texting me dont unsubscribe remove my number from your list cancel order no more messages how do i the . , " 🛑'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(' ');
        const wide = classify(text, { policy: 'any-reasonable-means' });
        const narrow = classify(text);
        expect(narrow).toEqual(
          narrow.rule.startsWith('keyword:') || wide.verdict === 'leave' ? wide : { ...wide, verdict: 'review' },
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('never makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(['act', 'review', 'leave']).toContain(classify(text, { keywordPacks: KEYWORD_PACK_NAMES }).verdict);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes no more than its share of time, however it is made', () => {
    const words = [
      'stop',
      'please',
      'dont',
      'not',
      'text',
      'me',
      'no more',
      'how',
      '“stop',
      '”',
      '.',
      '不要',
      '再',
      '문자',
      'だけ',
      'не',
      'ne',
    ];
    const options = { policy: 'any-reasonable-means', keywordPacks: KEYWORD_PACK_NAMES } as const;
    for (const word of [...words, words.join(' ')]) {
      const text = `${word} `.repeat(100_000 / (word.length + 1));
      const begin = performance.now();
      classify(text, options);
      // Generous: about a second at most with all languages on, where quadratic work would take hours.
      expect(performance.now() - begin).toBeLessThan(20_000);
    }
  });
});
