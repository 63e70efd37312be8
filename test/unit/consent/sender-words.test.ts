import { classify } from '../../../shared/consent/classify.ts';
import { wordsOf } from '../../../shared/consent/sender-words.ts';

describe("a sender's words", () => {
  it('are none where it has none', () => {
    expect(wordsOf({})).toBeUndefined();
  });

  it('are the same object each time, so that they are folded once', () => {
    const ownWords = { optOut: ['BASTA'] };
    expect(wordsOf({ ownWords })).toBe(ownWords);
    const sender = { ownWords, categoryWords: { ADS: 'promotional' } };
    expect(wordsOf(sender)).toBe(wordsOf(sender));
  });

  it('hold a phrase for each category word', () => {
    expect(wordsOf({ categoryWords: { ADS: 'promotional' } })).toEqual({
      optOut: ['STOP ADS'],
      optIn: ['START STOP ADS'],
    });
    expect(wordsOf({ ownWords: { optOut: ['BASTA'], help: ['EH'] }, categoryWords: { ADS: 'promotional' } })).toEqual({
      optOut: ['STOP ADS', 'BASTA'],
      optIn: ['START STOP ADS'],
      help: ['EH'],
    });
  });

  test.each([
    ['Basta!', 'opt-out', 'BASTA'],
    ['  stop ads 🛑', 'opt-out', 'STOP ADS'],
    ['Start, stop ads.', 'opt-in', 'START STOP ADS'],
    ['JOIN', 'opt-in', 'JOIN'],
    ['STOP', 'opt-out', 'STOP'],
    ['START', 'opt-in', 'START'],
  ])('are heard, and take nothing away: %j means %s', (text, intent, keyword) => {
    const ownWords = wordsOf({
      ownWords: { optOut: ['BASTA', 'START'], optIn: ['JOIN', 'STOP'] },
      categoryWords: { ADS: 'promotional' },
    });
    expect(classify(text, { ownWords })).toMatchObject({ verdict: 'act', intent, keyword });
  });
});
