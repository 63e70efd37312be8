import { readSettings } from '../../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { createReviewsHandler } from './handler.ts';
import { reviewsSettings, wireReviews } from './wire.ts';

export const handler = createReviewsHandler(
  wireReviews(readSettings(reviewsSettings, process.env), lambdaSurroundings()),
);
