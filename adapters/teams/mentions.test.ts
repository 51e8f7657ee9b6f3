import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { type Activity, parseActivity } from './activity.ts';
import { mentionsOf, readTags, withoutOurs } from './mentions.ts';
import { readHtml } from './read-html.ts';

const bot = { id: '28:bot', name: 'Front Desk' };
const us = new Set([bot.id]);
const ann = { id: '29:ann', name: 'Ann Lee' };

interface Given {
  readonly name: string;
  readonly id: string;
  readonly text?: string | null;
}
const activityOf = (mentioned: readonly Given[], name = bot.name): Activity => {
  const entities = mentioned.map(({ text, ...who }) => ({
    type: 'mention',
    mentioned: who,
    ...(text === null ? {} : { text: text ?? `<at>${who.name}</at>` }),
  }));
  const parsed = parseActivity({
    type: 'message',
    recipient: { ...bot, name },
    entities: [{ type: 'clientInfo' }, ...entities],
  });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.activity;
};
const read = (text: string, mentioned: readonly Given[] = [bot]): string =>
  withoutOurs(readTags(text, mentionsOf(activityOf(mentioned), us)));
const readMarkup = (html: string, mentioned: readonly Given[] = [bot]): string =>
  withoutOurs(readHtml(html, mentionsOf(activityOf(mentioned), us)));

describe('our own mention in a text', () => {
  it.each([
    ['<at>Front Desk</at> is it down?', 'is it down?'],
    ['<at>Front Desk</at>, is it down?', 'is it down?'],
    ['<at>Front Desk</at>: is it down?', 'is it down?'],
    ['is it down <at>Front Desk</at>', 'is it down'],
    ['is it down, <at>Front Desk</at>?', 'is it down?'],
    ['is it down, <at>Front Desk</at>', 'is it down'],
    ['Hi, <at>Front Desk</at>, is it down?', 'Hi, is it down?'],
    ['Hi <at>Front Desk</at>, is it down?', 'Hi, is it down?'],
    ['is <at>Front Desk</at> it down?', 'is it down?'],
    ['is<at>Front Desk</at>it down?', 'is it down?'],
    ['<at>Front Desk</at> <at>Front Desk</at>\nis it down?', 'is it down?'],
    ['<at>front desk</at> is it down?', 'is it down?'],
    ['<at id="0">Front Desk</at> is it down?', 'is it down?'],
    ['<AT\tid=0 >Front Desk</AT > is it down?', 'is it down?'],
    ['<at><b>Front</b> Desk</at> is it down?', 'is it down?'],
    ['<at>Front\u00a0Desk</at>\u00a0is it down?', 'is it down?'],
    ['<at>Front&nbsp;Desk</at> is it down?', 'is it down?'],
    ['<at>@Front Desk</at> is it down?', 'is it down?'],
    ['<at><at>Front Desk</at></at> is it down?', 'is it down?'],
    ['<at>Front Desk</at></at> is it <at>down?', 'is it down?'],
    ['one\n<at>Front Desk</at> two\nthree <at>Front Desk</at>\nfour', 'one\ntwo\nthree\nfour'],
    ['<at>Front Desk</at>', ''],
  ])('goes from %j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('goes where the entity names us in parts, under another name, or says no text', () => {
    const parts = [
      { ...bot, name: 'Front' },
      { ...bot, name: 'Desk' },
    ];
    expect(read('<at>Front</at> <at>Desk</at> help', parts)).toBe('help');
    expect(read('<at>Helper</at> help', [{ ...bot, name: 'Helper' }])).toBe('help');
    expect(read('<at>Front Desk</at> help', [{ ...bot, text: null }])).toBe('help');
    expect(read('<at id="0">Frontdesk (beta)</at> help', [bot])).toBe('help');
  });

  it('goes where it is no tag', () => {
    expect(read('@Front Desk help', [{ ...bot, text: '@Front Desk' }])).toBe('help');
  });

  it('goes without any entity when the tag has our name, and counts', () => {
    const mentions = mentionsOf(activityOf([]), us);
    expect(withoutOurs(readTags('<at>Front Desk</at> help', mentions))).toBe('help');
    expect(mentions.mentionsUs).toBe(true);
    expect(mentionsOf(activityOf([]), us).mentionsUs).toBe(false);
  });

  it('is told by the id, not by the name', () => {
    const namesake = { id: '29:other', name: bot.name };
    const mentions = mentionsOf(activityOf([namesake]), us);
    expect(mentions).toMatchObject({ mentionsUs: false, mentionsOthers: true });
    expect(withoutOurs(readTags('<at>Front Desk</at> help', mentions))).toBe('@Front Desk help');
    expect(read('<at>Front Desk</at> and <at>Front Desk</at> help', [namesake, bot])).toBe('@Front Desk and help');
    expect(read('<at id="1">Front Desk</at> and <at id="0">Front Desk</at> help', [namesake, bot])).toBe(
      'and @Front Desk help',
    );
  });
});

describe('mentions of others', () => {
  it('stay as their names', () => {
    expect(read('<at>Front Desk</at> ask <at>Ann Lee</at>', [bot, ann])).toBe('ask @Ann Lee');
    expect(read('<at>Ann &amp; Co</at> help', [{ id: '29:co', name: 'Ann & Co' }])).toBe('@Ann & Co help');
    expect(read('<at><i>Eve</i> <script></at> help', [ann])).toBe('@Eve help');
  });

  it('are people and groups of people, not places', () => {
    const others = (id: string): boolean => mentionsOf(activityOf([{ id, name: 'x' }]), us).mentionsOthers;
    expect(others('29:ann')).toBe(true);
    expect(others('MjY5Y2RlZi10YWc=')).toBe(true);
    expect(others('19:abc@thread.tacv2')).toBe(false);
    expect(others(bot.id)).toBe(false);
  });
});

describe('mentions in the HTML of a message', () => {
  const span = (name: string, index: number) =>
    `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${index}">${name}</span>`;

  it('read as in its text', () => {
    expect(readMarkup(`<p>${span('Front Desk', 0)}&nbsp;is it down?</p>`)).toBe('is it down?');
    expect(readMarkup(`<div><div>Hi ${span('Front Desk', 0)}, ask ${span('Ann Lee', 1)}</div></div>`, [bot, ann])).toBe(
      'Hi, ask @Ann Lee',
    );
    expect(readMarkup(`<p><at id="0">Front <b>Desk</b></at> help</p>`)).toBe('help');
    const readonly = `<readonly itemtype="http://schema.skype.com/Mention">${span('Front Desk', 0)}</readonly> help`;
    expect(readMarkup(readonly)).toBe('help');
    expect(readMarkup(`<p>${span(span('Front Desk', 0), 0)} help</p>`)).toBe('help');
    expect(readMarkup(`<ul><li>${span('Front Desk', 0)} one</li></ul>`)).toBe('- one');
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('<at>', '</at>', '<at id="0">', 'Front Desk', 'Ann Lee', '\u00a0', ' ', '\n', ',', '\ue010'),
    wellFormedText(5),
  );

  it('keeps no tag and no mark, and loses no word but our name', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const result = read(pieces.join(''), [bot, ann]);
        expect(result).not.toMatch(/\ue010|<at>.*<\/at>/);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<at>Front Desk</at>', 'one', 'two', '<at>Ann Lee</at>'), { maxLength: 12 }),
        (words) => {
          const kept = words
            .filter((word) => !word.includes('Front'))
            .map((word) => word.replace(/<\/?at>/g, (tag) => (tag === '<at>' ? '@' : '')));
          expect(read(words.join(' '), [bot, ann])).toBe(kept.join(' '));
        },
      ),
    );
  });
});
