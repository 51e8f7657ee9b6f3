import { describe, expect, it } from 'vitest';
import { aPassage } from '#test/fakes/turn.ts';
import { extract } from './extract.ts';
import { countWords } from './segment.ts';

const refunds = aPassage(
  'Refunds',
  `# Refunds

We want you to be happy with what you bought. Our shop sells lamps, desks and chairs to offices and homes in many countries, and each of them comes with a printed guide.

You can return an item within 30 days of delivery. Refunds are paid to the card you used and take 5 to 7 working days after the item has reached our warehouse. Bank holidays do not count. If your bank is slow, it may take two days longer. You get a mail as soon as we have sent the money.

Gift cards are never refunded. The history of refunds in our company goes back a long way and refunds have always been part of it.`,
);

const invites = aPassage(
  'Inviting people',
  `Only owners and admins can invite people.

To invite a colleague:

1. Open **Settings → People**.
2. Choose **Invite**.
3. Type the mail address and pick a role.
4. Choose **Send**. The invitation is valid for seven days.

Pending invitations are listed below the members.`,
);

const roles = aPassage(
  'Guests and viewers',
  'A guest sees only the boards they were added to. A viewer can read everything but change nothing. Guests are free of charge.',
);

const limits = aPassage(
  'Limits',
  `Every plan has limits.

| Plan | Uploads | Seats |
|---|---|---|
| Free | 10 MB | 3 |
| Team | 100 MB | 25 |

Ask us if you need more.`,
);

describe('extract', () => {
  it('quotes a filled window around the evidence and cites it', () => {
    const found = extract('How long does a refund take?', [refunds, invites]);
    expect(found?.text).toContain('take 5 to 7 working days');
    expect(found?.text).toMatch(/ \[1\]$/);
    expect(found?.text).not.toContain('# Refunds');
    expect(found?.citations).toHaveLength(1);
    expect(found?.citations[0]).toMatchObject({ n: 1, documentId: 'Refunds' });
    const words = countWords(found?.text ?? '');
    expect(words).toBeGreaterThanOrEqual(50);
    expect(words).toBeLessThanOrEqual(101);
  });

  it('keeps steps whole, with the line that introduces them', () => {
    const found = extract('How do I invite a colleague?', [invites, refunds]);
    expect(found?.text).toContain('To invite a colleague:\n\n1. Open **Settings → People**.\n2. Choose **Invite**.');
    expect(found?.text).toContain('4. Choose **Send**.');
  });

  it('keeps a small table whole', () => {
    expect(extract('How big may uploads be on the Team plan?', [limits, refunds])?.text).toContain(
      '| Plan | Uploads | Seats |\n|---|---|---|\n| Free | 10 MB | 3 |\n| Team | 100 MB | 25 |',
    );
  });

  it('prefers a later passage only when it covers clearly more of the question', () => {
    expect(extract('Are guests free of charge?', [invites, roles])?.citations[0]?.documentId).toBe(
      'Guests and viewers',
    );
    expect(extract('invite', [invites, roles])?.citations[0]?.documentId).toBe('Inviting people');
  });

  it('adds a second source when it covers what the first leaves open', () => {
    const found = extract('Can I invite a colleague, and what does a guest see on boards?', [invites, roles]);
    expect(found?.citations.map(({ documentId }) => documentId).sort()).toEqual([
      'Guests and viewers',
      'Inviting people',
    ]);
    expect(found?.text).toContain('2. Choose **Invite**.');
    expect(found?.text).toContain('A guest sees only the boards they were added to.');
    expect(found?.text).toMatch(/\[1\][\s\S]+\[2\]$/);
  });

  it('does not add a second source that says the same', () => {
    expect(
      extract('How long does a refund take?', [refunds, { ...refunds, documentId: 'copy' }])?.citations,
    ).toHaveLength(1);
  });

  it('goes on below the next heading, and no further, after a bare opening line', () => {
    const lost = aPassage(
      'Lost phone',
      'If your phone is lost, use one of these ways.\n\n## Recovery code\n\nChoose **Use a code** and type it.\n\n## Other things\n\nWe sell lamps.',
    );
    expect(extract('I lost my phone', [lost])?.text).toBe(
      'If your phone is lost, use one of these ways.\n\n**Recovery code**\n\nChoose **Use a code** and type it. [1]',
    );
  });

  it('takes no second source for a question of one part', () => {
    const found = extract('Can a guest invite people to boards?', [invites, roles]);
    expect(found?.citations).toHaveLength(1);
  });

  it('quotes the beginning when no word of the question occurs (found by meaning)', () => {
    expect(extract('Wie lade ich jemanden ein?', [invites])?.text).toContain('Only owners and admins');
  });

  it('takes marks in the quoted text for text', () => {
    const found = extract('What is the rule?', [aPassage('Rule', 'The rule [7] is simple: pay first [1].')]);
    expect(found?.text).toBe('The rule (7) is simple: pay first (1). [1]');
  });

  it('has nothing to quote from nothing', () => {
    expect(extract('x', [])).toBeUndefined();
    expect(extract('x', [aPassage('empty', '# Only a heading\n\n---')])).toBeUndefined();
  });

  it('lets the corpus say which words are telling', () => {
    const phone = aPassage('Contact', 'Write to us at any time.\n\n## Phone\n\nCall us.\n\n## Saturdays\n\nClosed.');
    const heard = (phoneWeight: number, saturdayWeight: number) =>
      extract(
        'phone on saturday',
        [phone],
        [
          { stem: 'phone', weight: phoneWeight },
          { stem: 'saturday', weight: saturdayWeight },
        ],
      )?.text;
    expect(heard(1, 9)).toMatch(/^\*\*Saturdays\*\*/);
    expect(heard(9, 1)).toMatch(/^\*\*Phone\*\*/);
  });

  it('prefers the section whose heading asks the same, and names it', () => {
    const account = aPassage(
      'Account',
      'Your account has a name.\n\n## Can I close my account?\n\nYes, under Settings. Your data are kept for 30 days.\n\n## Other\n\nAn account that you close is gone, and closing is final.',
    );
    expect(extract('can i close my account', [account])?.text).toMatch(/^\*\*Can I close my account\?\*\*\n\nYes/);
  });

  it('prefers an amount of money where a price is asked for', () => {
    const parking = aPassage(
      'Parking',
      '## Where\n\nThe garage for parking is below the house and its entrance is in the street behind the house.\n\n## Tariff\n\nParking in the garage is €18 a night.',
    );
    expect(extract('how much is parking in the garage', [parking])?.text).toContain('€18');
  });

  it('begins before a sentence that points back', () => {
    const sentences = Array.from({ length: 12 }, (_, at) => `Sentence number ${at} says something else altogether.`);
    const money = aPassage(
      'Money',
      `${sentences.join(' ')} We pay to the card you used. It reaches the bank account within 5 days. ${sentences.join(' ')}`,
    );
    expect(extract('when does it reach the bank account', [money])?.text).toMatch(
      /^We pay to the card you used\. It reaches the bank account within 5 days\./,
    );
  });

  it('adds another section of the same document for a word that only the title shares', () => {
    const hook = (text: string, headings: readonly string[] = []) => ({
      ...aPassage('Webhooks and retries', text),
      headings,
    });
    const found = extract('how often do you retry a webhook when the server is down', [
      hook('A webhook is a message to your server.'),
      hook('If there is no answer we do it again after 1 minute, 5 minutes and 1 hour.', ['Retries']),
    ]);
    expect(found?.text).toContain('after 1 minute');
    expect(new Set(found?.citations.map(({ documentId }) => documentId))).toEqual(new Set(['Webhooks and retries']));
  });

  it('takes of a long table the head and the rows that match', () => {
    const rows = Array.from({ length: 40 }, (_, at) => `| E${at} | words about the cause number ${at} |`);
    const codes = aPassage('Codes', ['| Code | Cause |', '|---|---|', ...rows].join('\n'));
    expect(extract('what is E17', [codes])?.text).toBe(
      '| Code | Cause |\n|---|---|\n| E17 | words about the cause number 17 |\n\n[1]',
    );
  });

  it('quotes steps that are too many from the first on, and says that they go on', () => {
    const steps = Array.from({ length: 40 }, (_, at) => `${at + 1}. Turn wheel number ${at + 1} once to the left`);
    const machine = aPassage('Machine', ['Start the machine so:', '', ...steps].join('\n'));
    const { text } = extract('how do i turn wheel number 9', [machine]) ?? { text: '' };
    expect(text).toMatch(/^Start the machine so:\n\n1\. Turn wheel number 1 once/);
    expect(text).toMatch(/\n\n… \[1\]$/);
    expect(countWords(text)).toBeLessThan(250);
  });

  it('keeps a paragraph whole with its condition, and leaves the next section out', () => {
    const filler = 'We say more about other things here, which nobody asked for and which fills the page a little.';
    const plans = aPassage(
      'Plans',
      `## Support\n\nIf you are on the Starter plan, nobody picks up the telephone. Otherwise ring us at any hour. ${filler}\n\n${filler} ${filler} ${filler}\n\n## Lamps\n\n${filler}`,
    );
    const { text } = extract('at what hour can i ring', [plans]) ?? { text: '' };
    expect(text).toMatch(/^\*\*Support\*\*\n\nIf you are on the Starter plan/);
    expect(text).not.toContain('Lamps');
  });

  it('keeps a warning below steps that fill the quote already', () => {
    const steps = Array.from(
      { length: 12 },
      (_, at) => `${at + 1}. Move slider ${at} to the mark and wait for the light`,
    );
    const oven = aPassage(
      'Oven',
      `Heat the oven:\n\n${steps.join('\n')}\n\nWarning: never leave it alone.\n\nWe sell trays.`,
    );
    expect(extract('how do i heat the oven', [oven])?.text).toMatch(/Warning: never leave it alone\. \[1\]$/);
  });

  it('prefers the document of which several passages were found', () => {
    const one = aPassage('Blogs', 'A bill may be paid late, as our founder once did.', 10);
    const two = aPassage('Bills', 'A bill is paid within 14 days.', 9.5);
    const three = { ...aPassage('Bills', 'A bill that is late costs a fee.', 9), headings: ['Late'] };
    expect(extract('pay a bill', [one, two, three])?.citations[0]?.documentId).toBe('Bills');
  });

  it('makes what is quoted mean nothing to Markdown', () => {
    const quoted = (text: string) => extract('rule', [aPassage('Rules', text)])?.text;
    expect(quoted('[1]: https://evil.example rule')).toBe('(1): https://evil.example rule [1]');
    expect(quoted('[ 1 ]: https://evil.example rule')).toBe('(1): https://evil.example rule [1]');
    expect(quoted('[one]: https://evil.example rule')).toBe('\\[one]: https://evil.example rule [1]');
    expect(quoted('<!-- a rule')).toBe('\\<!-- a rule [1]');
    expect(quoted('Use `a[0]` as a rule:\n\n- so:\n  ```js\n  a[1]\n  ```')).toContain(
      '`a[0]` as a rule:\n\n- so:\n  ```js\n  a[1]',
    );
  });
});
