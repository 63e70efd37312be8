import { classify } from '../../../shared/consent/classify.ts';
import { describe as describeText } from '../../../tools/classify/describe.ts';
import { explain } from '../../../tools/classify/explain.ts';
import { readCorpus } from '../../../tools/corpus/read-corpus.ts';
import { visible } from '../../../tools/visible.ts';
import { runTool } from './command.ts';

const told = (text: string, languages: readonly string[] = [], optedOut = false) =>
  describeText(explain(text, { languages, optedOut }), 'any-reasonable-means');

describe('an explanation', () => {
  it.each([
    [
      ' “Stop.” 🛑',
      [],
      ['Read as   stop', 'Yes: STOP of the pack "core", which asks to be left alone.', 'acts: it records'],
    ],
    ['ARRET', [], ['It would be ARRET of the pack "ca", ARRET of the pack "fr", but that is not switched on']],
    ['Arrêt', ['fr-CA'], ['Yes: ARRET of the pack "fr"', 'Wishes    in English, French']],
    [
      'unsubcribe',
      [],
      ['Yes: nearly UNSUBSCRIBE, and nothing else can be meant.', 'act opt-out (typo, confidence 0.95)'],
    ],
    ['stpo', [], ['Yes: nearly STOP, but something else may be meant.', 'puts the message up for review']],
    ['Hi, stop texting me!', [], ['en:stop-texting, a clear wish to be left alone: Hi, [stop texting me]!']],
    [
      'can you stop texting me lol',
      [],
      ['left alone, in doubt', 'In doubt because of:\n     en:joke: can you stop texting me [lol]'],
    ],
    [
      'see you at the bus stop',
      [],
      ['Set aside, since it is about something else:\n     en:other-sense: see you at the [bus stop]'],
    ],
    [
      'Liked “Reply STOP to opt out”',
      [],
      ['Not heard, since it is quoted:\n     Liked “[Reply STOP to opt out]”', 'But for that it would have been:'],
    ],
    ['STOP\n\nSent from my iPhone', [], ['which is a signature:\n     en:signature: STOP\\n\\n[Sent from my] iPhone']],
    ['ya no me escriban', ['es'], ['es:do-not-text', 'ya [no me escriban]']],
    ['请停止发送广告', ['zh-CN'], ['请[停止发送广告]']],
    ['start sending them again please', [], ['texted again']],
    ['HELP', [], ['acts: it answers with the help text']],
    ['see you', [], ['leaves the message alone: it is an ordinary message.']],
    [' 🙂', [], ['Read as   (no words)']],
    ['a\u001b[2Jb', [], ['Text      “a\\u{1b}[2Jb”']],
  ])('of %j with %j', (text, languages, parts) => {
    for (const part of parts) expect(told(text, languages)).toContain(part);
  });

  it('tells what YES depends on', () => {
    expect(told('yes')).toContain('and they are not (say --opted-out if they are)');
    expect(told('yes')).toContain('who is not opted out has nothing to opt in to');
    expect(told('yes', [], true)).toContain('and they are.');
    expect(told('yes', [], true)).toContain('opens all senders of the account');
  });

  it('agrees with the classifier on every reply of the corpus', async () => {
    for (const { text, locale } of await readCorpus('test/corpus/replies.jsonl')) {
      const { verdicts, keyword, nearly, wishes } = explain(text, { languages: [locale], optedOut: true });
      const options = { keywordPacks: [locale], optedOut: true };
      expect(verdicts.keyword).toEqual(classify(text, options));
      expect(verdicts['any-reasonable-means']).toEqual(classify(text, { ...options, policy: 'any-reasonable-means' }));
      // The steps have to bring about the verdict that they are said to explain.
      const { verdict, rule } = verdicts['any-reasonable-means'];
      const heard = keyword !== undefined || nearly !== undefined || wishes.length > 0;
      expect({ text, heard }).toEqual({ text, heard: verdict !== 'leave' });
      if (keyword !== undefined) expect(rule).toBe(`keyword:${keyword.pack}`);
      else if (nearly !== undefined) expect(rule).toBe('typo');
      else if (heard) expect(wishes.map((wish) => wish.rule)).toContain(rule);
    }
  }, 120_000);
});

describe('a text that is shown', () => {
  it.each([
    ['plain text, 😀 and ünïcode', 'plain text, 😀 and ünïcode'],
    ['S\u200bTOP\ufeff', 'S\\u{200b}TOP\\u{feff}'],
    ['a\n\t\r\u2028', 'a\\n\\t\\r\\u{2028}'],
    ['\u202estop\u0007\u009b', '\\u{202e}stop\\u{7}\\u{9b}'],
    ['\u00a0\u3000 ', '\\u{a0}\\u{3000} '],
    ['❤️ 👨‍👩‍👧 👍🏽', '❤️ 👨‍👩‍👧 👍🏽'],
    ['a\ufe0f\u200d', 'a\\u{fe0f}\\u{200d}'],
    ['\ud83d', '\\u{d83d}'],
  ])('%j is written as %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });
});

describe('npm run classify', () => {
  it('explains a text, given as one argument or as several', async () => {
    const one = await runTool('classify', ['stop texting me']);
    expect(one).toEqual(await runTool('classify', ['stop', 'texting', 'me']));
    expect(one.code).toBe(0);
    expect(one.stdout).toContain(
      'Under the policy keyword Stopgate puts the message up for review: a person decides, within ten business days.',
    );
  });

  it('takes a policy and languages', async () => {
    const args = ['quiero darme de baja', '--language', 'es', '-l', 'fr', '--policy', 'any-reasonable-means'];
    const { stdout } = await runTool('classify', args);
    expect(stdout).toContain('Keywords  of the packs core, us, es, fr');
    expect(stdout).toContain('Under the policy any-reasonable-means Stopgate acts');
  });

  it('reads standard input', async () => {
    expect((await runTool('classify', ['-'], ' stop\n')).stdout).toContain('Text      “ stop”');
  });

  it('speaks JSON', async () => {
    const { stdout } = await runTool('classify', ['yes', '--json', '--opted-out']);
    expect(JSON.parse(stdout)).toMatchObject({
      text: 'yes',
      policy: 'keyword',
      keyword: { word: 'YES', pack: 'core' },
      verdicts: { keyword: { verdict: 'act', intent: 'opt-in', rule: 'keyword:core' } },
      consequence: expect.stringContaining('opens all senders'),
    });
  });

  it.each([
    [[], 'Explains what Stopgate makes of a text'],
    [['x', '--policy', 'all'], '"all" is no policy'],
    [['x', '--language', 'tlh'], '"tlh" is no language'],
    [['--texts'], "Unknown option '--texts'"],
  ])('exits with 2 when called with %j', async (args, message) => {
    const { code, stdout, stderr } = await runTool('classify', args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses a text without end', async () => {
    const { code, stderr } = await runTool('classify', ['-'], 'x'.repeat(100_001));
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'The text is longer than 100000 characters.\n' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await runTool('classify', ['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--opted-out');
  });
});
