import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classify } from '../../../shared/consent/classify.ts';
import { LANGUAGES } from '../../../shared/consent/languages/languages.ts';
import { showProgress } from '../../../tools/corpus/progress.ts';
import { FORMS, readCorpus } from '../../../tools/corpus/read-corpus.ts';
import { GOALS, measure, verdictsOf } from '../../../tools/corpus/score.ts';
import { runTool } from './command.ts';

const OWN = 'test/corpus/replies.jsonl';
const own = await readCorpus(OWN);

const row = (changes: object = {}) =>
  JSON.stringify({ text: 'STOP', locale: 'en-US', intent: 'opt-out', form: 'keyword', note: 'a row', ...changes });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stopgate-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'replies.jsonl');
  await writeFile(path, content);
  return path;
}

describe('the classifier, on our own replies', () => {
  const heard = own.map((each) => ({ row: each, verdicts: verdictsOf(each) }));

  it.each(GOALS)('$policy: $says, at least $atLeast, at most $atMost', (goal) => {
    const { met, count, of } = measure(goal, heard);
    expect({ met, count, of }).toEqual({ met: true, count, of });
  });

  it.each(LANGUAGES)('has replies of all forms in $name', ({ name }) => {
    const forms = new Set(own.filter(({ language }) => language === name).map(({ form }) => form));
    expect([...forms].sort()).toEqual([...FORMS].sort());
  });

  it('has hundreds of replies, none twice', () => {
    expect(own.length).toBeGreaterThanOrEqual(400);
    expect(new Set(own.map(({ text, locale }) => `${locale} ${text}`)).size).toBe(own.length);
  });
});

describe('a goal', () => {
  const goal = { policy: 'keyword', says: '', forms: ['keyword'], outcomes: ['act'], atLeast: 0.95 } as const;
  const right = { text: 'STOP', locale: 'en-US', language: 'en', intent: 'opt-out', form: 'keyword' } as const;
  const heardOf = (wrong: number, all: number) =>
    Array.from({ length: all }, (_, index) => {
      const each = index < wrong ? { ...right, text: 'ok' } : right;
      return { row: each, verdicts: verdictsOf(each) };
    });

  it.each([
    [0, 0, true],
    [0, 20, true],
    [1, 20, true],
    [2, 20, false],
    [5, 100, true],
    [6, 100, false],
  ])('with %d of %d rows wrong is met: %j', (wrong, all, met) => {
    expect(measure(goal, heardOf(wrong, all)).met).toBe(met);
  });

  it('counts an act that was not the one asked for as wrong', () => {
    const each = { ...right, text: 'START' };
    const wrongActs = GOALS.find(({ says }) => says === 'wrong acts')!;
    expect(measure(wrongActs, [{ row: each, verdicts: verdictsOf(each) }])).toEqual({ count: 1, of: 1, met: false });
  });
});

describe('the progress of a long file', () => {
  const drawnOn = (isTTY: boolean, ...steps: [number, number][]) => {
    let drawn = '';
    const write = (text: string) => {
      drawn += text;
    };
    for (const [done, all] of steps) showProgress(done, all, { isTTY, write });
    return drawn;
  };

  it('is a bar, which is taken away at the end', () => {
    expect(drawnOn(true, [0, 100_000], [50_000, 100_000], [100_000, 100_000])).toBe(
      `\r${'░'.repeat(30)} 0 of 100000 rows\r${'█'.repeat(15)}${'░'.repeat(15)} 50000 of 100000 rows\r\u001b[K`,
    );
  });

  it('is shown to people only, and of nothing that is done at once', () => {
    expect(drawnOn(false, [0, 100_000], [100_000, 100_000])).toBe('');
    expect(drawnOn(true, [0, 999], [999, 999])).toBe('');
  });
});

describe('npm run corpus', () => {
  it('measures our own replies when no file is named', async () => {
    const { code, stdout, stderr } = await runTool('corpus', []);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${own.length} rows, 12 languages`);
    expect(stdout).toContain('Policy keyword\n');
    expect(stdout).toContain('Policy any-reasonable-means\n');
    expect(stdout.match(/^ {2}met /gm)).toHaveLength(GOALS.length);
    expect(stdout).not.toContain('MISSED');
    expect(stdout).toContain('AWS self-managed opt-out sample');
  });

  it('exits with 1 when a goal is missed, and names the rows', async () => {
    const path = await fileOf([row(), row({ text: 'see \u001b[2Jyou\u202e', locale: 'de-DE' })].join('\n'));
    const { code, stdout } = await runTool('corpus', [path]);
    expect(code).toBe(1);
    expect(stdout).toContain('MISSED  keywords acted on rightly: 1/2  50.0 %, goal at least 100.0 %');
    expect(stdout).toContain(
      '  keyword, de-DE: “see \\u{1b}[2Jyou\\u{202e}”\n    expected act opt-out, got leave (ordinary)',
    );
  });

  it('prints only verdicts when asked to: one JSON line a row, in order', async () => {
    const texts = ['STOP', 'see you', 'please stop texting me', 'Yes!', 'a\u2028b', 'HELP', '수신거부', '\ud800'];
    const rows = texts.map((text) => row({ text, locale: 'ko-KR' }));
    const { code, stdout, stderr } = await runTool('corpus', ['--verdicts', await fileOf(`${rows.join('\n')}\n`)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const options = { keywordPacks: ['ko'], optedOut: true };
    const expected = texts.map((text) => {
      const [narrow, wide] = (['keyword', 'any-reasonable-means'] as const).map((policy) => {
        const { verdict, intent, rule } = classify(text, { ...options, policy });
        return { verdict, intent, rule };
      });
      return { keyword: narrow, 'any-reasonable-means': wide };
    });
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(expected);
    expect(stdout.endsWith('\n')).toBe(true);
    expect(expected[0]).toEqual({
      keyword: { verdict: 'act', intent: 'opt-out', rule: 'keyword:core' },
      'any-reasonable-means': { verdict: 'act', intent: 'opt-out', rule: 'keyword:core' },
    });
    expect(expected[3]?.keyword).toMatchObject({ verdict: 'act', intent: 'opt-in' });
  });

  it('keeps the verdicts of a long file whole and in order', async () => {
    const count = 20_000;
    const rows = Array.from({ length: count }, (_, index) => row({ text: index % 3 === 0 ? 'STOP' : 'see you' }));
    const { code, stdout } = await runTool('corpus', [await fileOf(rows.join('\n')), '--verdicts']);
    const verdicts = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).keyword.verdict);
    expect(code).toBe(0);
    expect(verdicts).toEqual(Array.from({ length: count }, (_, index) => (index % 3 === 0 ? 'act' : 'leave')));
  });

  it('reads files as other systems write them', async () => {
    const content = `\ufeff${row()}\r\n\r\n${row({ note: undefined, extra: 1, text: 'a\u2028b\u2029c\u0085d' })}`;
    const rows = await readCorpus(await fileOf(content));
    expect(rows.map(({ text }) => text)).toEqual(['STOP', 'a\u2028b\u2029c\u0085d']);
  });

  it.each([
    ['{"text": "STOP"', 'line 1: not JSON'],
    [`${row()}\n["STOP"]`, 'line 2: ["STOP"] is not a JSON object'],
    ['null', 'line 1: null is not a JSON object'],
    ['{"text": "STOP", "form": "keyword"}', 'line 1: "locale", "intent" missing'],
    [
      `${row()}\n\n${row({ form: 'wish' })}`,
      'line 3: "form" is "wish", and has to be one of keyword, request, unclear, ordinary',
    ],
    [row({ intent: 'stop' }), 'line 1: "intent" is "stop", and has to be one of opt-out, opt-in, help, none'],
    [row({ locale: 'tlh' }), 'line 1: "locale" is "tlh", and has to be a locale (like pt-BR) of a language'],
    // A name of a keyword pack, and of a language that is not heard.
    [row({ locale: 'ca-ES' }), 'line 1: "locale" is "ca-ES"'],
    [row({ locale: 'en US' }), 'line 1: "locale" is "en US"'],
    [row({ locale: 5 }), 'line 1: "locale" is 5'],
    [row({ text: null }), 'line 1: "text" is null, and has to be a text'],
    [row({ note: 1 }), 'line 1: "note" is 1'],
    [row({ intent: 'none' }), 'line 1: a keyword asks for something'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'line 1: not UTF-8'],
    [row({ text: 'x'.repeat(300_000) }), 'line 1: longer than 256 KiB'],
    ['x\n'.repeat(100), 'These are the first 20 lines that are wrong'],
    ['', 'no rows'],
    ['\n \n', 'no rows'],
  ])('says what is wrong with %.60j', async (content, message) => {
    await expect(readCorpus(await fileOf(content))).rejects.toThrow(message);
  });

  it.each([
    [['no-such-file.jsonl'], 'no-such-file.jsonl: there is no such file'],
    [['test'], 'test: it is a folder'],
    [['a', 'b'], 'One file at a time'],
    [['--verdict'], "Unknown option '--verdict'"],
    [['--verdicts', 'README.md'], 'README.md is not a corpus:\nline 1: not JSON'],
  ])('exits with 2 when called with %j', async (args, message) => {
    const { code, stdout, stderr } = await runTool('corpus', args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await runTool('corpus', ['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--verdicts');
  });
});
