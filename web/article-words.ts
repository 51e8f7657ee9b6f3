/** Words of the console's knowledge part. */
export const articleWords = {
  views: { conversations: 'Conversations', knowledge: 'Knowledge' },
  viewsLabel: 'Parts of the console',
  drafts: (drafts: number) => (drafts === 1 ? '1 draft to review' : `${drafts} drafts to review`),
  toReview: 'to review',
  title: (drafts: number) => (drafts === 0 ? 'Knowledge · Frontdesk' : `(${drafts}) Knowledge · Frontdesk`),
  list: 'Articles from answers',
  tabs: { draft: 'Drafts', published: 'Published', dismissed: 'Dismissed' },
  tabsLabel: 'Which articles',
  empty: {
    draft: {
      title: 'No drafts to review',
      text: 'When a colleague answers a customer and resolves the case, what helps others becomes a draft here.',
    },
    published: { title: 'Nothing published yet', text: 'Answers of your team that were published are listed here.' },
    dismissed: { title: 'Nothing dismissed', text: 'Drafts that somebody has dismissed are listed here.' },
  },
  listFailed: 'The articles could not be loaded.',
  chooseTitle: 'Choose an article',
  chooseText: 'j and k move through the list. ? shows all keys.',
  update: 'Update',
  fromCase: (code: string) => `Case ${code}`,
  question: 'Question',
  answer: 'Answer',
  visibility: 'Who finds it',
  visibilities: {
    public: 'Everyone',
    internal: 'The support team',
    oneOrganization: 'One organisation',
    organization: (name: string) => `Only the customer's organisation (${name})`,
  },
  flags: 'Check before publishing: this may concern one customer alone',
  says: (title: string) => `“${title}” says something else`,
  before: 'The article says',
  after: 'Your team answered',
  what: {
    duration: 'Duration',
    price: 'Price',
    percentage: 'Percentage',
    number: 'Number',
    'yes or no': 'Yes or no',
    steps: 'Steps',
  } as Readonly<Record<string, string>>,
  ofSource:
    'That article comes from another source. Publishing adds this answer beside it; correct the article where it is kept.',
  inPlace: 'Publishing replaces that article, which your team published before.',
  similar: 'Customers find already',
  openArticle: 'Open',
  publish: 'Publish',
  dismissDraft: 'Dismiss',
  done: (status: 'published' | 'dismissed', question: string) =>
    status === 'published' ? `Published: ${question}` : `Dismissed: ${question}`,
  undoLast: 'Undo',
  undo: { published: 'Undo publishing', dismissed: 'Make it a draft again' },
  save: 'Save changes',
  decided: (status: 'published' | 'dismissed', name: string) =>
    status === 'published' ? `Published by ${name}` : `Dismissed by ${name}`,
  somebody: 'a colleague',
  aColleague: 'A colleague',
  replaced: 'Replaced',
  replacedBy: (code: string) => `Replaced by the answer of case ${code}`,
  changedMeanwhile: 'A colleague has changed this draft while you did. Saving replaces their text with yours.',
  takeTheirs: 'Take theirs',
  decidedMeanwhile: (status: 'published' | 'dismissed', name: string) =>
    status === 'published'
      ? `${name} has published this without your changes. They are kept: undo publishing to go on with them.`
      : `${name} has dismissed this. Your changes are kept: make it a draft again to go on with them.`,
  discard: 'Discard my changes',
  articleFailed: 'This article could not be loaded.',
  articleGone: 'There is no such article any more. When a case goes on, its draft goes.',
  ofCase: {
    draft: 'Draft article to review',
    published: 'Published as an article',
    dismissed: 'Draft article dismissed',
  },
  confirmations: (count: number) =>
    count === 1
      ? 'Another case was answered in the same way since'
      : `${count} cases were answered in the same way since`,
  keys: [
    ['j', 'Next article'],
    ['k', 'Previous article'],
    ['e', 'Edit the answer'],
    ['p', 'Publish'],
    ['x', 'Dismiss'],
    ['u', 'Undo'],
    ['Esc', 'Leave the field'],
    ['?', 'This list'],
  ],
} as const;
