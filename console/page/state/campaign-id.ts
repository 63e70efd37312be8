/** The page names its campaigns, so that it can follow one before the queue has all of it. */
export const newCampaignId = (): string => `page-${crypto.randomUUID().slice(0, 13)}`;
