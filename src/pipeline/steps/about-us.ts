const aboutUs =
  /^(?:(?:hi|hello|hey)[\s,!.]+)?(?:what (?:can|do) you (?:do|know|help (?:me |us )?with)|how can you help(?: me| us)?|who are you|what are you|where do (?:i|we) start|help|was (?:kannst du|können sie)(?: alles)?(?: tun)?|wer (?:bist du|sind sie)|hilfe|que (?:peux-tu|pouvez-vous) faire|qui (?:es-tu|êtes-vous)|aide|qué (?:puedes|puede) hacer|quién (?:eres|es usted)|ayuda|(?:che )?cosa (?:puoi|può) fare|chi (?:sei|è lei)|aiuto|wat (?:kun je|kunt u)(?: doen)?|wie (?:ben je|bent u)|o que (?:podes|pode) fazer|quem (?:és|é você)|ajuda)[\s?!.]*$/iu;

/** "What can you do?": about us and not about what we know; the words of our own starters among them. */
export const asksAboutUs = (text: string): boolean => aboutUs.test(text.trim());
