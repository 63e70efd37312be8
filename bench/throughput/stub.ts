import { startAnsweringAtOnce } from '../answer-at-once.ts';

/** A process of its own, so that what answers does not slow down who asks. */
const { url } = await startAnsweringAtOnce(Number(process.argv[2]));
process.once('disconnect', () => process.exit());
process.send?.(url);
