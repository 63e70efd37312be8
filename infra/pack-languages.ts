import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { LANGUAGES } from '../shared/consent/languages/languages.ts';

/**
 * Writes each language in which wishes are heard as a compressed file, which `packed-languages.ts` reads in Lambda when a
 * message needs it: as code, all of them would be loaded at each cold start.
 */
export function packLanguages(): void {
  const folder = fileURLToPath(new URL('./packed', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const language of LANGUAGES) {
    writeFileSync(`${folder}/${language.name}.br`, brotliCompressSync(JSON.stringify(language)));
  }
}
