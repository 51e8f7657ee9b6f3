/** What a question asks for beside its words. Languages: English, German, French, Spanish, Italian, Dutch, Portuguese. */
export interface AskedFor {
  readonly amount: boolean;
  readonly price: boolean;
  readonly steps: boolean;
}

/** A pattern for whole words or phrases. */
const anyOf = (...phrases: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.join('|')})(?![\\p{L}\\p{N}])`, 'iu');

const amount = anyOf(
  'how (?:long|many|much|often|big|large|soon|fast|far|high|old|late|early)|when|what time|until|(?:limit|maximum|minimum|deadline|age|size|hour)s?',
  'wie (?:lange?|viele?n?|oft|gross|groß|bald|schnell|weit|hoch|alt|spät|teuer)|wann|bis wann|frist|grenze|maximal|höchstens|mindestens',
  'combien|quand|quelle (?:heure|taille|durée)|délai|limite|maximum|jusqu.{0,2}à quand',
  'cuánt[oa]s?|cuándo|hasta cuándo|límite|máximo|mínimo|plazo|a qué hora',
  'quant[oaie]|quando|fino a quando|limite|massimo|minimo|scadenza|a che ora',
  'hoe (?:lang|veel|vaak|groot|snel|ver|hoog|oud|laat)|wanneer|limiet|maximaal|minimaal|termijn',
  'quant[oa]s?|até quando|prazo|máximo|mínimo|a que horas',
);
const price = anyOf(
  'how much|(?:price|cost|fee|charge|pay)(?:s|d|ing)?|expensive|cheap|free of charge',
  'was kostet|wie teuer|preise?|kosten|kostet|gebühr(?:en)?|bezahlen?|zahlen?|kostenlos|gratis',
  'combien coûte(?:nt)?|prix|coûts?|coûte(?:nt)?|frais|tarifs?|payer|gratuit[es]*',
  'cuánto cuestan?|precios?|costes?|costos?|cuestan?|tarifas?|pagar|gratis',
  'quanto costa(?:no)?|prezz[oi]|cost[oi]|costa(?:no)?|tariff[ae]|pagare|gratis|gratuit[oaie]',
  'hoeveel kost(?:en)?|prij[sz](?:en)?|kost(?:en)?|betalen?|tarie(?:f|ven)',
  'quanto custam?|preços?|custos?|custam?|taxas?|pagar|grátis|gratuit[oa]s?',
);
const steps = anyOf(
  '(?:how|where) (?:do|can|could|should|would|to|must|did)|set ?up|steps?|configure',
  'wie (?:kann|muss|soll|geht|gehe|mache|macht|richte|stelle|bekomme|füge|ändere|lösche|lade|komme|man)|wo (?:kann|finde|stelle|muss)|einrichten|anleitung|schritte?',
  'comment|où (?:puis|peut|dois|trouver|est-ce)|configurer|installer|étapes?|marche à suivre',
  'cómo (?:puedo|se|hago|debo|cambio|configuro|podemos)|dónde (?:puedo|está|encuentro)|configurar|pasos?',
  'come (?:posso|si|faccio|devo|cambio|configuro|possiamo)|dove (?:posso|trovo|si)|configurare|passaggi',
  'hoe (?:kan|moet|doe|stel|zet|wijzig|verwijder|maak|krijg)|waar (?:kan|vind|moet)|instellen|stappen',
  'como (?:posso|se|faço|devo|altero|configuro|podemos)|onde (?:posso|encontro)|passos?',
);
const figure = /\p{N}/u;
const money =
  /[€$£¥]\s?\d|\d\s?(?:[€£¥]|(?:euros?|eur|dollars?|usd|pounds?|gbp|cents?|francs?|chf|franken)\b)|(?<!\p{L})(?:free|kostenlos|gratis|kostenfrei|gratuite?s?|gratuit[oi]|grátis)(?!\p{L})/iu;

/** What a question asks for, by how it is put. */
export const askedFor = (question: string): AskedFor => ({
  amount: amount.test(question),
  price: price.test(question),
  steps: steps.test(question),
});

export const hasFigure = (text: string): boolean => figure.test(text);
export const hasMoney = (text: string): boolean => money.test(text);
