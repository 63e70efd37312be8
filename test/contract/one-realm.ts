import { types } from 'node:util';

/**
 * Jest runs tests in a realm of their own, so that an error of a socket is no `Error` there. The AWS SDK asks for just
 * that before it looks at an error, and before it would try again: so here, as in Lambda, every error is one.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, one: unknown): boolean {
    const isInstance = Function.prototype[Symbol.hasInstance].call(this as () => void, one);
    return isInstance || (this === Error && types.isNativeError(one));
  },
});
