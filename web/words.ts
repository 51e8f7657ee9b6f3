/**
 * Every word of both pages, in one place: a translation is another file of this shape. Short, warm, concrete; no
 * exclamation marks; the assistant says "I", people are called by their names.
 */
import { pageSettings } from './page-settings.ts';

const { company, suggestions } = pageSettings;

/** For dates and numbers: the reader's own kind of English, since the words are English. */
export const locale: string =
  typeof navigator !== 'undefined' && navigator.language.startsWith('en') ? navigator.language : 'en-GB';

const plural = new Intl.PluralRules('en');
const count = (n: number, one: string, other: string): string => `${n} ${plural.select(n) === 'one' ? one : other}`;

export const pageWords = {
  broken: 'This page has run into a problem',
  brokenText: 'Nothing you sent is lost. Reloading usually helps.',
  reload: 'Reload',
} as const;

export const requestWords = {
  noAnswer: 'No connection to the server. Check your network; what you wrote is kept.',
  status: (status: number): string => {
    if (status === 401 || status === 403) return 'You are not signed in here any more.';
    if (status === 404) return 'This no longer exists.';
    if (status === 409) return 'Somebody else was quicker.';
    if (status === 413) return 'That is too large.';
    if (status === 429) return 'That was a lot at once. Please wait a moment.';
    return 'The server could not do that just now. Please try again.';
  },
  quote: (requestId: string) => `If you ask us about it, quote ${requestId}.`,
} as const;

export const timeWords = {
  today: 'Today',
  yesterday: 'Yesterday',
  now: 'now',
  minutes: (n: number) => `${n} min`,
  hours: (h: number, min: number) => (min === 0 ? `${h} h` : `${h} h ${min} min`),
  days: (n: number) => `${n} d`,
} as const;

export const markdownWords = {
  table: 'Table',
  done: 'Done',
  open: 'Open',
  image: (alt: string) => `Picture: ${alt}`,
  unnamedImage: 'Picture',
} as const;

export const citationWords = {
  sources: 'Sources',
  mark: (n: number, title: string) => `Source ${n}: ${title}`,
  close: 'Close',
  openArticle: 'Open the article',
} as const;

export const fileWords = {
  attach: 'Attach files',
  attached: 'Files to send',
  attachments: 'Attached files',
  remove: (name: string) => `Remove ${name}`,
  retry: 'Try again',
  sending: (name: string) => `Sending ${name}`,
  drop: 'Drop files to attach them',
  tooMany: (most: number) => `A message can carry ${most} files at most.`,
} as const;

export const chatWords = {
  title: company === '' ? 'Support' : `${company} support`,
  newConversation: 'New conversation',
  newConversationTitle: 'Start a new conversation?',
  newConversationText:
    'This one leaves your screen. If a person is looking into it, they still have it and everything you wrote.',
  cancel: 'Cancel',
  talkToPerson: 'Talk to a person',
  states: {
    bot: 'Automatic answers',
    waiting: 'Waiting for a person',
    human: (name: string) => `${name} from support has this`,
    someone: 'A person from support has this',
    resolved: 'Resolved. Write again any time.',
  },
  emptyTitle: 'How can we help?',
  emptyText: 'Ask in your own words. You get an answer from our help articles with its sources, or a person.',
  suggestionsLabel: 'Questions people often ask',
  suggestions,
  loading: 'Loading your conversation…',
  loadFailed: 'Your conversation could not be loaded.',
  tryAgain: 'Try again',
  earlier: 'Show earlier messages',
  loadingEarlier: 'Loading…',
  expired: 'Your earlier conversation has expired, so this is a new one.',
  dismiss: 'Dismiss',
  log: 'Conversation',
  you: 'You',
  assistant: 'Assistant',
  support: 'Support',
  fromSupport: 'from support',
  working: 'Reading your message…',
  newMessages: (n: number) => count(n, 'new message', 'new messages'),
  moreBelow: 'More below',
  announce: (author: string, text: string) => `${author}: ${text}`,
  sending: 'Sending…',
  retrying: 'Not sent yet. Trying again.',
  retryNow: 'Try now',
  notSent: 'Not sent.',
  retry: 'Try again',
  discard: 'Delete',
  helpful: 'Helpful',
  notHelpful: 'Not helpful',
  feedbackThanks: 'Thanks',
  feedback: 'Was this helpful?',
  satisfaction: 'Is it solved?',
  solved: 'Yes, solved',
  notSolved: 'Not yet',
  solvedThanks: 'Thanks, good to know.',
  notSolvedThanks: 'Thanks for telling us. Write below what is still open.',
  placeholder: 'Write a message',
  placeholderWaiting: 'Add anything that helps',
  send: 'Send',
  hint: 'Enter to send, Shift + Enter for a new line',
  offline: 'You are offline. What you write is kept and sent when you are back.',
  reconnecting: 'Connection lost. Reconnecting…',
  polling: 'Live updates are not getting through. Checking for answers every few seconds.',
  reconnect: 'Reconnect now',
} as const;

export const channelWords = { slack: 'Slack', teams: 'Teams', email: 'Email', web: 'Web chat' } as const;

export const consoleWords = {
  product: 'Frontdesk',
  title: (open: number) => (open === 0 ? 'Frontdesk' : `(${open}) Frontdesk`),
  signInTitle: 'Sign in to Frontdesk',
  signInText: 'Customers see the name you enter here.',
  name: 'Your name',
  token: 'Access token',
  tokenHint: 'Whoever runs this server can give you one.',
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  signOut: 'Sign out',
  signedOut: 'You were signed out. Sign in again to go on; drafts are kept.',
  loading: 'Loading…',
  tryAgain: 'Try again',
  tabs: { open: 'Open', claimed: 'Claimed', resolved: 'Resolved', all: 'All' },
  tabsLabel: 'Which conversations',
  searchPlaceholder: 'Search',
  search: 'Search this list',
  list: 'Conversations',
  loadMore: 'Show more',
  listFailed: 'The list could not be loaded.',
  listStale: 'This list may be out of date.',
  empty: {
    open: { title: 'Nobody is waiting', text: 'When a customer needs a person, the conversation appears here.' },
    claimed: { title: 'Nothing in progress', text: 'Conversations that somebody has claimed are listed here.' },
    resolved: { title: 'Nothing resolved yet', text: 'Finished conversations stay readable here.' },
    all: { title: 'No conversations yet', text: 'When a customer needs a person, the conversation appears here.' },
  },
  noMatch: (query: string) => `Nothing here matches “${query}”.`,
  clearSearch: 'Clear search',
  waiting: (since: string) => (since === timeWords.now ? 'Waiting for less than a minute' : `Waiting for ${since}`),
  answered: 'Answered',
  clocks: { first: 'First reply', next: 'Reply', resolution: 'Resolution' },
  due: (what: string, time: string) => (time === timeWords.now ? `${what} due now` : `${what} due in ${time}`),
  dueAt: (what: string, moment: string) => `${what} due ${moment}`,
  overdue: (what: string, by: string) => (by === timeWords.now ? `${what} overdue` : `${what} overdue by ${by}`),
  saysSolved: 'The customer says it is solved',
  saysUnsolved: 'The customer says it is not solved',
  unclaimed: 'Nobody has this yet',
  you: 'You',
  colleague: 'A colleague',
  youHave: 'You have this',
  has: (name: string) => `${name} has this`,
  resolvedState: 'Resolved',
  resolvedBy: (name: string) => `Resolved by ${name}`,
  withBot: 'Handed back to the assistant',
  priorities: { low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent', critical: 'Critical' },
  chooseTitle: 'Choose a conversation',
  chooseText: 'j and k move through the list. ? shows all keys.',
  caseFailed: 'This conversation could not be loaded.',
  back: 'Back to the list',
  details: 'Details',
  hideDetails: 'Hide details',
  claim: 'Claim',
  reply: 'Reply',
  resolve: 'Resolve',
  handBack: 'Hand back to assistant',
  reopen: 'Reopen',
  takeOver: 'Take over',
  takeOverTitle: (name: string) => `${name} has this conversation. Take it over?`,
  takeOverText: 'From then on you answer the customer, and only you can resolve it.',
  giveTo: 'Give to…',
  giveTitle: 'Give this conversation to a colleague',
  colleagueName: 'Name of the colleague',
  giveHint: 'As they sign in here. They have the conversation from then on.',
  give: 'Give',
  more: 'More actions',
  working: 'Working…',
  internal: 'Internal',
  internalHint: 'only the team sees this',
  assistant: 'Assistant',
  deliveries: {
    pending: 'Sending…',
    delivered: 'Delivered',
    failed: (reason: string | undefined) => (reason === undefined ? 'Not delivered' : `Not delivered: ${reason}`),
  },
  votes: (up: number, down: number): string => {
    if (up === 0) return `${down} did not find this helpful`;
    return down === 0 ? `${up} found this helpful` : `${up} found this helpful, ${down} did not`;
  },
  transcript: 'Transcript',
  newMessages: 'New messages',
  modeLabel: 'Write',
  replyTab: 'Reply to customer',
  noteTab: 'Internal note',
  replyTo: (name: string) => `Reply to ${name}`,
  notePlaceholder: 'Leave a note for the team. The customer never sees it.',
  sendReply: 'Send reply',
  claimAndReply: 'Claim and reply',
  saveNote: 'Save note',
  sendKeys: (key: string) => `${key} + Enter`,
  othersHave: (name: string) => `${name} has this conversation. You can leave a note, or take it over.`,
  isResolved: 'This conversation is resolved. Reopen it to reply, or leave a note.',
  waitsAgain:
    'This conversation is resolved, and the customer has a newer one: go on there. You can still leave a note.',
  goesOnWith: (name: string) =>
    `This conversation is resolved, and ${name} has the customer by now. You can still leave a note.`,
  resolveTitle: 'Resolve while the customer is waiting?',
  resolveText: (name: string) => `The last message from ${name} has no answer yet.`,
  resolveAnyway: 'Resolve anyway',
  cancel: 'Cancel',
  aboutCustomer: 'Customer',
  organization: 'Organisation',
  channel: 'Channel',
  identity: 'Identity',
  identities: { verified: 'Verified', claimed: 'Says so, not verified', anonymous: 'Unknown' },
  unnamed: 'Unnamed customer',
  opened: 'Opened',
  code: 'Code',
  whyNow: 'Why now',
  tried: 'Sources tried',
  triedNone: 'No article matched the question.',
  suggested: 'Suggested reply',
  useSuggested: 'Use this reply',
  reasons: {
    'asked-for-human': 'Asked for a person',
    'low-confidence': 'No sure answer',
    policy: 'Policy',
    'negative-mood': 'Upset customer',
    repeated: 'Asked again',
    'tool-failure': 'A tool failed',
    'delivery-failure': 'Could not be delivered',
    overload: 'Too much at once',
    'unknown-sender': 'Unknown sender',
  } as Readonly<Record<string, string>>,
  offline: 'Connection lost. The list may be out of date.',
  reconnect: 'Reconnect',
  dismiss: 'Dismiss',
  helpTitle: 'Keys',
  help: 'Keyboard shortcuts',
  keys: [
    ['j', 'Next conversation'],
    ['k', 'Previous conversation'],
    ['c', 'Claim'],
    ['r', 'Reply'],
    ['n', 'Internal note'],
    ['e', 'Resolve'],
    ['o', 'Reopen'],
    ['t', 'Take over'],
    ['/', 'Search'],
    ['Esc', 'Leave the field'],
    ['?', 'This list'],
  ],
  close: 'Close',
  send: 'Send or save what you wrote',
} as const;

export { articleWords } from './article-words.ts';
