/** The baseline of slack.ts: the smallest app that Bolt's own guide would have one write. It echoes every mention. */
import { App } from '@slack/bolt';

const [apiUrl = '', token = '', signingSecret = '', port = '0'] = process.argv.slice(2);
const app = new App({ token, signingSecret, clientOptions: { slackApiUrl: apiUrl } });
app.event('app_mention', async ({ event, say }) => {
  await say({ text: `echo: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
});
await app.start(Number(port));
process.send?.('ready');
