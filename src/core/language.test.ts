import { describe, expect, it } from 'vitest';
import { detectLanguage } from './language.ts';

describe('detectLanguage', () => {
  it.each([
    ['en', 'How do I reset my password?'],
    ['en', 'my printer is offline and the light is orange'],
    ['de', 'Wie kann ich mein Passwort zurücksetzen?'],
    ['de', 'Guten Tag, ich habe noch keine Rechnung bekommen'],
    ['fr', 'Comment puis-je réinitialiser mon mot de passe ?'],
    ['es', '¿Cómo puedo cambiar mi contraseña?'],
    ['it', 'Come posso cambiare la mia password? Non riesco ad entrare'],
    ['nl', 'Hoe kan ik mijn wachtwoord wijzigen? Het lukt niet'],
    ['pt', 'Como posso alterar a minha senha? Não consigo entrar'],
  ])('hears %s in "%s"', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each(['', 'ok', '12345', 'Breeze 4', 'API 429', '🙂'])('claims nothing of "%s"', (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  });
});
