import fc from 'fast-check';
import { LOG_KEY, recipientHash, safeError } from '../../../shared/runtime/logging.ts';
import { fixedSecrets, type Secrets } from '../../../shared/runtime/secrets.ts';

const keyed = (key: unknown) => recipientHash(fixedSecrets({ [LOG_KEY]: key }));

describe('what stands in a log for a recipient', () => {
  it('is the same for the same recipient, every time and in every function', async () => {
    const hash = await keyed({ key: 'one' })('+12025550170');
    expect(await keyed({ key: 'one' })('+12025550170')).toBe(hash);
    expect(hash).toMatch(/^[A-Za-z0-9_-]{16}$/);
  });

  it('is another for each recipient and each key', async () => {
    const hashes = await Promise.all([
      keyed({ key: 'one' })('+12025550170'),
      keyed({ key: 'one' })('+12025550171'),
      keyed({ key: 'two' })('+12025550170'),
      keyed('one')('+12025550170'),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('shows nothing of the number', async () => {
    const recipient = fc.stringMatching(/^\+[1-9]\d{6,14}$/);
    await fc.assert(
      fc.asyncProperty(recipient, async (number) => {
        expect(await keyed({ key: 'one' })(number)).not.toContain(number.slice(1));
      }),
    );
  });

  it('is a word, and no failure, where there is no key', async () => {
    const broken: Secrets = {
      async get() {
        throw new Error('+12025550170');
      },
    };
    expect(await recipientHash(broken)('+12025550170')).toBe('no-key');
    expect(await recipientHash(fixedSecrets({}))('+12025550170')).toBe('no-key');
    expect(await keyed(undefined)('+12025550170')).toBe('no-key');
  });
});

describe('what may be logged of an error', () => {
  it('is its name, its code and where it was thrown', () => {
    const error = Object.assign(new RangeError('+12025550170 wrote STOP'), { code: 'ERR_OUT_OF_RANGE' });
    expect(safeError(error)).toEqual({
      name: 'RangeError',
      code: 'ERR_OUT_OF_RANGE',
      at: expect.stringMatching(/^at .*logging\.test\.ts:\d+:\d+\)?$/),
    });
  });

  it('is never its message, nor that of its cause, whatever they are', () => {
    const secret = '+12025550170';
    fc.assert(
      fc.property(fc.lorem(), fc.constantFrom('', '\n', '\r\n', '\n\n'), (words, line) => {
        const message = `${words}${line}${secret}${line}${words}`;
        const error = new Error(message, { cause: new Error(message) });
        expect(JSON.stringify(safeError(error))).not.toContain(secret);
      }),
    );
  });

  it('is never a field that an SDK adds', () => {
    const error = Object.assign(new Error('no'), { $metadata: { requestId: '1' }, Item: '+12025550170', code: 404 });
    expect(Object.keys(safeError(error))).toEqual(['name', 'at']);
  });

  it('is its name alone where it has no stack', () => {
    const error = new Error('+12025550170');
    delete error.stack;
    expect(safeError(error)).toEqual({ name: 'Error' });
  });

  test.each([undefined, null, '+12025550170', 7, { message: '+12025550170' }])(
    'is nothing of what is no error: %j',
    (thrown) => {
      expect(safeError(thrown)).toEqual({ name: 'not an Error' });
    },
  );

  it('is not taken in by a message that looks like a place in the code', () => {
    const told = safeError(new Error('first\nat +12025550170 (my text)'));

    expect(JSON.stringify(told)).not.toContain('12025550170');
    expect(told.at).toMatch(/^at .*logging\.test\.ts/);
  });

  it('names no place where the stack does not begin with the message', () => {
    const error = new Error('new');
    error.stack = 'Error: old\n    at +12025550170';

    expect(safeError(error)).toEqual({ name: 'Error' });
  });
});
