import { type Priority, priorities } from '#core/conversation.ts';
import type { InboundEvent } from '#core/message.ts';

/** A rule gives its priority to every message that all of its conditions hold for. */
export interface PriorityRule {
  readonly priority: Priority;
  readonly channel?: string;
  /** Domain, workspace or tenant of a verified author. */
  readonly organization?: string;
  /** Case-insensitive regular expression on the text or the title. */
  readonly text?: RegExp;
}

/** The highest priority that any rule gives; `normal` when none does. A claimed identity never raises by its organisation. */
export const prioritise = (event: InboundEvent, rules: readonly PriorityRule[]): Priority => {
  const matching = rules.filter((rule) => holds(rule, event)).map((rule) => priorities.indexOf(rule.priority));
  return matching.length === 0 ? 'normal' : (priorities[Math.max(...matching)] ?? 'normal');
};

const holds = (rule: PriorityRule, event: InboundEvent): boolean => {
  const text = event.body.kind === 'message' ? event.body.content.markdown.slice(0, 10_000) : '';
  return (
    (rule.channel === undefined || rule.channel === event.address.channel) &&
    (rule.organization === undefined ||
      (event.identity?.level === 'verified' && rule.organization === event.identity.organization)) &&
    (rule.text === undefined || rule.text.test(text) || rule.text.test(event.title ?? ''))
  );
};
