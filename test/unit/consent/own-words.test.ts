import { normalise, read, wordAt } from '../../../shared/consent/normalise.ts';
import { foreignWords } from '../../../shared/consent/own-words.ts';

function ownWords(text: string): string {
  const reading = read(text);
  const foreign = foreignWords(reading);
  const words = Array.from({ length: reading.count }, (_, index) =>
    foreign?.[index] === 1 ? '' : wordAt(reading, index),
  );
  return words.filter((word) => word !== '').join(' ');
}

describe('the words of the speaker', () => {
  it.each([
    'please stop texting me',
    '“please stop texting me”',
    'please "STOP" texting me',
    'I said “stop it” already',
    'he said “and never closed it',
    '“one” “two”',
  ])('are all of %j', (text) => {
    expect(foreignWords(read(text)) ?? []).not.toContain(1);
    expect(ownWords(text)).toBe(normalise(text));
  });

  it.each([
    ['Liked “Reply STOP to opt out”', 'liked'],
    ['Loved "STOP"', 'loved'],
    ['Laughed at “Text STOP to end', 'laughed at'],
    ['👍 to “ See you. Opt out: send STOP ”', 'to'],
    ['Reacted 😂 to “stop”', 'reacted to'],
    ['A aimé « Répondez STOP »', 'a aime'],
    ['STOP „Antworten Sie mit STOP“', 'stop'],
    ['Why “text STOP to end” and “reply STOP to quit”?', 'why and'],
    ['so ”text STOP to end“ it says', 'so it says'],
    ['see “text STOP to end”“or HELP for help” ok', 'see ok'],
  ])('are not what %j quotes', (text, own) => {
    expect(ownWords(text).replaceAll(/[\ue000-\uf8ff] ?/g, '')).toBe(own);
  });
});
