import fc from 'fast-check';
import { classify } from '../../../shared/consent/classify.ts';
import { KEYWORD_PACK_NAMES, KEYWORD_PACKS, type KeywordGroup } from '../../../shared/consent/keywords.ts';
import { normalise } from '../../../shared/consent/normalise.ts';
import { readCorpus } from '../../../tools/corpus/read-corpus.ts';

const rows = await readCorpus('test/corpus/replies.jsonl');
const keywordRows = rows.filter(({ form }) => form === 'keyword');
const ALL_ON = { keywordPacks: KEYWORD_PACK_NAMES, optedOut: true };
const WIDE = { ...ALL_ON, policy: 'any-reasonable-means' } as const;

/** A message as a handset sends it: at most ten segments. */
const LONGEST_MESSAGE = 1600;

const seed = fc.constantFrom(...rows.map(({ text }) => text));
const invisible = fc.constantFrom(
  ...['\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u202e', '\u2066', '\u2069', '\ufe0f', '\u0000', '\u{e0073}'],
);
const foreign = fc.constantFrom(
  ...[
    'ж',
    'ß',
    'İ',
    'ſ',
    'ﬁ',
    '\ufdfa',
    '退',
    '가',
    '\u1100',
    'ｽ',
    '\u3099',
    '𝐒',
    'ع',
    'ก',
    '1\ufe0f\u20e3',
    '🛑',
    '👍🏽',
  ],
);
const surrogate = fc.constantFrom('\ud83d', '\udc4d', '\ud800\ud800', '\udfff');
const mark = fc.constantFrom(...[...' .,!?;:\'"“”‘’«»()-–…\n\r\t\u2028\u00a0']);
const inserted = fc.oneof(invisible, foreign, surrogate, mark, fc.string({ unit: 'binary', maxLength: 3 }), seed);

/** One thing that happens to a text at a place, in code units: emoji may be torn in two. */
type Mutation = (text: string) => string;
const mutation: fc.Arbitrary<Mutation> = fc
  .record({
    kind: fc.constantFrom('insert', 'delete', 'swap', 'duplicate', 'upper', 'lower', 'append', 'repeat'),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    text: inserted,
    times: fc.integer({ min: 2, max: 40 }),
  })
  .map(({ kind, place, text: extra, times }) => (text) => {
    const at = Math.floor(place * text.length);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    switch (kind) {
      case 'insert':
        return before + extra + after;
      case 'delete':
        return before + after.slice(1);
      case 'swap':
        return before + after.charAt(1) + after.charAt(0) + after.slice(2);
      case 'duplicate':
        return before + after.charAt(0).repeat(times) + after;
      case 'upper':
        return text.toUpperCase();
      case 'lower':
        return text.toLowerCase();
      case 'append':
        return `${text} ${extra}`;
      default:
        return text.repeat(times);
    }
  });

const mutated = fc
  .tuple(seed, fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([text, mutations]) => mutations.reduce((current, mutate) => mutate(current).slice(0, LONGEST_MESSAGE), text));

/** Every keyword, folded: what the policy `keyword` may act on, found without asking the classifier. */
const everyKeyword = new Set(
  KEYWORD_PACK_NAMES.flatMap((pack) => KEYWORD_PACKS[pack] as readonly KeywordGroup[])
    .flatMap(({ words }) => words)
    .map(normalise),
);

describe('a text that was mangled', () => {
  it('is heard, whatever was done to it, and says one of the three verdicts', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const { verdict, intent, rule } = classify(text, WIDE);
        expect(['act', 'review', 'leave']).toContain(verdict);
        expect(['opt-out', 'opt-in', 'help', 'none']).toContain(intent);
        expect(rule).not.toBe('');
        expect(intent === 'none').toBe(verdict === 'leave');
      }),
      { numRuns: 1500 },
    );
  });

  it('is heard the same whatever was heard before it', () => {
    fc.assert(
      fc.property(mutated, mutated, (text, other) => {
        const first = classify(text, WIDE);
        classify(other, WIDE);
        expect(classify(text, WIDE)).toEqual(first);
        expect(normalise(text)).toBe(normalise(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is acted on under the policy keyword only if all its words are one keyword', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        expect(classify(text, ALL_ON).verdict === 'act').toBe(everyKeyword.has(normalise(text)));
      }),
      { numRuns: 1500 },
    );
  });

  it('is never left alone under the one policy and heeded under the other', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const [narrow, wide] = [classify(text, ALL_ON), classify(text, WIDE)];
        expect({ ...narrow, verdict: wide.verdict }).toEqual(wide);
        expect(narrow.verdict === 'leave').toBe(wide.verdict === 'leave');
        if (narrow.verdict === 'act') expect(wide.verdict).toBe('act');
      }),
      { numRuns: 1000 },
    );
  });

  it('reads the same once it has been read', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes no longer than any other, as long as a message can be', () => {
    // Seldom more than a few milliseconds; the bound leaves room for a busy machine, and one slow run proves nothing.
    const bound = 500;
    fc.assert(
      fc.property(mutated, (text) => {
        const long = text.repeat(Math.ceil(LONGEST_MESSAGE / Math.max(1, text.length))).slice(0, LONGEST_MESSAGE);
        const times = [1, 2, 3].map(() => {
          const begin = performance.now();
          classify(long, WIDE);
          return performance.now() - begin;
        });
        expect(Math.min(...times)).toBeLessThan(bound);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a keyword', () => {
  const space = fc.string({ unit: fc.constantFrom(...' \t\n\r\u00a0\u2003\u3000\u2028'), maxLength: 5 });
  const quotes = fc.constantFrom(
    ...[
      ['', ''],
      ['"', '"'],
      ["'", "'"],
      ['“', '”'],
      ['‘', '’'],
      ['«', '»'],
      ['„', '“'],
      ['「', '」'],
      ['`', '`'],
      ['(', ')'],
    ],
  );
  const punctuation = fc.string({ unit: fc.constantFrom(...'.!?,;:…。！？-–—*'), maxLength: 4 });
  const emoji = fc.constantFrom(
    '',
    '🛑',
    '😡😡',
    ' 👍🏽',
    ' 👨‍👩‍👧',
    '🇺🇸',
    ' 🤦🏿‍♂️',
    ' 1️⃣',
    '❤️',
    '🏴\u{e0067}\u{e0062}\u{e007f}',
  );
  const hidden = fc.string({ unit: invisible, maxLength: 3 });
  const casing = fc.constantFrom<Mutation>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) =>
      [...text].map((letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
  );
  const dressed = fc
    .record({ row: fc.constantFrom(...keywordRows), space, quotes, punctuation, emoji, hidden, casing, after: space })
    .map(({ row, quotes: [open = '', close = ''], ...clothes }) => ({
      row,
      text: [
        ...[clothes.space, clothes.hidden, open, clothes.casing(row.text), close],
        ...[clothes.punctuation, clothes.emoji, clothes.hidden, clothes.after],
      ].join(''),
    }));

  it('acts in any case, with space, quotes, punctuation, emoji and what is invisible around it', () => {
    fc.assert(
      fc.property(dressed, ({ row, text }) => {
        const options = { keywordPacks: [row.locale], optedOut: true };
        expect(classify(text, options)).toEqual(classify(row.text, options));
        expect(classify(text, options)).toMatchObject({ verdict: 'act', intent: row.intent });
      }),
      { numRuns: 3000 },
    );
  });

  it('acts with invisible characters between its letters', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keywordRows), invisible, ({ text, locale, intent }, between) => {
        // Behind a picture a selector or joiner belongs to it, so letters only.
        const spread = text.replace(/(?<=\p{L})(?=\p{L})/gu, between);
        const options = { keywordPacks: [locale], optedOut: true };
        expect(classify(spread, options)).toMatchObject({ verdict: 'act', intent });
      }),
      { numRuns: 1000 },
    );
  });

  it('does not act beside another message', () => {
    const ordinary = fc.constantFrom(...rows.filter(({ form, language }) => form === 'ordinary' && language === 'en'));
    fc.assert(
      fc.property(fc.constantFrom(...keywordRows), ordinary, ({ text, locale }, other) => {
        fc.pre(/\p{L}/u.test(other.text));
        const options = { keywordPacks: [locale], optedOut: true };
        expect(classify(`${text} ${other.text}`, options).verdict).not.toBe('act');
        expect(classify(`${other.text} ${text}`, options).verdict).not.toBe('act');
      }),
      { numRuns: 1000 },
    );
  });
});
