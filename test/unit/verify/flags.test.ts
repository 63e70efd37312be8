import { readFlags } from '../../../verify/flags.ts';

test('flags have defaults', () => {
  expect(readFlags([])).toMatchObject({ seconds: 60, tableDownSeconds: 2, bothDownSeconds: 1, json: false });
  expect(readFlags(['--seed', '7']).seed).toBe('7');
});

test.each([
  [['--seconds', 'long'], '--seconds must be a number from 1 to 3600, and is "long"'],
  [['--seconds', '0'], '--seconds must be a number'],
  [['--seed', '-1x'], '--seed'],
  [['--seed', 'one'], '--seed must be a whole number, and is "one"'],
  [['--saboteur', 'nobody'], 'There is no saboteur "nobody"; see --help'],
  [['--seconds', '10', '--table-down', '6'], '--table-down must be a number from 0 to 5'],
  [['--speed', '9'], 'see --help'],
])('%j is refused in clear words', (flags, words) => {
  expect(() => readFlags(flags)).toThrow(words);
});
