import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Language } from '../shared/consent/grammar.ts';
// The bundler puts the file beside the bundle and gives its name there.
import file from './packed/languages.br';

/**
 * Stands in for `shared/consent/languages/languages.ts` in the deployed bundles: the same languages, from a compressed
 * file. `package.json` (imports) and `constructs/bundling.ts` swap it in; nothing imports it by name.
 */
export const LANGUAGES: readonly Language[] = JSON.parse(
  brotliDecompressSync(readFileSync(join(__dirname, file))).toString('utf8'),
);
