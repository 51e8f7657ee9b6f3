import { describe, expect, it } from 'vitest';
import { replyForm } from './form.ts';

const place = { channel: 'C0DESK', thread: '1700000000.000100', team: 'T0HOME' };
const inputOf = (view: ReturnType<typeof replyForm>) => view.blocks[0];

describe('the form of the desk', () => {
  it('starts a reply from the suggestion and remembers its thread', () => {
    const view = replyForm({ form: 'reply', ...place, enterprise: 'E0HOME', suggestion: ' Try again. ' });
    expect(view).toMatchObject({
      type: 'modal',
      callback_id: 'reply',
      submit: { text: 'Send to customer' },
      close: { text: 'Cancel' },
    });
    expect(JSON.parse(view.private_metadata ?? '')).toEqual({ ...place, enterprise: 'E0HOME' });
    expect(inputOf(view)).toMatchObject({
      type: 'input',
      block_id: 'text',
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, initial_value: 'Try again.' },
    });
  });

  it('says that a note stays with the team', () => {
    const view = replyForm({ form: 'note', ...place, suggestion: 'Try again.' });
    expect(view).toMatchObject({ callback_id: 'note', submit: { text: 'Save note' } });
    expect(JSON.stringify(inputOf(view))).toContain('never sees it');
    expect(JSON.stringify(view)).not.toContain('initial_value');
  });

  it('keeps to the limits of a modal', () => {
    for (const form of ['reply', 'note'] as const) {
      const view = replyForm({ form, ...place, suggestion: '😀'.repeat(4_000) });
      for (const words of [view.title, view.submit, view.close]) expect(words?.text.length).toBeLessThanOrEqual(24);
      const [, initial = ''] = /"initial_value":"([^"]*)"/.exec(JSON.stringify(view)) ?? [];
      expect(initial.length).toBeLessThanOrEqual(3_000);
      expect(initial.isWellFormed()).toBe(true);
    }
    expect(JSON.stringify(replyForm({ form: 'reply', ...place, suggestion: ' ' }))).not.toContain('initial_value');
  });
});
