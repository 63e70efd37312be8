/** Reads replies that people have labelled: one JSON object a line. Nothing in the file is believed unchecked. */
import { createReadStream } from 'node:fs';
import { LANGUAGES } from '../../shared/consent/languages/languages.ts';
import { visible } from '../visible.ts';

/** How clearly a reply asks for something. */
export const FORMS = ['keyword', 'request', 'unclear', 'ordinary'] as const;
export type Form = (typeof FORMS)[number];

const INTENTS = ['opt-out', 'opt-in', 'help', 'none'] as const;

/** One labelled reply. */
export interface Row {
  readonly text: string;
  readonly locale: string;
  /** The language of the locale: `pt` of `pt-BR`. */
  readonly language: string;
  readonly intent: (typeof INTENTS)[number];
  readonly form: Form;
}

/** A file that is not a corpus. The message names the lines. */
export class WrongCorpus extends Error {
  override readonly name = 'WrongCorpus';
}

/** Longer lines and more rows are a mistake, and would fill the memory. */
const MOST_BYTES_PER_LINE = 256 * 1024;
const MOST_ROWS = 1_000_000;
/** Who has twenty lines to mend need not see the others yet. */
const MOST_PROBLEMS = 20;

const LINE_FEED = 10;
const LOCALE = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i;
const languageNames = LANGUAGES.map(({ name }) => name);

const listed = (names: readonly string[]) => `one of ${names.join(', ')}`;
const oneOf = <Name extends string>(names: readonly Name[], value: unknown): value is Name =>
  names.includes(value as Name);

function shown(value: unknown): string {
  const json = visible(JSON.stringify(value) ?? String(value));
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

/** What is wrong with a row; nothing if it is right. */
function problemsOf(row: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  const missing = ['text', 'locale', 'intent', 'form'].filter((field) => row[field] === undefined);
  if (missing.length > 0) problems.push(`${missing.map((field) => `"${field}"`).join(', ')} missing`);
  const expect = (field: string, right: boolean, what: string) => {
    if (row[field] !== undefined && !right) problems.push(`"${field}" is ${shown(row[field])}, and has to be ${what}`);
  };
  expect('text', typeof row.text === 'string', 'a text');
  expect('note', typeof row.note === 'string', 'a text');
  expect('form', oneOf(FORMS, row.form), listed(FORMS));
  expect('intent', oneOf(INTENTS, row.intent), listed(INTENTS));
  const known =
    typeof row.locale === 'string' && LOCALE.test(row.locale) && languageNames.includes(languageOf(row.locale));
  expect('locale', known, `a locale (like pt-BR) of a language that Stopgate hears: ${languageNames.join(', ')}`);
  if (row.intent === 'none' && (row.form === 'keyword' || row.form === 'request')) {
    problems.push(`a ${row.form} asks for something, so its "intent" can't be "none"`);
  }
  return problems;
}

const languageOf = (locale: string) => locale.toLowerCase().replace(/[-_].*/s, '');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse(line: Uint8Array, number: number): Row | readonly string[] | undefined {
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return ['not UTF-8'];
  }
  if (number === 1) text = text.replace(/^\ufeff/, '');
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [`not JSON: ${visible((error as Error).message)}`];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${shown(value)} is not a JSON object`];
  const problems = problemsOf(value as Record<string, unknown>);
  if (problems.length > 0) return problems;
  const { text: reply, locale, intent, form } = value as Row;
  return { text: reply, locale, language: languageOf(locale), intent, form };
}

/**
 * The lines of a file. They end with a line feed and nothing else: the other line ends of Unicode may stand inside a JSON
 * text, where `node:readline` would cut it in two.
 */
async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      length = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    // What has grown too long is handed over as it is, to be refused, and nothing more is read.
    if (length > MOST_BYTES_PER_LINE) break;
  }
  if (length > 0) yield Buffer.concat(parts);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/**
 * Reads a corpus.
 *
 * @throws WrongCorpus when there is no such file, it is empty, or any line is not a labelled reply
 */
export async function readCorpus(path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const problems: string[] = [];
  try {
    let number = 0;
    for await (const line of linesOf(path)) {
      number++;
      if (line.length > MOST_BYTES_PER_LINE) {
        problems.push(`line ${number}: longer than ${MOST_BYTES_PER_LINE / 1024} KiB; nothing after it was read`);
        break;
      }
      const row = parse(line, number);
      if (row === undefined) continue;
      if ('text' in row) rows.push(row);
      else problems.push(`line ${number}: ${row.join('; ')}`);
      if (problems.length === MOST_PROBLEMS) {
        problems.push(`These are the first ${MOST_PROBLEMS} lines that are wrong; there may be more.`);
        break;
      }
      if (rows.length > MOST_ROWS) throw new WrongCorpus(`${path}: more than ${MOST_ROWS} rows`);
    }
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new WrongCorpus(`${path}: ${reason}`);
  }
  if (problems.length > 0) throw new WrongCorpus([`${path} is not a corpus:`, ...problems].join('\n'));
  if (rows.length === 0) throw new WrongCorpus(`${path}: no rows`);
  return rows;
}
