/** `npm run classify`: explains what Stopgate makes of a text. */
import { parseArgs } from 'node:util';
import type { Policy } from '../../shared/consent/classify.ts';
import { KEYWORD_PACK_NAMES, packNamed } from '../../shared/consent/keywords.ts';
import { print, run, WrongUsage } from '../command-line.ts';
import { visible } from '../visible.ts';
import { consequenceOf, describe } from './describe.ts';
import { explain } from './explain.ts';

const HELP = `Explains what Stopgate makes of a text, step by step.

  npm run classify -- "Please stop texting me"
  npm run classify -- "ya no me escriban" --language es --policy any-reasonable-means
  echo "stop" | npm run classify -- -

  --language, -l   a locale (pt-BR) or a pack (${KEYWORD_PACK_NAMES.join(', ')}); as often as you like.
                   English and the words of the United States are always on
  --policy, -p     keyword (default) or any-reasonable-means
  --opted-out      the recipient is opted out, so that YES opts in
  --json           the same for programs
`;

const OPTIONS = {
  language: { type: 'string', short: 'l', multiple: true },
  policy: { type: 'string', short: 'p' },
  'opted-out': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message}\n\n${HELP}`);
  }
}

function isPolicy(policy: string): policy is Policy {
  return policy === 'keyword' || policy === 'any-reasonable-means';
}

/** English is always on; it has no pack of its own. */
const isLanguage = (name: string) => packNamed(name) !== undefined || /^en(?:[-_]|$)/i.test(name);

/** No text message is longer, by far. */
const LONGEST_TEXT = 100_000;

async function standardInput(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    text += chunk;
    if (text.length > LONGEST_TEXT) throw new WrongUsage(`The text is longer than ${LONGEST_TEXT} characters.`);
  }
  // `echo` and editors put one line feed behind; a message of its own making may have more.
  return text.replace(/\r?\n$/, '');
}

async function classifyText(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    await print(HELP);
    return 0;
  }
  const { policy = 'keyword', language: languages = [], 'opted-out': optedOut = false } = values;
  if (positionals.length === 0) throw new WrongUsage(HELP);
  if (!isPolicy(policy)) {
    throw new WrongUsage(`"${visible(policy)}" is no policy: keyword or any-reasonable-means.\n\n${HELP}`);
  }
  const unknown = languages.find((name) => !isLanguage(name));
  if (unknown !== undefined) {
    throw new WrongUsage(
      `"${visible(unknown)}" is no language: ${['en', ...KEYWORD_PACK_NAMES].join(', ')}.\n\n${HELP}`,
    );
  }
  const text = positionals.join(' ') === '-' ? await standardInput() : positionals.join(' ');
  const explanation = explain(text, { languages, optedOut });
  if (values.json) {
    const consequence = `Stopgate ${consequenceOf(explanation.verdicts[policy])}`;
    await print(`${JSON.stringify({ ...explanation, policy, consequence }, undefined, 2)}\n`);
  } else await print(describe(explanation, policy));
  return 0;
}

await run(classifyText);
