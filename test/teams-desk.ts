import { allText, desk, type FakeTeams, type Message, type Pressed, visibleText } from '#test/fakes/teams/index.ts';
import { openChat } from '#test/product.ts';

const patience = 20_000;

/** One card in the desk's channel with its thread, as the support team sees and uses it. */
export interface DeskCase {
  /** Id of the card's message, which is also its thread. */
  readonly id: string;
  /** What the card says now to everybody, before anything is opened. */
  card(): string;
  /** The same with all that can be opened. */
  details(): string;
  /** The words on its buttons, in order, those behind others included. */
  buttons(): readonly string[];
  /** What was written below it, oldest first. */
  thread(): readonly Message[];
  /** Resolves with the first message of the thread that shows this. */
  shows(words: string | RegExp): Promise<Message>;
  /** Resolves once the card says this. */
  says(words: string | RegExp): Promise<void>;
  press(user: string, label: string, inputs?: Readonly<Record<string, string>>): Promise<Pressed>;
  /** Writes in the thread; resolves with the id once the product has taken it. `mention`: speaks to the bot, for desks without RSC. */
  write(user: string, text: string, options?: { readonly mention?: boolean }): Promise<string>;
}

const holds = (text: string, words: string | RegExp): boolean =>
  typeof words === 'string' ? text.includes(words) : words.test(text);

/** Messages of the desk's channel, or of another, that open a thread, oldest first. */
export const desksRoots = (teams: FakeTeams, place = desk): readonly Message[] =>
  teams.messages(place).filter(({ id, root }) => id === root);

/** The newest card that shows these words, as soon as it is there. `place`: another channel than the desk's, the second level. */
export const caseOf = async (
  teams: FakeTeams,
  words: string | RegExp,
  { place = desk, ms = patience }: { readonly place?: string; readonly ms?: number } = {},
): Promise<DeskCase> => {
  const find = () => desksRoots(teams, place).findLast(({ activity }) => holds(allText(activity), words));
  const { id } = await teams.waitFor(find, ms, `a card with ${words}`);
  return caseAt(teams, place, id);
};

/** The case below one message of a desk's channel. */
const caseAt = (teams: FakeTeams, place: string, id: string): DeskCase => {
  const shown = () => teams.message(place, id)?.activity ?? {};
  const card = () => visibleText(shown());
  const thread = () => teams.thread(place, id).slice(1);
  return {
    id,
    card,
    details: () => allText(shown()),
    buttons: () => teams.buttons(shown()),
    thread,
    shows: (words) =>
      teams.waitFor(
        () => thread().find(({ activity }) => holds(visibleText(activity), words)),
        patience,
        `"${words}" in the thread`,
      ),
    says: async (words) =>
      void (await teams.waitFor(() => holds(card(), words), patience, `a card that says "${words}"`)),
    press: (user, label, inputs = {}) => teams.press({ user, place, activityId: id, label, inputs }),
    write: async (user, text, { mention = false } = {}) =>
      (await teams.say({ user, place, thread: id, text, mention })).id,
  };
};

/** What whoever pressed something sees of the card from then on, all that can be opened included. */
export const seenAfter = ({ card }: Pick<Pressed, 'card'>): string =>
  card === undefined
    ? ''
    : allText({ attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }] });

/** Settings of a product that works its cases in the fake's desk channel. */
export const deskEnv = (teams: FakeTeams): Readonly<Record<string, string>> => ({
  DESK: `teams:${desk}`,
  ...teams.env(),
});

/** A customer of the web chat who wants a person, and the case of it. `about` must be said nowhere else. */
export const webCaseOf = async (url: string, teams: FakeTeams, about: string) => {
  const chat = await openChat(url);
  await chat.say(`Please let me talk to a person about ${about}`);
  return { chat, desk: await caseOf(teams, about) };
};

/** How often the desk's channel shows these words, cards and threads together. */
export const timesAtDesk = (teams: FakeTeams, words: string): number =>
  teams.messages(desk).filter(({ activity }) => visibleText(activity).includes(words)).length;
