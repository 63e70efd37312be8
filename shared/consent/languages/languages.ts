import type { Language } from '../grammar.ts';
import { german } from './de.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { japanese } from './ja.ts';
import { korean } from './ko.ts';
import { dutch } from './nl.ts';
import { polish } from './pl.ts';
import { portuguese } from './pt.ts';
import { russian } from './ru.ts';
import { chinese } from './zh.ts';

/** All languages in which wishes are heard, each named after its keyword pack; English comes first and is always on. */
export const LANGUAGES: readonly Language[] = [
  english,
  spanish,
  french,
  portuguese,
  german,
  dutch,
  italian,
  polish,
  russian,
  chinese,
  japanese,
  korean,
];

/** The names of the languages, English first. */
export const LANGUAGE_NAMES: readonly string[] = LANGUAGES.map(({ name }) => name);

/** The language of this name, which has to be one of `LANGUAGE_NAMES`. */
export const languageNamed = (name: string): Language => LANGUAGES[LANGUAGE_NAMES.indexOf(name)] as Language;
