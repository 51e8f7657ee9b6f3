/** What people write around what they have to say, by language: greetings, thanks, promises to look, farewells. */

const whole = (sources: readonly string[]): RegExp =>
  new RegExp(`^[^\\p{L}\\p{N}]*(?:${sources.join('|')})[^\\p{L}\\p{N}]*$`, 'iu');

const hello =
  'hi|hey|hello|hiya|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|moin|servus|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|bonjour|bonsoir|salut|ch[eè]re?|hola|buen[oa]s(?: (?:d[ií]as|tardes|noches))?|estimad[oa]|ciao|salve|buon ?giorno|buonasera|gentile|hoi|goede(?:morgen|middag|navond)|beste|olá|oi|bom dia|boa (?:tarde|noite)|prezad[oa]';
/** Whom a greeting names: at most four words, so that no sentence is taken for one. */
const named = "(?: [\\p{L}'’.-]+){0,4}";

const greeting = whole([`(?:${hello})${named}`]);
/** A greeting that goes on in the same sentence: `Hi Ada, you can…`. What follows begins with a capital or stays as it is. */
const opening = new RegExp(`^\\s*(?:${hello})${named}\\s*[,!.:–—-]+\\s+`, 'iu');

const farewell = whole([
  '(?:many |with |best |kind |warm |all the )*(?:regards|wishes|best|greetings)|cheers|sincerely|yours(?: (?:truly|sincerely|faithfully))?|take care|have a (?:nice|great|good|lovely) (?:day|evening|weekend|one|week)(?: ahead)?|(?:talk|speak|see you) soon',
  '(?:(?:mit )?(?:viele[nr]?|beste[nr]?|liebe[nr]?|freundliche[nr]?|herzliche[nr]?|schöne[nr]?) )?(?:grüße[n]?|gruß|grüssen?)|mfg|lg|vg|schönen (?:tag|abend)(?: noch)?',
  '(?:bien )?cordialement|bien à vous|salutations|bonne journée|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|(?:cordiali |distinti )?saluti|buona giornata|(?:met )?(?:vriendelijke )?groet(?:en|jes)?|mvg|fijne dag(?: nog)?|atenciosamente|(?:com os melhores )?cumprimentos|abraços?',
]);

/** Sentences that help nobody who asks later. */
const idle = whole([
  "(?:many |ok(?:ay)?,? )?(?:thanks?|thank you|thx|cheers)(?:[^?:;\\d]{0,80})|(?:no|not a) (?:worries|problem)|you(?:'re| are) (?:very |most )?welcome|my pleasure|happy to help|glad (?:that |i |to |it )[^?:;\\d]{0,60}|(?:great|good) (?:question|to hear)[^?:;\\d]{0,40}",
  "(?:i(?:'m| am)|we(?:'re| are)) (?:so |very |really )?sorry (?:for|about|to hear|that)[^?:;\\d]{0,120}|sorry(?: (?:for|about|to hear)[^?:;\\d]{0,100})?|apologies[^?:;\\d]{0,80}",
  "(?:let me|i(?:'ll| will| am going to|'m going to)|we(?:'ll| will)|allow me to) (?:just |quickly )?(?:check|look|have a look|take a look|see|find out|ask|investigate|dig|get back|come back|confirm|double[- ]check|look into)[^?:;\\d]{0,120}|(?:looking|checking|having a look)(?: (?:into )?(?:it|this|that|now|for you))*|(?:one|just a|give me a|a) (?:moment|sec|second|minute|few minutes)(?: please)?|bear with (?:me|us)[^?:;\\d]{0,40}|(?:please )?hold on[^?:;\\d]{0,40}|i(?:'m| am) (?:on it|back)|brb",
  "(?:please )?(?:let (?:me|us) know|feel free|do(?:n't| not) hesitate|just reply|reach out|get in touch|write (?:to )?(?:me|us))[^?:;\\d]{0,140}|(?:is|was) there anything else[^?:;\\d]{0,80}\\??|anything else[^?:;\\d]{0,80}\\??|(?:does|did) (?:that|this) (?:help|work|answer|make sense)[^?:;\\d]{0,60}\\??|(?:i )?hope (?:this|that|it)[^?:;\\d]{0,80}",
  'danke[^?:;\\d]{0,60}|vielen dank[^?:;\\d]{0,60}|gerne?(?: geschehen)?|bitte(?: sehr| schön)|(?:einen )?(?:kleinen )?(?:moment|augenblick)(?: bitte)?|ich (?:schaue|sehe|prüfe|frage|kläre|melde)[^?:;\\d]{0,100}|(?:melden sie|melde dich)[^?:;\\d]{0,100}|(?:es )?tut mir leid[^?:;\\d]{0,100}|entschuldigung[^?:;\\d]{0,80}',
  'merci[^?:;\\d]{0,60}|de rien|(?:un )?(?:instant|moment)(?: s.il vous plaît)?|je (?:vérifie|regarde|reviens)[^?:;\\d]{0,100}|désolée?[^?:;\\d]{0,80}|n.hésitez pas[^?:;\\d]{0,100}|gracias[^?:;\\d]{0,60}|de nada|un (?:momento|segundo)(?: por favor)?|(?:voy a|déjame) (?:comprobar|revisar|mirar)[^?:;\\d]{0,80}|no dude[^?:;\\d]{0,80}|grazie[^?:;\\d]{0,60}|prego|un (?:attimo|momento)|(?:controllo|verifico)[^?:;\\d]{0,80}|bedankt[^?:;\\d]{0,60}|graag gedaan|(?:een )?moment(?:je)?(?: alstublieft)?|ik (?:kijk|zoek|vraag)[^?:;\\d]{0,80}|obrigad[oa][^?:;\\d]{0,60}|de nada|um momento(?: por favor)?|vou (?:verificar|ver)[^?:;\\d]{0,80}',
]);

/** What was done for one customer alone: nobody else can do anything with it. */
const deed = whole([
  "(?:i|we)(?:'ve| have| just|'ve just| have just| have now|'ve now)? (?:just |now |already |gone ahead and )*(?:reset|fixed|refunded|updated|changed|cancell?ed|credited|added|enabled|disabled|removed|sent|resent|extended|unlocked|reactivated|activated|re-?enabled|deleted|moved|upgraded|corrected|restarted|issued|processed|applied|done|sorted|taken care of|forwarded|escalated|reported|asked|checked|looked)(?![\\p{L}])[^?:;]{0,160}",
  "(?:all |it(?:'s| is) |that(?:'s| is) |this is )?(?:now )?(?:done|fixed|sorted|resolved|solved|all set|set|taken care of)(?: (?:now|it|that|this|for you|on (?:our|my) (?:side|end)))*|(?:it|that|this|everything) (?:should|ought to) (?:be )?(?:work|working|fine|ok(?:ay)?|fixed|good)[^?:;]{0,60}|(?:please )?(?:try|check)(?: it)?(?: again)?(?: now| please)*|you should (?:be able to|see|have)[^?:;]{0,40} now",
  'erledigt|(?:ist )?behoben|(?:ich|wir) (?:habe?n?) [^?:;]{0,120} (?:zurückgesetzt|erstattet|geändert|storniert|gesendet|freigeschaltet|behoben|gelöscht|angepasst|aktiviert|weitergeleitet)|(?:sollte|müsste) jetzt (?:gehen|funktionieren|klappen)|c.est (?:fait|réglé|corrigé)|(?:ya )?está (?:hecho|resuelto|arreglado)|(?:ecco )?fatto|risolto|gedaan|opgelost|(?:está )?(?:feito|resolvido)',
]);

/** Who they are, which an article does not tell. */
const introduction =
  /^[^\p{L}]*(?:(?:this is|my name is|i am|i'm|hier (?:ist|spricht)|ich bin|mein name ist|je suis|je m'appelle|soy|me llamo|sono|mi chiamo|ik ben|sou)) (?:\p{Lu}[\p{L}'’-]+)(?: \p{Lu}[\p{L}'’-]+)?(?:,? (?:from|at|of|von|aus|bei|de|du|di|da|van) [^.!?]{1,60})?[.!,]*$/u;

/** After this comes what matters: `Sorry about that, but exports end at 500 rows`. */
const turn = /(?<!\p{L})(?:but|however|aber|mais|pero|però|maar|mas)(?!\p{L})/iu;

/** A sentence that says nothing to anybody who asks the same later. */
export const isCourtesy = (sentence: string): boolean => {
  const words = sentence.replace(/[’‘]/g, "'").trim();
  return (
    !/[\p{L}\p{N}]/u.test(words) ||
    (words.length <= 220 &&
      !turn.test(words) &&
      (greeting.test(words) || farewell.test(words) || idle.test(words) || introduction.test(words)))
  );
};

/** A sentence that reports what was done for this one customer. */
export const isDeed = (sentence: string): boolean => deed.test(sentence.replace(/[’‘]/g, "'").trim());

export const isFarewell = (line: string): boolean => farewell.test(line.trim());

/** `Sorry about that, but exports end at 500 rows.` */
const apology =
  /^\s*(?:(?:i'm|we're|i am|we are) )?(?:(?:so|very|really) )?(?:sorry|apologies|leider|unfortunately|désolée?|lo siento)(?!\p{L})[^,.;:\d]{0,60},\s*(?:(?:but|however|aber|mais|pero|ma|maar|mas)\s+)?/iu;

/** A text without the greeting or apology that its first sentence begins with. */
export const withoutOpening = (text: string): string => text.replace(opening, '').replace(apology, '');

/** A text in which `names` are not addressed any more: `Ada, please open…`, `…the menu, Ada.` */
export const withoutNames = (text: string, names: readonly string[]): string =>
  names
    .flatMap((name) => [name, name.split(/\s+/)[0] ?? ''])
    .filter((name) => name.length >= 2)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => {
      const literal = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      return rest
        .replace(new RegExp(`^\\s*@?${literal}\\s*[,:!–—-]+\\s*`, 'iu'), '')
        .replace(new RegExp(`,?\\s+@?${literal}(?=[.!?]*$)`, 'iu'), '');
    }, text);
