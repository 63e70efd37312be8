import { expect, test } from '@jest/globals';
import {
  nameRecipient,
  nameScope,
  nameSender,
  plural,
  showCount,
  showNumber,
  showReason,
} from '../../../console/page/words.ts';

test('numbers, senders and scopes read as people say them', () => {
  expect(showNumber('+12025550170')).toBe('+1 202 555 0170');
  expect(showNumber('+4915112345678')).toBe('+4915112345678');
  expect(nameRecipient('+12025550170')).toBe('Ana');
  expect(nameRecipient('+15550100001')).toBe('+1 555 010 0001');
  expect(nameSender('+12025550150')).toBe('Globex 0150');
  expect(nameSender('ACME')).toBe('ACME');
  expect(nameScope('*')).toBe('all senders of the account');
  expect(nameScope('group:sales')).toBe('the group sales');
  expect(nameScope('+12025550100')).toBe('Acme 0100');
});

test('counts agree with what they count', () => {
  expect(showCount(10_000)).toBe('10,000');
  expect(plural(1, 'message')).toBe('1 message');
  expect(plural(1_000, 'reply', 'replies')).toBe('1,000 replies');
});

test('every reason has words, and an unknown one is shown as it is', () => {
  expect(showReason('RetriesExhausted')).toBe('every attempt failed');
  expect(showReason('SomethingNew')).toBe('SomethingNew');
  expect(showReason(undefined)).toBe('no reason was given');
});
