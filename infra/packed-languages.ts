import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Language } from '../shared/consent/grammar.ts';
// The bundler puts the files beside the bundle and gives their names there.
import de from './packed/de.br';
import en from './packed/en.br';
import es from './packed/es.br';
import fr from './packed/fr.br';
import it from './packed/it.br';
import ja from './packed/ja.br';
import ko from './packed/ko.br';
import nl from './packed/nl.br';
import pl from './packed/pl.br';
import pt from './packed/pt.br';
import ru from './packed/ru.br';
import zh from './packed/zh.br';

/** English first, as in `shared/consent/languages/languages.ts`. */
const FILES: Readonly<Record<string, string>> = { en, es, fr, pt, de, nl, it, pl, ru, zh, ja, ko };

/**
 * Stands in for `shared/consent/languages/languages.ts` in the deployed bundles: the same languages, each read from a
 * compressed file when it is first needed. `package.json` (imports) and `constructs/bundling.ts` swap it in; nothing
 * imports it by name.
 */
export const LANGUAGE_NAMES: readonly string[] = Object.keys(FILES);

export const languageNamed = (name: string): Language =>
  JSON.parse(brotliDecompressSync(readFileSync(join(__dirname, FILES[name] ?? ''))).toString('utf8'));
