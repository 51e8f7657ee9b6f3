import { type Block, type HomeView, plainText, type RichElement, type RichInline, richText } from './block-types.ts';
import { textElements } from './rich-inline.ts';

const code = (words: string): RichInline[] => textElements(words, { code: true });
const line = (...parts: readonly (string | RichInline[])[]): RichInline[] =>
  parts.flatMap((part) => (typeof part === 'string' ? textElements(part) : part));
const list = (...items: readonly RichInline[][]): RichElement => ({
  type: 'rich_text_list',
  style: 'bullet',
  indent: 0,
  elements: items.map((elements) => ({ type: 'rich_text_section', elements })),
});

/** The app's Home tab: what it does, how to ask, how to reach a person. */
export const homeView = (): HomeView => {
  const blocks: Block[] = [
    { type: 'header', text: plainText('Support, right here') },
    richText([
      {
        type: 'rich_text_section',
        elements: line(
          'I answer questions from our documentation and name my sources. When a question needs a person, I bring one in with everything said so far, and you do not repeat anything.',
        ),
      },
    ]),
    { type: 'header', text: plainText('How to ask') },
    richText([
      list(
        line('Write to me in Messages, or mention me in a channel that we share.'),
        line('I answer in the thread of your question. Ask on there, without another mention.'),
        line('If you change or delete a question before I answer, I notice.'),
      ),
    ]),
    { type: 'header', text: plainText('How to reach a person') },
    richText([
      list(
        line('Press ', textElements('Talk to a person', { bold: true }), ' under an answer, or just ask for one.'),
        line(code('/frontdesk status'), ' shows how your request stands.'),
      ),
    ]),
  ];
  return { type: 'home', blocks };
};
