import { webApi } from '@slack/bolt';
import type { FakeSlack } from './index.ts';

const nothing = () => undefined;
const silent: webApi.Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => webApi.LogLevel.ERROR,
  setName: nothing,
};

/** A real client that neither retries nor waits by itself. */
export const clientOf = (slack: FakeSlack, token: string = slack.botToken) =>
  new webApi.WebClient(token, {
    slackApiUrl: slack.apiUrl,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    logger: silent,
  });

/** Slack's word for why a call was refused. */
export const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'was taken';
  } catch (thrown) {
    if (thrown instanceof webApi.WebAPIPlatformError) return thrown.data.error;
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  }
};
