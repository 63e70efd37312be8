import { typoOf } from '../../../shared/consent/typos.ts';

const KEYWORDS = ['stop', 'end', 'quit', 'cancel', 'unsubscribe'];

describe('a word that is nearly a keyword', () => {
  it.each([
    ['stoppp', 'stop', true],
    ['sstooopp', 'stop', true],
    ['unsubscribeeee', 'unsubscribe', true],
    ['unsubcribe', 'unsubscribe', true],
    ['unsuscribe', 'unsubscribe', true],
    ['unsubscrieb', 'unsubscribe', true],
    ['unsobscrybe', 'unsubscribe', true],
    ['stpo', 'stop', false],
    ['stoo', 'stop', false],
    ['dtop', 'stop', false],
    ['st0p', 'stop', undefined],
    ['stp', 'stop', false],
    ['sto', 'stop', false],
    ['cancil', 'cancel', undefined],
    ['canvel', 'cancel', false],
    ['qiut', 'quit', false],
  ])('%j is %j, clearly: %j', (word, keyword, clear) => {
    expect(typoOf(word, KEYWORDS)).toEqual(clear === undefined ? undefined : { keyword, clear });
  });

  it.each([
    'step',
    'shop',
    'stoop',
    'top',
    'subscribe',
    'resubscribe',
    'unsubscribed',
    'ends',
    'hello',
    'ok',
    '',
    'stxp',
    'ptop',
    'st-p',
    'a'.repeat(4096),
  ])('%j is none', (word) => {
    expect(typoOf(word, KEYWORDS)).toBeUndefined();
  });

  it('is known by its keys only where the keys are known', () => {
    expect(typoOf('стоа', ['стоп'])).toBeUndefined();
  });
});
