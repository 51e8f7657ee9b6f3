import type { Reach, Words } from '../words.ts';
import { dayAndTime, duration } from './when.ts';

const when = (reach: Reach): string => {
  if (reach.kind !== 'open')
    return reach.kind === 'away'
      ? 'They are away right now and will answer here when they are back'
      : `They are back on ${dayAndTime(reach, 'en-GB')} and will answer here then`;
  return reach.usualMinutes === undefined
    ? 'Someone will answer here'
    : `They usually answer within ${duration(reach.usualMinutes, 'minutes', 'hours')}`;
};

export const en: Words = {
  holding: (code, reach) =>
    `I've passed this to our support team with what we have so far. ${when(reach)}; you don't need to repeat anything. Your reference is ${code}.`,
  stillWaiting: (code, reach) =>
    `Nobody has been able to take ${code} yet, and I have reminded the team. ${reach.kind === 'closed' ? `They are back on ${dayAndTime(reach, 'en-GB')}.` : 'You will hear from them here; your place in the queue is kept.'}`,
  standing: (standing) => {
    if (standing.kind === 'waiting')
      return `Your request ${standing.code} is waiting for our team. ${when(standing.reach)}.`;
    return standing.kind === 'human'
      ? `${standing.name} has your request${standing.code === undefined ? '' : ` ${standing.code}`}.`
      : 'You have no open request. Ask me anything here.';
  },
  added: 'I have added this to your request. The team will read it together with the rest.',
  joined: (name) => `${name} from support has joined.`,
  tookOver: (name, before) => `${name} has taken over from ${before}.`,
  resolved: (name) =>
    `${name} has closed this request. Did that solve it? Write again at any time and I will pick it up.`,
  unsolved: 'I am sorry that it is not solved. Shall I bring the team back in?',
  returned: (name) => `${name} has handed back to me. What else can I help with?`,
  greeting: 'Hello. What can I help you with?',
  aboutUs:
    'I answer questions from our documentation and name the page that I have it from. Ask in your own words; write “status” to hear how your request stands, or ask for a person at any time.',
  onlyFiles: 'I have your file. What would you like to know?',
  bringPerson: 'Bring in a colleague',
};
