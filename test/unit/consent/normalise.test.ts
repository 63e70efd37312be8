import fc from 'fast-check';
import { Between, hashOf, isPicture, normalise, read, wordAt } from '../../../shared/consent/normalise.ts';

describe('normalising', () => {
  it.each([
    ['case', 'sToP', 'stop'],
    ['space around', '  stop \r\n\t', 'stop'],
    ['no-break and other spaces', '\u00a0stop\u2003all\u3000', 'stop all'],
    ['curly quotes', '“Stop.”', 'stop'],
    ['single quotes', "‘stop’ 'stop' `stop`", 'stop stop stop'],
    ['guillemets and corner brackets', '« stop » 「stop」', 'stop stop'],
    ['punctuation', '¡STOP!!! (stop) *stop* #stop', 'stop stop stop stop'],
    ['hyphens', 'opt-out opt\u2011out opt–out', 'opt out opt out opt out'],
    ['composed accents', 'Stóp Arrêt', 'stop arret'],
    ['decomposed accents', 'arre\u0302t', 'arret'],
    ['many accents', `s${'\u0301\u0316'.repeat(50)}top`, 'stop'],
    ['letters with a stroke', 'Łódź Straße Ærø ħıđ', 'lodz strasse aero hid'],
    ['dotted capital I', 'QUİT', 'quit'],
    ['final sigma', 'ΣΤΟΣ ς', 'στοσ σ'],
    ['Cyrillic', 'Стоп. Ещё', 'стоп еще'],
    ['full-width letters', 'ＳＴＯＰ！', 'stop'],
    ['letters of mathematics', '𝐒𝐓𝐎𝐏 𝕤𝕥𝕠𝕡', 'stop stop'],
    ['circled letters', 'ⓢⓣⓞⓟ', 'stop'],
    ['ligatures', 'ﬁn', 'fin'],
    ['letters of other alphabets', 'หยุด توقف', 'หยด توقف'],
    ['digits', 'stop2end ١', 'stop2end ١'],
    ['zero-width characters', 'S\u200bT\u200cO\u200d\u2060P\ufeff', 'stop'],
    ['soft hyphens', 'un\u00adsub\u00adscribe', 'unsubscribe'],
    ['direction marks', '\u202e\u2066STOP\u2069\u202c\u061c', 'stop'],
    ['control characters', '\u0000ST\u0008OP\u007f', 'stop'],
    ['tag characters', 'STOP\u{e0073}\u{e0074}', 'stop'],
    ['variation selectors', 'STOP\ufe0f\u{e0100}', 'stop'],
    ['fillers', '\u3164STOP\u115f\uffa0', 'stop'],
    ['emoji', '😀stop🙏🏽', 'stop'],
    ['emoji of several parts', 'stop 👨‍👩‍👧‍👦🏴‍☠️🤦🏿‍♂️', 'stop'],
    ['flags', '🇺🇸 stop 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 'stop'],
    ['keycaps', '1️⃣ stop 2\u20e3', 'stop'],
    ['keycaps behind a word', 'stop1️⃣', 'stop'],
    ['keycaps around other letters', 'A\u20e3 \u20e3', 'a'],
    ['pictures that say stop', '🛑 stop ✋🏽⛔', 'stop'],
    ['trade marks', 'STOP™ ℠', 'stop'],
    ['lone surrogates', '\ud800STOP\udc00', 'stop'],
    ['private use', '\ue000stop\uf8ff', 'stop'],
    ['English apostrophes', "don't don’t I'm you´re", 'dont dont i m youre'],
    ['French elisions', "l’arrêt m'écrire", 'l arret m ecrire'],
    ['full-width apostrophe', 'don＇t', 'dont'],
    ['Chinese', '请停止，退订。', '请停止 退订'],
    ['rare ideographs', '㐀𠀀', '㐀𠀀'],
    ['words that change script', '回TD退订', '回 td 退订'],
    ['half-width kana', 'ｽﾄｯﾌﾟ', 'ストップ'],
    ['kana with a separate mark', '\u304b\u3099', 'が'],
    ['middle dots', 'ア・ウ', 'ア ウ'],
    ['conjoining jamo', '수신거부'.normalize('NFD'), '수신거부'],
    ['half-width kana and a keycap', 'ｽﾄｯﾌﾟ 1️⃣', 'ストップ'],
    ['jamo and a keycap', `${'수신거부'.normalize('NFD')} 1️⃣ 2\u20e3`, '수신거부'],
    ['invisible characters inside a letter', 'ｽﾄｯﾌ\u200bﾟ か\ufeff\u0000\u3099', 'ストップ が'],
    ['invisible characters between jamo', [...'거부'.normalize('NFD')].join('\u2060\u0301'), '거부'],
    ['lines of letters in parts', 'ｽﾄｯﾌﾟ\nか\u3099\tｽ\u0085ﾟ', 'ストップ が ス'],
    ['jamo that make no syllable', '\u1100', '\u1100'],
    ['circled syllables', '㉮나', '가나'],
    ['letters that bring an apostrophe', 'ŉ', 'n'],
    ['nothing', '', ''],
    ['nothing to read', ' \u200b!?🙂 ', ''],
  ])('reads through %s', (_, text, expected) => {
    expect(normalise(text).normalize('NFC')).toBe(expected.normalize('NFC'));
  });

  it('knows where a word stands and what stands before it', () => {
    const text = 'Hi, “Stop”. Why?\nOk «a» "b"';
    const reading = read(text);
    const words = Array.from({ length: reading.count }, (_, index) => [
      text.slice(reading.from[index], reading.to[index]),
      reading.before[index],
    ]);
    expect(words).toEqual([
      ['Hi', Between.nothing],
      ['Stop', Between.clause | Between.open],
      ['Why', Between.close | Between.sentence],
      ['Ok', Between.sentence | Between.question],
      ['a', Between.open],
      ['b', Between.close | Between.either],
    ]);
    expect(reading.before[reading.count]).toBe(Between.either);
    expect(reading.hashes[1]).toBe(hashOf('stop'));
  });

  it('reads a picture as a word of its own', () => {
    const reading = read('a🛑b😂✋');
    expect(reading.count).toBe(5);
    expect(reading.pictures).toBe(3);
    expect([0, 1, 2, 3, 4].map((index) => isPicture(reading, index))).toEqual([false, true, false, true, true]);
  });

  it('finds the same hash however a word is written', () => {
    for (const text of ['stop', 'ＳＴＯＰ', '𝐒𝐓𝐎𝐏', 's\u0301top', 'stop1\ufe0f\u20e3']) {
      expect(read(text).hashes[0]).toBe(hashOf('stop'));
    }
  });

  it('changes nothing when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const once = normalise(text);
        expect(normalise(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes any text', () => {
    for (const character of [
      'a',
      'a ',
      ' ',
      '.',
      '\u0301',
      '\u0316\u0301',
      '\u{1d412}',
      '\ufdfa',
      '退',
      '가',
      '\ud800',
      '\u200d',
      "l'",
      '1\u20e3',
      '\u1100',
    ]) {
      const text = character.repeat(100_000 / character.length);
      const begin = performance.now();
      normalise(text);
      // Generous: a few milliseconds to half a second, where quadratic work would take minutes.
      expect(performance.now() - begin).toBeLessThan(10_000);
    }
  });

  it('gives no more than the first letters of a word without end', () => {
    expect(wordAt(read('a'.repeat(100_000)), 0)).toHaveLength(4096);
  });
});
