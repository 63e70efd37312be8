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

describe('any other message', () => {
  it.each(['STOP QUIT', 'STOP PLEASE', 'please unsubscribe'])('%j is put up for review', (text) => {
    expect(classify(text)).toMatchObject({ verdict: 'review', intent: 'opt-out' });
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

  it('never makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(['act', 'review', 'leave']).toContain(classify(text, { keywordPacks: KEYWORD_PACK_NAMES }).verdict);
      }),
      { numRuns: 1000 },
    );
  });
});
