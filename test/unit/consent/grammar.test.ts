import { compile, type Language, type Meaning } from '../../../shared/consent/grammar.ts';
import { LANGUAGES } from '../../../shared/consent/languages/languages.ts';
import { matchesIn } from '../../../shared/consent/matcher.ts';
import { read } from '../../../shared/consent/normalise.ts';

const words = { A: 'a aa', B: 'b', MANY: 'x y', STEM: 'pre~ stop' };

function language(...rules: (string | [Meaning, string])[]): Language {
  return {
    name: 'test',
    words,
    rules: rules.map((rule) =>
      typeof rule === 'string'
        ? { means: 'opt-out', rule, patterns: [rule] }
        : { means: rule[0], rule: rule[1], patterns: [rule[1]] },
    ),
  };
}

function spans(text: string, ...rules: (string | [Meaning, string])[]): string[] {
  const grammar = compile(language(...rules));
  const reading = read(text);
  return matchesIn(reading, grammar, undefined).map(
    ({ from, to, hedged, means }) =>
      `${means === 'opt-out' ? '' : `${means}:`}${reading.text.slice(from, to)}${hedged ? '?' : ''}`,
  );
}

describe('a pattern', () => {
  it.each([
    ['A B', 'z a b z', ['a b']],
    ['A B', 'aa, b', ['aa, b']],
    ['A B', 'a. b', []],
    ['A B', 'a z b', []],
    ['a B', 'aa b', []],
    ['A|z B', 'z b', ['z b']],
    ['A z? B', 'a z b', ['a z b']],
    ['A z? B', 'a b', ['a b']],
    ['A MANY* B', 'a x y x b', ['a x y x b']],
    ['A MANY* B', 'a x y x y x y x b', []],
    ['A MANY+ B', 'a b', []],
    ['A MANY+ B', 'a x b', ['a x b']],
    ['A ..2 B', 'a z z b', ['a z z b']],
    ['A ..2 B', 'a z z z b', []],
    ['A ..2 B', 'a z, z b', []],
    ['^ A', 'z. a', ['a']],
    ['^ A', 'z a', []],
    ['A $', 'a. z', ['a']],
    ['A $', 'a z', []],
    ['^^ A B $$', 'a! b', ['a! b']],
    ['^^ A B $$', 'a b z', []],
    ['^^ A B $$', 'z a b', []],
    ['< A >', 'z, a, z', ['a']],
    ['< A >', 'z a, z', []],
    ['!B..2 A', 'b z a', []],
    ['!B..2 A', 'b z z a', ['a']],
    ['!B..2 A', 'b, a', ['a']],
    ['A !B..2', 'a z b', []],
    ['A !B..2', 'a z z b', ['a']],
    ['A !B..2', 'a, b', ['a']],
    ['STEM A', 'prefix a', ['prefix a']],
    ['STEM A', 'pre a', ['pre a']],
    ['STEM A', 'pr a', []],
    ['STEM A', 'stop a', ['stop a']],
    ['wor~ A', 'words a', ['words a']],
  ])('%j in %j finds %j', (pattern, text, expected) => {
    expect(spans(text, pattern)).toEqual(expected);
  });

  it('is found in a long message, and up to its last word', () => {
    for (const length of [0, 10, 29, 30, 31, 40, 200]) {
      expect(new Set(spans(`${'z '.repeat(length)}a b`, 'A B $'))).toEqual(new Set(['a b']));
      expect(spans(`a b ${'z '.repeat(length)}`, '^^ A B')).toEqual(['a b']);
      expect(spans(`${'z '.repeat(length)}a ${'z '.repeat(31)}`, 'A $$')).toEqual([]);
    }
  });

  it('is hedged by another in the same sentence only', () => {
    expect(spans('z b a. z', ['hedge', 'B'], 'A')).toEqual(['a?']);
    expect(spans('z. b. a', ['hedge', 'B'], 'A')).toEqual(['a']);
    expect(spans('b a. a', ['hedge', 'B'], 'A')).toEqual(['a']);
    expect(spans('a b. b', ['hedge', 'B'], 'A')).toEqual(['a?']);
  });

  it('is not looked for in an aside', () => {
    expect(spans('b a', ['aside', 'B A'], 'A')).toEqual([]);
    expect(spans('b a b a a', ['aside', 'B A'], 'A')).toEqual(['a']);
    expect(spans('b a', ['echo', 'B A'], 'A')).toEqual(['echo:b a?']);
  });

  it('is not looked for behind a cut', () => {
    expect(spans('a z. b a a', ['cut', '^ B'], 'A $$')).toEqual([]);
    expect(spans('a. b a', ['cut', '^ B'], '^^ A $$')).toEqual([]);
    expect(spans('b a', ['cut', '^ B'], 'A')).toEqual([]);
    expect(spans('z a. b', ['cut', '^ B'], 'A $$')).toEqual(['a']);
  });

  it('can be all anchors and guards around one word', () => {
    expect(spans('z', 'A')).toEqual([]);
    expect(spans('', 'A')).toEqual([]);
  });

  it('says what is wrong with it', () => {
    expect(() => compile(language('NONE A'))).toThrow('language test has no class NONE');
    expect(() => compile(language('two-words A'))).toThrow('language test: "two-words" is not one word');
  });
});

describe('a language without spaces', () => {
  const grammar = compile({
    name: 'test',
    unspaced: true,
    words: { NO: '不要 不', SEND: '发送 发', LATIN: 'td' },
    rules: [{ means: 'opt-out', rule: 'no', patterns: ['NO ..1 SEND', 'LATIN'] }],
  });
  const found = (text: string) => {
    const reading = read(text);
    return matchesIn(reading, grammar, undefined).map(({ from, to }) => reading.text.slice(from, to));
  };

  it.each([
    ['请不要发', ['不要发']],
    ['请不要再发送了', ['不要再发送']],
    ['不要。发', []],
    ['回td吧', ['td']],
    ['不\u200b要发', ['不\u200b要发']],
    ['发不要', []],
  ])('is cut into the longest words: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

describe('the languages', () => {
  it.each(LANGUAGES.map((one) => [one.name, one] as const))('%s can be made ready', (_, one) => {
    const grammar = compile(one);
    expect(grammar.patterns.length).toBeGreaterThan(50);
    for (const { needs } of grammar.patterns) expect(needs.length).toBeGreaterThan(0);
  });
});
