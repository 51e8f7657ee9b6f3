/**
 * Does a text ask for a person? Asking works in many words and five languages, while people who only *mention* agents,
 * colleagues or staff ("How do I add an agent to my team?") get their answer. Read clause by clause, so that a question about
 * people and a request for one may stand in the same message. Pure and linear: every pattern is anchored by plain words.
 */
export const wantsPerson = (text: string): boolean =>
  text
    .slice(0, 4_000)
    .replace(/[’‘`]/g, "'")
    .replace(/\bw\/ ?/giu, 'with ')
    .replace(/[^\S\n]+/g, ' ')
    .split(/[.!?;:\n¿¡()]+|,|\s[-–—]\s|\s(?:but|and then|because|aber|mais|pero)\s/u)
    .map((clause) => clause.trim())
    .some((clause) => clause !== '' && asksForPerson(clause));

const asksForPerson = (clause: string): boolean => {
  if (noBot.test(clause) || escalateNow.test(clause)) return true;
  if (declined.test(clause)) return false;
  if (bare.test(clause) || isAnyoneThere.test(clause) || canAPerson.test(clause)) return true;
  if (getOne.test(clause) || (talk.test(clause) && !othersTalk.test(clause))) return true;
  if (others.some((pattern) => pattern.test(clause))) return true;
  return !howTo.test(clause) && (passOn.test(clause) || fetch.test(clause) || need.test(clause));
};

const pattern = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, 'iu');
const whole = (source: string): RegExp => new RegExp(`^\\P{L}*(?:${source})\\P{L}*$`, 'iu');

const escalateNow = whole(
  '(?:please )?(?:escalate|call (?:me|us)(?: back)?|give (?:me|us) a (?:call|ring))(?: (?:please|pls|now|asap|today|back))*',
);
const adjective =
  '(?:(?:real|live|actual|human|different|proper|competent|qualified|customer|customer service|support|service|sales|technical|right) )*';
const noun =
  '(?:humans?|person|people|agents?|representatives?|rep|reps|operator|advisor|adviser|colleagues?|team member|manager|supervisor|boss|human being|specialist|expert|employee|staff(?: member)?)';
const anyone = '(?:someone|somebody|anyone|anybody)';
const desk =
  '(?:(?:customer |technical |human )?(?:support|service|care|sales)(?: (?:team|staff|desk|department))?|help ?desk|(?:your|the) (?:support )?(?:team|staff|people))';
const determiner = '(?:(?:a|an|the|your|another|some|any|one of your|one of the) )?';
const somebody = `(?:${determiner}${adjective}${noun}|${anyone}|${determiner}${desk})`;
/** What may follow for the person to be the point of the sentence, and not, say, their access. */
const forUs =
  '(?= ?$| (?:please|pls|now|again|asap|instead|here|today|immediately|urgently|and not|not a|on the (?:phone|line)|from|in (?:your|the) (?:support|team)|who|that can|to (?:help|talk|speak|assist|look|call|answer|explain|fix|check|contact|reply|solve|sort|handle|take)|for (?:this|help) ?$|i can|we can|at your|with (?:knowledge|authority)))';

const talk = pattern(
  `(?:talk|speak|chat|converse|reach|contact|call|phone|get (?:hold|a ?hold) of|get in touch|get through|get in contact|communicate|be (?:connected|transferred|put through))(?: (?:directly|now|about (?:this|it)|this over|live|again))*(?: (?:to|with))? ${somebody}`,
);
/** Somebody else would do the talking: a question about the product. */
const othersTalk = pattern(
  '(?:(?:my|our|their|its|the|all|other|your) )?(?:customers?|users?|visitors?|clients?|agents?|employees?|members?|they|teammates?|patients?|guests?|shoppers?|app|api|widget|bot)(?: \\p{L}+){0,3} (?:talk|speak|chat|reach|contact|call|phone|communicate)(?: .*)?|(?:do|did|must|will) (?:i|we) (?:have|need) to (?:talk|speak|chat|reach|contact|call|phone)|(?:i|we) (?:talk|speak|chat|reach|contact|call) (?:to |with )?(?:people|agents|colleagues|employees)',
);
const passOn = pattern(
  `(?:connect|transfer|put|hand|pass|forward|route|redirect|refer|escalate|switch)(?: (?:me|us|this|it|that|(?:this|my|our|the) (?:case|issue|request|ticket|chat|question|conversation|problem|matter)))(?: (?:through|over|on|up|directly))*(?: (?:to|with) ${somebody}|$)|(?:please|just) escalate|escalate (?:this|it)`,
);
const fetch = pattern(
  `(?:get|give|send|find|fetch|bring|assign) (?:me|us) ${somebody}${forUs}|bring (?:in )?${somebody} in|bring in ${somebody}|get ${determiner}${adjective}(?:human|person|agent|colleague)${forUs}|(?:have|get|ask|find|send) ${somebody} (?:to )?(?:call|contact|phone|reach|write|get back|look|reply|answer|help)|ask ${determiner}${adjective}(?:human|colleague|agent)${forUs}`,
);
const getOne = pattern(
  `(?:can|could|may) (?:i|we) (?:please )?(?:get|have|see) (?:a |an |another |some )?${adjective}${noun}${forUs}`,
);
const need = pattern(
  `(?:want|need|require|prefer|like|demand|looking for|waiting for|insist on|wanna have)(?: to (?:see|have|get))? (?:(?:a|an|some|another|one of your|the|your|help from a|help from an|help from) )?(?:${adjective}${noun}|${anyone}|human (?:help|support|assistance|contact|agent)|(?:a )?callback)${forUs}`,
);
const canAPerson = pattern(
  `(?:can|could|may|will|would) (?:(?:a|an|one of your|your|some) ${adjective}${noun}|${anyone}(?: (?:from|in|at) (?:your |the )?(?:support|team|support team|staff))?) (?:please |kindly )?(?:call|contact|phone|ring|get back to|get in touch|reach out|look into|take over|talk to me|speak to me|write to me|reply to me)|(?:can|could|will|would) (?:a|one of your) ${adjective}(?:human|person|colleague|human being) (?:please )?help`,
);
const isAnyoneThere = pattern(
  `(?:is|are) (?:there )?(?:(?:a|any|some|really) )?(?:${adjective}(?:humans?|person|people|agents?|representatives?|operators?)|${anyone}|${anyone} real) (?:there|here|around|available|online|on duty|(?:that |who )?(?:i|we) (?:can|could) (?:talk|speak|chat|write)|to (?:talk|speak|chat) (?:to|with)|behind this)`,
);
const bare = whole(
  `(?:(?:yes|hi|hello|hey|ok|okay|just|only|now) )?(?:(?:please|pls|gimme|need) )?(?:a |an |the )?(?:(?:real|live|actual|human|customer|customer service|support|different) )*(?:human(?: being)?|person|agent|representative|rep|operator|colleague|customer service|human support|live support|live chat|support agent|support team|real people)(?: (?:please|pls|plz|now|asap|only|instead|required|needed|here))*(?: (?:not|no) (?:a )?(?:bot|robot|machine|ai))?`,
);
const noBot = pattern(
  "(?:i )?(?:do not|don't|dont|won't|will not) (?:want|wish|like|need)(?: to)?(?: (?:talk|speak|chat|deal)(?:ing)?)?(?: (?:to|with))? (?:a |an |this |the |any )?(?:stupid |dumb )?(?:ro)?(?:bots?|machine|ai|computer|chat ?bots?)|(?:no|stop the|enough of this|not (?:a|another|with a)) (?:more )?(?:ro)?bots?(?: please| anymore| any more)?$",
);
const declined = pattern(
  "(?:do not|don't|dont|no need to|never|without (?:having to )?|not necessary to|didn't|did not|doesn't|does not)(?: (?:really|actually))?(?: (?:want|need|have|wish|like|mean|plan|intend|ask))?(?: to)? (?:talk|speak|chat|contact|call|reach|escalate|a (?:human|person|agent)|an agent|someone|anyone|involve|bring)",
);
/** Questions about how something is done, and plans of one's own: only talking to us is asked for in such words. */
const howTo = pattern(
  '(?<=^(?:(?:and|so|also|hi|hello|hey|please|ok|then) )*)(?:how|where|what|which|why|when|who|(?:is it|would it be) possible|am i able|is there a (?:way|limit)|(?:can|may|could|should|do|does|did|will|are|is|if) (?:i|we|my|our|agents?|users?|customers?|an? |the ))|(?:want|need|like|trying|able) to (?:add|invite|remove|delete|assign|make|change|give|grant|set|create|share|transfer|send|put|pass|hand|promote|hire|get rid)',
);

/** German, French, Spanish, Italian, Portuguese, Dutch: talking to somebody, needing one, and the bare word. */
const others = [
  pattern(
    "(?:mit (?:einem|einer|dem|der|ihrem|eurem|'?nem|jemand|jemandem)(?: (?:echten|richtigen|lebenden|realen|menschlichen|anderen|zuständigen))*(?: (?:menschen|mensch|mitarbeiter|mitarbeiterin|person|kollegen|kollegin|berater|beraterin|support|supporter|supportmitarbeiter|kundendienst|kundenservice|agenten|ansprechpartner|vorgesetzten))?(?: (?:aus|vom|von|im|ihres|eures) \\p{L}+(?: \\p{L}+)?)? (?:sprechen|reden|chatten|telefonieren|schreiben|verbunden|verbinden|spreche))",
  ),
  pattern(
    "(?:verbinde(?:n sie)?|verbindet) mich(?: bitte)? mit|(?:will|brauche|möchte|verlange|hätte gern|hätte gerne|wünsche)(?: (?:jetzt|bitte|endlich|gern|gerne))? (?:einen|eine|'nen|mit einem|mit einer)?(?: ?(?:echten|richtigen|menschlichen|realen))? ?(?:menschen|ansprechpartner(?:in)?|kundenberater(?:in)?|mitarbeiter sprechen|person zum reden)|(?:gibt es|ist)(?: hier| da)?(?: auch)? (?:einen|echte|richtige|ein|jemand|jemanden)(?: (?:echten|richtigen|echter))?(?: (?:menschen|mensch|mitarbeiter))?(?: (?:da|hier|erreichbar|zu sprechen))?$",
  ),
  pattern(
    'kann mich (?:bitte |mal )*(?:jemand|ein mensch|(?:ein |eine )?(?:mitarbeiter|mitarbeiterin|kollege|kollegin|berater|beraterin))(?: \\p{L}+){0,3} (?:anrufen|zurückrufen|kontaktieren)',
  ),
  whole(
    '(?:bitte )?(?:einen? )?(?:echter? |echten |richtigen |menschlichen )?(?:mensch|menschen|mitarbeiter|mitarbeiterin|kundenberater|ansprechpartner)(?: bitte| sprechen)*',
  ),
  pattern(
    "(?:parler|discuter|échanger|m'entretenir|communiquer)(?: directement)? (?:à|avec|au|a) ?(?:un|une|quelqu'un|des|votre|le)(?: vraie?)?(?: (?:humain|humaine|personne|conseiller|conseillère|agent|opérateur|responsable|employé|technicien|être humain|service client|support|équipe))?|(?:veux|voudrais|souhaite|souhaiterais|aimerais|préfère|besoin d')(?: (?:avoir|joindre|contacter))? ?(?:un|une)(?: vraie?)? (?:humain|conseiller|conseillère|vraie personne|opérateur|interlocuteur)|(?:passez|mettez|transférez)-moi|me mettre en (?:relation|contact) avec|(?:joindre|contacter) (?:un|une|quelqu'un|votre)(?: vraie?)?(?: (?:humain|personne|conseiller|agent|service client|support))?|y a-t-il quelqu'un",
  ),
  whole(
    "(?:s'il vous plaît |svp )?(?:un |une )?(?:vrai |vraie )?(?:humain|conseiller|conseillère|être humain|opérateur|personne réelle|vraie personne)(?: s'il (?:vous|te) plaît| svp| stp)*",
  ),
  pattern(
    '(?:hablar|chatear|comunicarme|contactar|hable)(?: directamente)? con (?:una?|alguien|el|la|su|algún|vuestro)(?: (?:persona|humano|humana|agente|asesor|asesora|representante|operador|operadora|ser humano|encargado|supervisor|soporte|servicio|equipo))?|(?:quiero|necesito|prefiero|quisiera|deseo|exijo) (?:a )?(?:una?|que me atienda una?)(?: (?:persona real|humano|ser humano|agente humano|persona de verdad|operador|representante|asesor))(?: por favor)?|(?:necesito|quiero) (?:una? )?(?:persona|agente|alguien)(?: por favor| ahora)?$|(?:p[aá]s[ae]me|comun[ií]queme|con[eé]ct[ae]me|transfi[eé]r[ae]me|p[oó]ngame) con|(?:hay|hay algún|hay alguna|hay alguien)(?: (?:persona|humano|alguien))? (?:ahí|aquí|disponible)',
  ),
  whole(
    '(?:por favor )?(?:una? )?(?:agente|persona|humano|operador|operadora|representante|asesor)(?: (?:real|humano|de verdad))?(?: por favor| ahora| ya)*',
  ),
  pattern(
    "parlare con (?:una?|qualcuno|un')|falar com (?:uma?|alguém)|iemand (?:spreken|te spreken)|(?:met een|een) (?:echt )?(?:mens|medewerker|persoon) (?:spreken|praten|chatten)|(?:operatore|pessoa real|echt mens)",
  ),
];
