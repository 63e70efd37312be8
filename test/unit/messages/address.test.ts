import fc from 'fast-check';
import { isGroupName, isRecipient, isSender } from '../../../shared/messages/address.ts';

const RECIPIENTS = ['+1202555', '+12025550123', '+441632960961', '+123456789012345'];
const NO_RECIPIENTS = [
  '',
  '+',
  '+120255',
  '+1234567890123456',
  '+02025550123',
  '12025550123',
  '0012025550123',
  '++12025550123',
  '+1 202 555 0123',
  '+1-202-555-0123',
  ' +12025550123',
  '+12025550123 ',
  '+12025550123\n',
  '\n+12025550123',
  '+12025550123\u0000',
  '+１２０２５５５０１２３',
  '+١٢٠٢٥٥٥٠١٢٣',
  '＋12025550123',
  '+1202555o123',
  'whatsapp:+12025550123',
  'tel:+12025550123',
];
const SHORT_CODES = ['123', '12345', '12345678'];
const SENDER_IDS = ['Shop', 'A', 'Shop 24', 'S-h.o_p &Co', '24hours', 'ElevenChars'];
const NO_SENDERS = [
  '',
  ' ',
  '12',
  '123456789',
  '1-2-3',
  'Twelve Chars',
  'Shöp',
  'Sho\np',
  'Shop\n',
  'Shop\u200b',
  'Ѕhop',
  '2024 25',
];

describe('a recipient', () => {
  test.each(RECIPIENTS)('may be %j', (text) => {
    expect(isRecipient(text)).toBe(true);
  });

  test.each(NO_RECIPIENTS)('may not be %j', (text) => {
    expect(isRecipient(text)).toBe(false);
  });

  it('is a plus and 7 to 15 digits, whatever text comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^\+?[0-9 ]{0,20}$/), (anything, likely) => {
        for (const text of [anything, likely]) {
          if (isRecipient(text)) expect(text.replace(/[0-9]/g, '')).toBe('+');
          if (isRecipient(text)) expect(text.length).toBeLessThanOrEqual(16);
        }
      }),
    );
  });
});

describe('a sender', () => {
  test.each([...RECIPIENTS, ...SHORT_CODES, ...SENDER_IDS])('may be %j', (text) => {
    expect(isSender(text)).toBe(true);
  });

  test.each(NO_SENDERS)('may not be %j', (text) => {
    expect(isSender(text)).toBe(false);
  });
});

describe('the name of a group', () => {
  test.each(['shop', 'Shop 24', 'a', '7', 'g'.repeat(64), 'a.b_c-d'])('may be %j', (text) => {
    expect(isGroupName(text)).toBe(true);
  });

  test.each(['', ' shop', '-shop', 'shöp', 'a#b', 'a/b', 'shop\n', 'g'.repeat(65)])('may not be %j', (text) => {
    expect(isGroupName(text)).toBe(false);
  });
});
