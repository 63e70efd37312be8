import fc from 'fast-check';
import { webhook } from '../../shared/carriers/bandwidth/webhook.ts';
import { basic } from '../../shared/carriers/rest.ts';
import { called } from './carriers/bandwidth.ts';

// Bandwidth signs nothing, and its SDK checks nothing: who knows the password is Bandwidth.
const ACCESS = { accountId: '1', applicationId: 'app', apiUser: 'api', apiPassword: 'secret' };
const OURS = { user: 'stopgate', password: 'a long: password' };

const verdict = (authorization: string, ...basicAuth: object[]) =>
  webhook.verify(called('[]', authorization), { ...ACCESS, basicAuth }, 0);

describe('a call of Bandwidth', () => {
  it('is genuine by the credentials that it was given, whatever letters they have', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        text.filter((user) => !user.includes(':')),
        text,
        (user, password) => {
          expect(verdict(basic(user, password), { user, password })).toBe('genuine');
        },
      ),
    );
  });

  it('is forged by any other header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (authorization) => {
        expect(verdict(authorization, OURS)).toBe('forged');
        expect(verdict(`Basic ${btoa(encodeURIComponent(authorization))}`, OURS)).toBe('forged');
      }),
    );
  });

  it('is forged when any bit of its credentials is another', () => {
    const bytes = Buffer.from(`${OURS.user}:${OURS.password}`);
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at >> 3]! ^= 1 << (at & 7);
      expect(verdict(`Basic ${changed.toString('base64')}`, OURS)).toBe('forged');
    }
  });

  it('is genuine by either of two credentials while one replaces the other', () => {
    const next = { user: 'stopgate', password: 'the next one' };
    for (const known of [
      [next, OURS],
      [OURS, next],
    ]) {
      expect(verdict(basic(OURS.user, OURS.password), ...known)).toBe('genuine');
      expect(verdict(basic(next.user, next.password), ...known)).toBe('genuine');
      expect(verdict(basic(OURS.user, 'neither'), ...known)).toBe('forged');
    }
  });

  it('is asked for its credentials, should it wait for that', () => {
    expect(webhook.challenge).toBe('Basic realm="Stopgate"');
  });
});
