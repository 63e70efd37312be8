import { classify } from '../../../shared/consent/classify.ts';
import { SENTENCES } from './sentences.ts';

const rows = SENTENCES.flatMap(({ texts, ...expected }) => texts.map((text) => ({ text, ...expected })));

describe('a wish in everyday words', () => {
  it.each(rows)('$locale $text: $verdict', ({ text, locale, verdict, intent }) => {
    const heard = classify(text, { keywordPacks: [locale], policy: 'any-reasonable-means' });
    expect(heard.verdict).toBe(verdict);
    if (verdict !== 'review') expect(heard.intent).toBe(intent);
  });

  it.each(rows)('$locale $text: never acted on under the policy keyword', ({ text, locale, verdict }) => {
    expect(classify(text, { keywordPacks: [locale] }).verdict).toBe(verdict === 'leave' ? 'leave' : 'review');
  });

  it('is not heard in a language that is not switched on', () => {
    expect(classify('Ya no me manden mensajes por favor').verdict).toBe('leave');
    expect(classify('Ya no me manden mensajes por favor', { keywordPacks: ['es'] }).verdict).toBe('review');
  });
});
