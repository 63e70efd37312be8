import { readFileSync } from 'node:fs';
import {
  ALWAYS_ON,
  KEYWORD_PACK_NAMES,
  KEYWORD_PACKS,
  KEYWORD_SOURCES,
  type KeywordGroup,
  packNamed,
} from '../../../shared/consent/keywords.ts';
import { normalise } from '../../../shared/consent/normalise.ts';

const everyWord = KEYWORD_PACK_NAMES.flatMap((pack) =>
  (KEYWORD_PACKS[pack] as readonly KeywordGroup[]).flatMap((group) =>
    group.words.map((word) => ({ pack, group, word })),
  ),
);

describe('the keyword packs', () => {
  it.each(everyWord)('$pack: $word has a source and letters', ({ group, word }) => {
    expect(KEYWORD_SOURCES[group.source]).not.toBe('');
    expect(normalise(word)).not.toBe('');
  });

  it('are listed in docs/keywords.md, with the source of each word', () => {
    const page = readFileSync('docs/keywords.md', 'utf8');
    const cellOf = (groups: readonly KeywordGroup[], intent: string) =>
      groups
        .filter((group) => group.intent === intent)
        .map(({ words, source }) => `${words.join(', ')} (${source})`)
        .join('; ');
    for (const pack of KEYWORD_PACK_NAMES) {
      const cells = ['opt-out', 'opt-in', 'help'].map((intent) => cellOf(KEYWORD_PACKS[pack], intent));
      expect(page).toContain(`| \`${pack}\` | ${cells.join(' | ')} |`);
    }
    for (const source of Object.keys(KEYWORD_SOURCES)) expect(page).toContain(`| ${source} |`);
  });

  it('name as the source of a word a list that has it', () => {
    const of = (source: string) => everyWord.filter(({ group }) => group.source === source).map(({ word }) => word);
    // The words of Bird's page that are not English.
    const bird =
      'AIDE HULP HILFE AYUDA AJUDA AIUTO ПОМОЩЬ POMOCY ARRET HALT DETENER PARAR FERMA ОСТАНОВИТЬ ZATRZYMAJ NONARRET';
    expect(bird.split(' ')).toEqual(expect.arrayContaining(of('bird')));
    expect('STOP ARRET HELP AIDE INFO END QUIT CANCEL UNSUBSCRIBE UNSUB'.split(' ')).toEqual(
      expect.arrayContaining(of('canada')),
    );
  });

  it('hold no word twice in one pack', () => {
    for (const pack of KEYWORD_PACK_NAMES) {
      const words = everyWord.filter((entry) => entry.pack === pack).map(({ word }) => normalise(word));
      expect(words).toHaveLength(new Set(words).size);
    }
  });

  it('never give one word two intents, whatever packs are on', () => {
    const intents = new Map<string, Set<string>>();
    for (const { word, group } of everyWord) {
      const key = normalise(word);
      intents.set(key, (intents.get(key) ?? new Set()).add(group.intent));
    }
    expect([...intents].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it('are found by name or locale', () => {
    expect(packNamed('fr')).toBe('fr');
    expect(packNamed('fr-CA')).toBe('fr');
    expect(packNamed('PT_br')).toBe('pt');
    expect(packNamed('en')).toBeUndefined();
    expect(packNamed('en-US')).toBeUndefined();
    expect(packNamed('')).toBeUndefined();
    expect(packNamed('__proto__')).toBeUndefined();
    expect(packNamed('constructor')).toBeUndefined();
  });

  it('tell Canada from Catalan', () => {
    expect(packNamed('ca')).toBe('ca');
    expect(packNamed('CA')).toBe('ca');
    expect(packNamed('en-CA')).toBe('ca');
    expect(packNamed('en_ca')).toBe('ca');
    expect(packNamed('ca-ES')).toBeUndefined();
    expect(packNamed('ca-Latn-AD')).toBeUndefined();
  });

  it('always have English and the words of the United States on', () => {
    expect(ALWAYS_ON).toEqual(['core', 'us']);
  });
});
