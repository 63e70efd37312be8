import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { LANGUAGES } from '../shared/consent/languages/languages.ts';

/**
 * Writes the languages in which wishes are heard as one compressed file, which `packed-languages.ts` reads in Lambda.
 * Their words are most of what the inbound function would otherwise have to load as code: 140 KB, against 43 here.
 */
export function packLanguages(): void {
  const folder = fileURLToPath(new URL('./packed', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/languages.br`, brotliCompressSync(JSON.stringify(LANGUAGES)));
}
