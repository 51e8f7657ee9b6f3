import { describe, expect, it } from 'vitest';
import { blocksProblems } from '#test/slack-block-problems.ts';
import { homeView } from './home.ts';
import { suggestedPrompts } from './suggested-prompts.ts';

describe('the Home tab', () => {
  it('says how to ask, and how to reach a person', () => {
    const view = homeView();
    expect(blocksProblems(view.blocks)).toEqual([]);
    expect(JSON.stringify(view)).toContain('/frontdesk status');
    expect(JSON.stringify(view)).toContain('Talk to a person');
  });
});

describe('suggested prompts', () => {
  it('are at most four, short on the button and whole in the message', () => {
    const long = `How do I ${'really '.repeat(20)}start?`;
    const prompts = suggestedPrompts([long, '', 'b', 'b', 'c', 'd', 'e']);
    expect(prompts.map(({ message }) => message)).toEqual([long, 'b', 'c', 'd']);
    for (const { title } of prompts) expect(title.length).toBeLessThanOrEqual(75);
    expect(suggestedPrompts([])).toEqual([]);
  });
});
