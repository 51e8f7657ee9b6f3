import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import type { Console } from '#test/console.ts';
import { choicesIn } from '#test/fakes/slack/choices.ts';
import { type Channel, type FakeSlack, type Message, visibleText, type Workspaces } from '#test/fakes/slack/index.ts';
import { authservId, type MailSystem, ourAddress, type ReadMail } from '#test/mail.ts';
import { type ChatMessage, openChat, type Product, until } from '#test/product.ts';
import { eventually } from '#test/servers/eventually.ts';

/** The channel where the support team works. */
export const deskChannel = 'C0DESK';
const patience = 20_000;

/** A file as somebody sends it. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: string;
}

/** One card in the desk's channel with its thread, as the support team sees and uses it. */
export interface DeskCase {
  readonly ts: string;
  /** What the card says now. */
  card(): string;
  /** The words on its buttons, in order. */
  buttons(): readonly string[];
  /** What was written below it, oldest first. */
  thread(): readonly Message[];
  /** Resolves with the first message of the thread that shows this. */
  shows(words: string | RegExp): Promise<Message>;
  /** Resolves once the card says this. */
  says(words: string | RegExp): Promise<void>;
  press(user: string, label: string): ReturnType<FakeSlack['press']>;
  /** Writes in the thread; resolves with the timestamp once the product has taken it. */
  write(user: string, text: string, files?: readonly GivenFile[]): Promise<string>;
  /** Names of the reactions at a message of the thread. */
  marks(ts: string): readonly string[];
  /** Resolves once the product has put this reaction there. */
  marked(ts: string, name: string): Promise<void>;
}

const holds = (text: string, words: string | RegExp): boolean =>
  typeof words === 'string' ? text.includes(words) : words.test(text);

/** Messages of the desk's channel that open a thread, oldest first. */
export const desksRoots = (slack: FakeSlack): readonly Message[] =>
  slack.messages(deskChannel).filter(({ ts, thread_ts }) => thread_ts === undefined || thread_ts === ts);

/** The newest card that shows these words, as soon as it is there. */
export const caseOf = async (slack: FakeSlack, words: string | RegExp, ms = patience): Promise<DeskCase> => {
  const find = () => desksRoots(slack).findLast((message) => holds(visibleText(message), words));
  const { ts } = await slack.waitFor(find, ms, `a card with ${words}`);
  return caseAt(slack, ts);
};

/** The case below one message of the desk's channel. */
const caseAt = (slack: FakeSlack, ts: string): DeskCase => {
  const place = { channel: deskChannel, ts };
  const root = () => slack.message(deskChannel, ts);
  const card = () => {
    const message = root();
    return message === undefined ? '' : visibleText(message);
  };
  const thread = () => slack.thread(deskChannel, ts).slice(1);
  const marks = (of: string) =>
    slack.reactions.flatMap((one) => (one.channel === deskChannel && one.ts === of ? [one.name] : []));
  return {
    ts,
    card,
    thread,
    marks,
    buttons: () => choicesIn(root()?.blocks ?? []).map(({ label }) => label),
    shows: (words) =>
      slack.waitFor(
        () => thread().find((message) => holds(visibleText(message), words)),
        patience,
        `"${words}" in the thread`,
      ),
    says: async (words) =>
      void (await slack.waitFor(() => holds(card(), words), patience, `a card that says "${words}"`)),
    press: (user, label) => slack.press({ ...place, user, label }),
    write: async (user, text, files = []) =>
      (await slack.say({ user, channel: deskChannel, thread: ts, text, files })).ts,
    marked: async (of, name) =>
      void (await slack.waitFor(() => marks(of).includes(name), patience, `:${name}: at ${of}`)),
  };
};

/** A customer of the web chat who wants a person, and the case of it. `about` must be said nowhere else. */
export const webCaseOf = async (url: string, slack: FakeSlack, about: string) => {
  const chat = await openChat(url);
  await chat.say(`Please let me talk to a person about ${about}`);
  return { chat, desk: await caseOf(slack, about) };
};

/** A customer in a connected channel who wants a person, and the case of it. `about` must be said nowhere else. */
export const slackCaseOf = async (slack: FakeSlack, channel: string, about: string, user = 'U0ANN') => {
  const customer = await askInSlack(slack, channel, `please let me talk to a person about ${about}`, user);
  return { ...customer, desk: await caseOf(slack, about) };
};

/** A customer who has asked us something in a connected channel. */
export const askInSlack = async (slack: FakeSlack, channel: string, question: string, user = 'U0ANN') => {
  const { ts } = await slack.say({ user, channel, text: `<@U0BOT> ${question}` });
  /** What was written below the customer's question, oldest first. */
  const thread = () => slack.thread(channel, ts).slice(1);
  return {
    thread,
    hears: (words: string | RegExp): Promise<Message> =>
      slack.waitFor(
        () => thread().find((message) => holds(visibleText(message), words)),
        patience,
        `"${words}" in ${channel}`,
      ),
    say: (text: string, files: readonly GivenFile[] = []) => slack.say({ user, channel, thread: ts, text, files }),
  };
};

/** Resolves with the first message to a customer of the web chat that has these words. */
export const heard = (chat: Awaited<ReturnType<typeof openChat>>, words: string): Promise<ChatMessage> =>
  eventually(`"${words}" in the chat`, async () =>
    (await chat.history()).find(({ author, markdown }) => author.role !== 'customer' && markdown.includes(words)),
  );

/** The console's view of the case with this question. */
export const inConsole = async (team: Console, words: string) => {
  const found = await eventually('a case in the console', async () =>
    (await team.list('all')).find(({ question }) => question.includes(words)),
  );
  return team.get(found.id);
};

/** How often the desk's channel shows these words, cards and threads together. */
export const timesAtDesk = (slack: FakeSlack, words: string): number =>
  slack.messages(deskChannel).filter((message) => visibleText(message).includes(words)).length;

/** Messages that the app has in a channel, as people read them. */
export const saidByUs = (slack: FakeSlack, channel: string): readonly string[] =>
  slack.messages(channel).flatMap((message) => (message.bot_id === undefined ? [] : [visibleText(message)]));

/** One of the channels that a fake has or starts with. */
export const channelIn = ({ channels }: Pick<Workspaces, 'channels'>, id: string): Channel => {
  const found = channels.find((channel) => channel.id === id);
  if (found === undefined) throw new Error(`There is no channel ${id}.`);
  return found;
};

export const knowledgeIsThere = (product: Product): Promise<void> =>
  until('the sample knowledge is there', () => product.log().includes('the sample knowledge base is ready'));

/** Settings of a product that works its cases in the fake's desk channel. */
export const deskEnv = (slack: FakeSlack): Readonly<Record<string, string>> => ({
  DESK: `slack:${deskChannel}`,
  SLACK_API_URL: slack.apiUrl,
  SLACK_SIGNING_SECRET: slack.signingSecret,
  SLACK_BOT_TOKEN: slack.botToken,
});

/** Lines of a product's log with these words, as objects. */
export const logged = (product: Product, words: string): readonly Readonly<Record<string, unknown>>[] =>
  product
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(words))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

/** Files in a mail, by name. */
export const filesIn = async ({ raw }: ReadMail): Promise<Readonly<Record<string, string>>> => {
  const { attachments } = await PostalMime.parse(Buffer.from(raw, 'latin1'));
  return Object.fromEntries(
    attachments.map(({ filename, content }) => [
      filename ?? '',
      typeof content === 'string' ? content : new TextDecoder().decode(content),
    ]),
  );
};

/** Answers a mail with a file, as a mail program does: in its thread, to its Reply-To, the sender proven. */
export const answerWithFile = async (
  mail: MailSystem,
  to: ReadMail,
  letter: { readonly from: string; readonly id: string; readonly text: string; readonly file: GivenFile },
): Promise<void> => {
  const { from, id, text, file } = letter;
  const address = /[^<\s]+@[^>\s]+/.exec(from)?.[0] ?? '';
  const domain = address.slice(address.indexOf('@') + 1);
  const raw = await new MailComposer({
    from,
    to: to.replyTo,
    subject: to.subject,
    messageId: `<${id}>`,
    inReplyTo: `<${to.id}>`,
    references: [...to.references, to.id].map((one) => `<${one}>`),
    text: `${text}\r\n\r\nOn Thu, 2 May 2024 at 10:00, Support <${ourAddress}> wrote:\r\n${to.text.replace(/^/gm, '> ')}`,
    attachments: [{ filename: file.name, content: file.bytes }],
  })
    .compile()
    .build();
  const proof = `Authentication-Results: ${authservId}; dmarc=pass header.from=${domain}\r\n`;
  await mail.postRaw(proof + raw.toString('latin1'), address);
};
