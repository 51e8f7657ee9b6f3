import { describe, expect, it } from 'vitest';
import { asksForStatus } from './status-question.ts';

describe('asking how a request stands', () => {
  it.each([
    'status',
    'Status?',
    '/status',
    'What is the status of my ticket?',
    "What's the status?",
    'status 7F3K',
    'Hi, any news on my request?',
    'any update?',
    'Who is handling my case?',
    'Wie ist der Stand meiner Anfrage?',
    'Wer bearbeitet meine Anfrage?',
    'Où en est ma demande ?',
    '¿Cuál es el estado de mi consulta?',
    'A che punto è la mia richiesta?',
    'Wat is de status van mijn aanvraag?',
    'Qual é o estado do meu pedido?',
    'my ticket status please',
    'How does my request stand?',
    'how is my ticket going',
  ])('is heard in %j', (text) => expect(asksForStatus(text)).toBe(true));

  it.each([
    'What is the status of the API?',
    'How do I change the status page?',
    'status codes',
    'The status of my invoice says overdue, why?',
    'Any update to the pricing plans planned?',
    'Who has admin rights?',
    'Is there a status endpoint?',
    'Any news about the 3.2 release?',
    '',
    'please',
    'I still get error 500',
    'x'.repeat(200),
  ])('is not read into %j', (text) => expect(asksForStatus(text)).toBe(false));
});
