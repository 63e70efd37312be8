import { classify } from '../shared/consent/classify.ts';
import type { Figure, Row } from './figure.ts';
import { interleave, ratioOf, spreadOf } from './harness.ts';
import { isOptOutByPeer } from './peer-rules.ts';

const CHARACTERS = 160;
const ROUNDS = 25;
const MESSAGES_A_ROUND = 40_000;

/** What people text back, none of it about consent, each cut to one whole SMS. */
const MESSAGES: readonly string[] = [
  'Hi, thanks for the reminder about tomorrow. I will be there at half past nine, but could you tell me whether I should bring the forms from last week or the new ones?',
  'Yes we got the parcel this morning, everything was fine except that the blue cup had a small crack near the handle. Is there any way to swap it for another one please?',
  'Running about ten minutes late because of traffic near the bridge, sorry! Please start without me and I will catch up with you all as soon as I have found somewhere to park.',
  'Could I move my appointment from Thursday to Friday afternoon? Any time after two works for me, and if Friday is full then Monday morning would be perfectly fine as well.',
  'My order number is 48213 and the page still says that it is being packed. It was meant to arrive before the weekend, can somebody have a look and let me know what is up?',
  'Happy birthday to your team, the cakes on Saturday were wonderful and the kids loved them. We are already looking forward to the next one, see you all again in the spring!',
  'I voted early on Tuesday at the library, the line was short and everyone was friendly. My neighbour needs a ride next week though, does somebody have a seat for her by then?',
  'The heating in flat 12 is working again, thank you for sending someone so quickly. One more thing: the light on the second floor has been flickering since the storm on Sunday.',
].map((text) => text.slice(0, CHARACTERS));

const microsecondsEach = (hear: (text: string) => unknown) => (): number => {
  const start = performance.now();
  for (let heard = 0; heard < MESSAGES_A_ROUND; heard += 1) hear(MESSAGES[heard % MESSAGES.length] as string);
  return ((performance.now() - start) * 1_000) / MESSAGES_A_ROUND;
};

/** How long it takes to hear that an ordinary message asks for nothing, which is what nearly all of them do. */
export const classifying: Figure = {
  name: 'classify',
  about: `an ordinary message of ${CHARACTERS} characters, default policy`,
  async measure(progress): Promise<Row[]> {
    const contenders = {
      stopgate: microsecondsEach((text) => classify(text)),
      patterns: microsecondsEach(isOptOutByPeer),
    };
    const { stopgate, patterns } = await interleave(contenders, ROUNDS, progress);
    return [
      {
        name: 'Stopgate',
        unit: 'µs',
        value: spreadOf(stopgate),
        ratio: { to: 'a list of patterns', value: ratioOf(stopgate, patterns) },
        limit: { of: 'value', atMost: 3 },
      },
      { name: 'a list of patterns', unit: 'µs', value: spreadOf(patterns) },
    ];
  },
};
