/** "What is happening with my request?", as people write it when that is all they want to know; by language. */
const forms: readonly string[] = [
  '/?status|/?statut|/?estado|/?stato',
  // English
  "(?:what(?:'s| is)|whats|show|tell me|check|give me)(?: me)? (?:the |my )?(?:current )?status(?: of (?:my|our|the|this) (?:request|ticket|case|issue|question)| of (?:it|this|that))?",
  '(?:ticket|request|case|my|our)(?: ticket| request| case)? status',
  'how (?:does|do|is|are) (?:my|our|the) (?:requests?|tickets?|cases?) (?:stand|doing|going|coming along|progressing|looking)',
  '(?:who|which (?:person|agent)) (?:has|is handling|is working on|is dealing with|is looking at) (?:my|our|this) (?:request|ticket|case|issue)',
  "(?:(?:is there |are there |have you got |got )?any (?:news|updates?|progress)|what(?:'s| is) (?:happening|going on|the latest))(?: (?:on|about|with|for) (?:my|our|the|this) (?:request|ticket|case|issue))?(?: yet| please)?",
  // German
  '(?:wie|was) ist (?:der|mein|unser) (?:aktuelle[rn]? )?(?:stand|status)(?: (?:meiner|unserer|der|von meiner) anfrage| (?:meines|unseres|des) tickets)?',
  'wer (?:hat|bearbeitet|kümmert sich um) (?:meine|unsere) anfrage',
  "(?:gibt es|gibt’s|gibt's) (?:schon )?(?:etwas |was )?neue(?:s|igkeiten)(?: zu (?:meiner|unserer) anfrage)?",
  // French
  "(?:quel est |où en est )?(?:le statut|l['’]état|l['’]avancement)(?: de (?:ma|notre|la) (?:demande|requête))?",
  'où en est (?:ma|notre) demande',
  "qui (?:s['’]occupe|traite) (?:de )?(?:ma|notre) demande",
  // Spanish
  '(?:cuál es |cual es |cómo va |como va )?(?:el estado(?: de (?:mi|nuestra|la) (?:consulta|solicitud))?|(?:mi|nuestra) (?:consulta|solicitud))',
  'quién (?:tiene|lleva|atiende) (?:mi|nuestra) (?:consulta|solicitud)',
  // Italian
  '(?:qual è |a che punto è )?(?:lo stato(?: della (?:mia|nostra) richiesta)?|la (?:mia|nostra) richiesta)',
  'chi (?:segue|ha) la (?:mia|nostra) richiesta',
  // Dutch
  '(?:wat is de |hoe is de )?(?:status|stand)(?: van (?:mijn|onze) (?:aanvraag|verzoek))?',
  'wie (?:heeft|behandelt) (?:mijn|onze) (?:aanvraag|verzoek)',
  // Portuguese
  '(?:qual é |como está )?o (?:estado|ponto de situação)(?: do (?:meu|nosso) pedido)?',
  'quem (?:tem|trata) (?:o |do )?(?:meu|nosso) pedido',
];
const greeting = '(?:(?:hi|hello|hey|hallo|bonjour|hola|ciao|olá)[\\s,.!]+)?';
const ending = '(?:[\\s,]+(?:please|bitte|svp|por favor|per favore|alsjeblieft))?[\\s.?!¿]*';
const asked = new RegExp(
  `^[\\s¿]*${greeting}(?:${forms.join('|')})(?: (?:of |zu |de |von )?#?(?=[A-Z\\d]*\\d)[A-Z\\d]{4})?${ending}$`,
  'iu',
);

/** Does somebody ask how their request stands, and nothing else? A question about anything's status is not that. */
export const asksForStatus = (text: string): boolean =>
  text.length <= 120 && asked.test(text.replace(/\s+/g, ' ').trim());

/** The one word, as people say it to a machine. */
export const isStatusWord = (text: string): boolean => /^\s*\/?status[\s.?!]*$/i.test(text);
