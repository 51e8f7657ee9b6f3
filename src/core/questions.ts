const bounded = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, 'iu');
const atStart = (source: string): RegExp => new RegExp(`^[^\\p{L}\\d]*(?:${source})(?![\\p{L}\\d])`, 'iu');

/** What may stand before a question that starts a clause. */
const lead =
  '(?:(?:hi|hey|hello|hallo|hoi|moin|bonjour|salut|hola|buenas|ciao|olá|oi|good (?:morning|afternoon|evening)|guten (?:tag|morgen)|buenos días|buongiorno|goedemorgen|bom dia|all|there|team|everyone|everybody|folks|guys|support|zusammen|leute|à tous|a todos|a tutti|allemaal|pessoal|and|so|also|ok|okay|well|then|btw|by the way|quick one|sorry|actually|just|und|et|y|e|en)[^\\p{L}]+)*';
/** What people want to do with us in a room, or cannot do with each other: no request. */
const social =
  '(?! to (?:thank|introduce|welcome|congratulate|say|share|announce|invite|join|remind|wish|apologi[sz]e|celebrate|highlight|run|go|leave|head|step|pick|catch|hop|talk|reschedule|eat|sleep)(?![\\p{L}\\d]))';

/** How questions and requests begin, by language, where no question mark tells. */
const openings: readonly string[] = [
  // English
  'how (?:do|does|did|can|could|to|should|would|is|are|am|long|much|many|come|often|will|i|we|soon)',
  "what(?:'s| is| are| do| does| did| should| can| could| would| happens| happened| if| was| were| kind| type| version| exactly)",
  "why (?:is|are|am|do|does|did|can|can't|cannot|could|couldn't|would|was|were|has|have|isn't|aren't|doesn't|don't|didn't|won't|will|i|my|our|the)",
  "when(?:'s| is| are| will| can| do| does| did| should| would)|where(?:'s| is| are| can| do| does| did| should| would)|who(?:'s| is| can| could| do| should| would| has| knows)",
  'which (?!is|are)(?:\\p{L}+ ){1,3}(?:is|are|do|does|should|can|would|will)',
  "(?:can|could|would|will|should|does|did|is|are|am|isn't|aren't|can't|couldn't|doesn't|won't|wouldn't|shouldn't) (?:i|we|you|u|they|he|she|it|this|that|these|those|there|the|my|our|your|someone|somebody|anyone|anybody|any|anything|something|all|one|two|both|multiple|several|please|pls)",
  '(?:is|are) (?:the |our |an? )?(?:[\\p{L}\\d-]+ ){1,4}(?:included|supported|possible|available|required|allowed|planned|covered|enabled|needed|mandatory|down|free|compatible|necessary)',
  '(?:do|may|shall|might|was|were) (?:i|we|you|they|my|our|your|these|those|any)|(?:has|have|had|was) (?:i|we|you|they|he|she|it|there|anyone|anybody|someone|somebody|any|the(?! best)|my|our|this|that)',
  "(?:please|pls|plz|kindly)(?! (?:note|welcome|find|join|see|ignore|be|disregard|do not|don't|remember|read|expect|feel|keep|bear|mind|wait|stand|hold|refrain|respect|save|register|rsvp|vote|consider|use|make sure|ensure|review|stay|stop|subscribe|fill|come|bring|sign|reply|share|post)(?![\\p{L}\\d]))",
  '(?:some )?help (?:me|us|needed|wanted|please|pls|with|required|on)|any (?:ideas?|way|chance|updates?|news|eta|luck|thoughts|advice|tips|suggestions?|recommendations?|workarounds?|timeline|reason|clue|solution|docs|documentation|help|progress|pointers|guidance)(?! (?:will|is|are) )',
  '(?:anyone|anybody) (?:else|knows?|seen|seeing|having|experienc\\p{L}+|got|have|has|able|tried|using|familiar|who|with|getting|facing|managed)|(?:someone|somebody) (?:please|able|can|knows?)',
  `(?:i|we) (?:(?:also|still|urgently|really|just|currently|would|do|might|may|will) )*(?:need|want|require|wonder|like)${social}|(?:i|we) (?:also |still |just )*(?:have (?:a |an |some |another |one )*(?:quick |small )?questions?|don't (?:understand|know how)|do not (?:understand|know how)|wanted to ask|was wondering)`,
  `(?:i'd|we'd) (?:(?:really|also) )*(?:like|need|want|appreciate|love (?:some |any |your )*help)${social}|(?:i'm|we're|i am|we are|im|i've been|we've been|i have been|we have been) (?:(?:still|also|currently|just) )*(?:trying to|looking (?:for|to)|wondering|searching|struggling|unsure|confused|running into|not sure (?:how|why|what|if|whether|where|which))`,
  'trying to|looking (?:for|to)|wondering|was wondering|struggling (?:to|with)|curious (?:if|whether|how)|(?:not sure|unsure) (?:how|why|what|if|whether|where|which)|would (?:love|appreciate) (?:some |any |your |a bit of )*help|asking (?:for|because)|requesting|request (?:for|to)',
  `need (?:help|assistance|support|access|advice|info|information|some|an?|your|more)|need to (?:know|change|update|get|add|remove|reset|cancel|upgrade|transfer|move|export|import)${social}`,
  '(?:quick|one|small|another|a|just a|stupid|dumb)?(?: quick)? ?questions?(?= ?$| (?:about|for|on|regarding|re|concerning))|(?:tell|show|give|send) (?:me|us)|explain (?:how|why|what|the|to)|let (?:me|us) know (?:how|when|what|why|where|which|whether|if (?:this|it|that|there))',
  // German
  'wie(?! (?:besprochen|gesagt|immer|versprochen|angekündigt|gewohnt|schön|cool|nett|vereinbart|bereits|erwähnt|toll|geil))|was (?:ist|sind|kostet|kosten|bedeutet|mache|machen|muss|müssen|kann|können|passiert|tun|soll|heißt)|warum|wieso|weshalb|wann (?:ist|sind|kommt|kommen|wird|werden|kann|können|geht)|wo (?:ist|sind|finde|finden|kann|können|sehe|stelle|steht)|wer (?:kann|weiß|ist|hat)|welche[rsnm]?(?! (?:überraschung|freude))',
  "(?:kann|könn(?:en|t|te|ten|tet)) (?:ich|wir|man|mir|uns|jemand|sie|ihr|du|es|das|bitte|die|der)|gibt(?:'s| es)|(?:ist|sind) (?:es|das|die|der|mein|meine|unser|unsere|euer|ihr|eure|jemand)|(?:hat|haben|habt) (?:jemand|sie|ihr|wir|das|es)|(?:muss|darf|soll|müssen|dürfen|sollen) (?:ich|wir|man)|bitte(?! (?:beachte|denk|nicht|sehr|schön|gern|vormerken|merk))|weiß (?:jemand|wer)|(?:kurze |eine |ich habe eine |wir haben eine )*frage(?: zu| zum| zur| an| ?$)",
  '(?:ich|wir) (?:brauche|benötige|möchte|würde|suche|versuche|wollte|hätte)n?(?! (?:mich|uns) bedanken)|brauche(?:n)? (?:hilfe|mal|bitte|einen?)|hilfe (?:bei|mit|bitte)',
  // French
  "comment(?! (?:ça va|allez|vas))|pourquoi|quand (?:est|sera|seront|pourr|aura|va)\\p{L}*|où (?:est|sont|puis|peut|se|trouver|dois)|(?:qu')?est-ce|quel(?:le)?s? (?:est|sont)|que (?:faire|dois|faut|signifie|se passe)|qui (?:peut|pourrait|sait)|peut-on|puis-je|pouvez|pourriez|pouvons|pourrait-on|peux-tu|pourrais-tu|y a-t-il|y aurait-il|avez-vous|savez-vous|(?:j'ai|j'aurais|nous avons|nous aurions|on a) (?:besoin|une question|un souci)|(?:je|nous) (?:voudrais|voudrions|souhait\\p{L}+|cherch\\p{L}+)(?! vous remercier)|s'il vous plaît|svp|aidez|besoin d'aide|quelqu'un (?:sait|peut|pourrait|a|saurait)|une question",
  // Spanish
  'cómo(?! (?:estás|están|va))|como (?:puedo|podemos|hago|hacemos|se)|qué (?:es|significa|hago|debo|pasa|tengo|hay|plan)|que (?:hago|significa|debo)|por qu[eé]|cuándo|dónde|donde (?:puedo|está|encuentro)|quién|cuál(?:es)?|cuánto|(?:puedo|podemos|pueden|puede|podéis|podrían?|podríais)(?! (?:confirmar|confirmo))|alguien (?:sabe|puede|ha|tiene|más)|hay (?:alguna?|algún|forma|manera|posibilidad)|(?:necesito|necesitamos|quiero|queremos|quisiera|me gustaría|nos gustaría)(?! (?:agradecer|darles|dar las gracias|compartir|felicitar))|por favor|ayuda|es posible|(?:tengo|tenemos|una) (?:una )?(?:pregunta|duda|consulta)',
  // Italian
  "come (?:posso|si|faccio|facciamo|mai|devo|possiamo)|(?:che )?cosa (?:devo|significa|posso|succede|è)|perché (?:non|il|la|mi|è|ricevo)|quando (?:sarà|posso|arriva|verrà)|dove (?:posso|trovo|si|devo)|chi (?:può|sa)|qual(?:e|i| è)|(?:posso|possiamo|potete|potreste|può|potrebbe)(?! confermare)|è possibile|c'è (?:un modo|qualcuno|modo)|(?:ho|abbiamo|avrei|avremmo) bisogno|(?:vorrei|vorremmo)(?! ringraziare)|aiuto|qualcuno (?:sa|può|ha)|(?:ho|abbiamo|avrei)? ?una domanda|mi serve|ci serve",
  // Dutch
  'hoe(?! (?:gaat|was|besproken))|wat (?:is|zijn|kost|moet|betekent|doe|gebeurt|kan)|waarom|wanneer (?:is|komt|kan|wordt|gaat)|waar (?:kan|kunnen|vind|is|staat|moet)|wie (?:kan|weet|heeft)|welke?|kan (?:ik|iemand|je|u|dit|het|de)|kunnen (?:we|wij|jullie|u)|kunt u|kun je|zou (?:je|u|iemand|ik)|(?:is|zijn) er|is het mogelijk|heeft (?:iemand|u)|hebben (?:jullie|we)|weet iemand|hulp|(?:ik|we|wij) (?:wil|willen|zoek|zou|zouden)|ik heb een vraag|vraag(?:je)?(?: over| ?$)|graag (?!gedaan)',
  // Portuguese
  'como (?:posso|faço|fazer|podemos|fazemos|altero)|o que (?:é|faço|significa|devo)|quanto (?:custa|custam|tempo)|qual|quais|quando (?:vai|será|sai|posso)|onde (?:posso|está|encontro|fica|vejo)|por ?qu[eê]|quem (?:pode|sabe)|(?:posso|podemos|pode|podem|poderia|poderiam)(?! confirmar)|alguém (?:sabe|pode|consegue|tem|conhece|mais)|há (?:alguma?|algum|forma|maneira|como)|tem como|é possível|(?:preciso|precisamos|quero|queria|queremos|gostaria|gostaríamos)(?! (?:de )?agradecer)|ajuda|(?:tenho|uma) (?:uma )?(?:dúvida|pergunta)',
];
const opening = atStart(`${lead}(?:${openings.join('|')})`);

/** Something is wrong: a question without its mark. */
const trouble = bounded(
  [
    "(?:doesn't|does not|don't|do not|didn't|did not|isn't|is not|aren't|are not|won't|will not|wasn't|not|never|no longer|cannot|can't|stopped|stops|hasn't|haven't|ain't) (?:\\p{L}+ ){0,2}(?:work|load|open|show|appear|start|sync|send|connect|respond|save|update|arrive|receiv|accept|recogni|print|display|going through|go through|match|available|possible|visible|let (?:me|us)|deliver|import|export|render|register|log)\\p{L}*",
    "(?:can't|cannot|can not|couldn't|could not|unable to|not able to|haven't been able to)(?! (?:\\p{L}+ )?(?:make|join|attend|wait|complain|agree|believe|come|be|talk|thank|speak|stop|recommend|imagine|help|today|tomorrow|lose))",
    'fail(?:s|ed|ing|ure|ures)?|errors?|broken|breaks|broke|crash(?:es|ed|ing)?|freez(?:es|ing)|frozen|hangs|offline|(?:is|are|was|went|goes|seems|seem|been|still|service|site|server|api|app|vpn|system) down|missing|stuck(?! in (?:traffic|a meeting|meetings|the office|bed))|(?:can|could) no longer|keeps? (?:\\p{L}+ )?\\p{L}+ing|cut off|no results|none of (?:our|my|the)|twice|(?:comes|come|stays|renders?|is|are|looks?) (?:up )?(?:blank|empty)|(?:logged|kicked|signed) out|urgent|(?:is|are) affected|(?:asking|asks|wants? to know|wonders?) (?:when|if|whether|how|why|what|where)|stopped working|tim(?:ed|es|ing) ?out|timeouts?|rejected|denied|locked out|(?:i|we|has|have|been) lost|lost (?:access|connection|connectivity|data|(?:all|my|our) (?:data|work|changes|files|settings|password|phone|account|access))|disappeared|vanished|charged twice|blank (?:page|screen)|bugs?|outage|(?:too|very|so|really|extremely|super) (?:slow|high|long)|[45]\\d\\ds?',
    "(?:my|our|the|their) (?:\\p{L}+ ){1,5}(?:is|are|was|were|got|has|have|went) (?:\\p{L}+ )?(?:gone|dead|slow|empty|blank|suspended|deactivated|disabled|blocked|expired|invalid|incorrect|unavailable|unresponsive|unreachable|lost|deleted|duplicated|delayed|overdue|off)|(?:trial|token|licen[cs]e|certificate|session|subscription|link|key) (?:has )?expired|forgot (?:my|our|the) password|(?:takes?|taking) (?:ages|forever|too long|\\d+ (?:seconds|minutes|hours))|(?:there is|there's|there are|i see|we see) no|off by|not coming|do(?:es)? nothing|(?:doesn't|does not|don't) (?:do|see|get) any(?:thing)?|still waiting|(?:i|we|it) (?:get|gets|got|says?|see|sees) (?:an? |the )?(?=[\"“'<])|getting (?:an? |the )?(?=[\"“'])|complain(?:s|ing|ed)?",
    '(?:an?|the|this|some|another|following|same|weird|strange|serious|big|have|having|with|facing|login|access|billing|payment|network|connection) (?:issues?|problems?|trouble|difficult(?:y|ies))|wrong',
    // German
    '(?:geht|gehen|funktioniert|funktionieren|klappt|läuft|laufen|lädt|laden|startet|öffnet|reagiert|lässt sich|lassen sich|kommt|kommen|sehe|sehen|finde|finden|wird|werden|erhalte|bekomme|bekommen|kann|können|konnte|konnten|erreiche|erscheint)(?: \\p{L}+){0,5} (?:nicht|keine?[nrms]?)(?! (?:dabei|kommen|teilnehmen|mit|zum))|kaputt|fehler|fehlermeldung|(?:ein|das|dieses|folgendes|gleiche|selbe) problem|lädt (?:ewig|lange|und lädt)|störung|schlägt fehl|schlagen fehl|(?:sehr|zu|extrem|so) langsam|abgestürzt|stürzt|fehlt|fehlen|gesperrt|ausgesperrt|nicht erreichbar|hängt',
    // French
    "erreurs?|panne|(?:ne|n')(?: ?\\p{L}+(?:'\\p{L}+)?){1,3} (?:pas|plus)|impossible de|(?:reste|page) (?:vide|blanche)|(?:très|trop) lente?|bloquée?s?|planté|plante|(?:un|le|ce|du|même) (?:problème|souci|bug)",
    // Spanish
    'no (?:me |nos |se |le )?(?:funciona|funcionan|carga|cargan|aparece|aparecen|puedo|podemos|deja|consigo|conseguimos|llega|llegan|encuentro|recibo|recibimos|abre|responde|ha llegado)(?! (?:ir|asistir|estar|unirme))|falla|fallos?|fallan|error|errores|(?:un|el|este|mismo) problema|caído|caída|bloquead[oa]|dejó de funcionar|(?:muy|demasiado) lent[oa]|duplicad[oa]|en blanco',
    // Italian
    'non (?:mi |ci |si )?(?:funziona|funzionano|carica|riesco|riusciamo|posso|vedo|vediamo|ricevo|trovo|parte|apre|risponde|arriva|arrivano)(?! (?:venire|esserci|partecipare))|errore|errori|(?:un|il|questo|stesso) problema|bloccat[oa]|guasto|(?:molto|troppo) lent[oa]|bianca|doppi[oa]',
    // Dutch
    '(?:werkt|werken|doet|lukt|laadt|laden|opent|start|kan|kunnen|krijg|krijgen|komt|zie|vind)(?: \\p{L}+){0,5} (?:niet|geen)(?! (?:bij zijn|komen|aanwezig))|foutmelding|fout|storing|kapot|vastgelopen|blijft (?:hangen|laden)|(?:te|heel|erg) traag|(?:een|het|dit|zelfde) probleem',
    // Portuguese
    'não (?:me |nos |se )?(?:funciona|funcionam|consigo|conseguimos|carrega|carregam|aparece|aparecem|abre|chega|chegou|recebo|recebi|encontro|está a|estou a|entra|responde|deixa|dá para)(?! (?:ir|participar))|erro|erros|falha|falhas|falhou|(?:um|o|este|mesmo) problema|travad[oa]|recusad[oa]|(?:muito|demasiado) lent[oa]|fora do ar|parou de',
  ].join('|'),
);

/** Trouble that is over, is being worked on, is none, or is announced. */
const settled = bounded(
  [
    "(?<!(?:not|n't|never|still|yet|please|can|could|should|must|to be|get|until|unless|when)(?: \\p{L}+){0,3} )(?:fixed|resolved|solved|sorted|mitigated|restored|recovered|rolled back|merged|deployed|shipped)",
    '(?<!(?:not|never) )(?:back (?:up|online|to normal)|(?:work|works|working|worked)(?: \\p{L}+)? (?:again|now|fine|great|perfectly|well)|works|worked|all good|never ?mind|nvm|false alarm|my bad|my mistake|wrong (?:channel|link|chat|thread|person|window|room))',
    "(?:not|isn't|nothing(?: is|'s)?|nothing that is) (?:wrong|urgent)|(?:no|zero|without|not an?|isn't an?|wasn't an?|no longer an?|no more|any more) (?:\\p{L}+ )?(?:issues?|problems?|errors?|trouble|worries|failures?|bugs|downtime|outage)|(?:errors?|issues?|problems?|bug|warning)(?: \\p{L}+){0,3} (?:gone|disappeared|went away|cleared|closed|answered)",
    "thanks?(?: you| a lot| so much| everyone| all| \\p{L}+)? for (?:fixing|solving|resolving|looking|the|your|reporting|sorting|all)|don't worry|doesn't matter",
    "(?:planned|scheduled) (?:maintenance|downtime)|will be (?:down|offline|unavailable)|expect (?:\\p{L}+ )?(?:downtime|errors|delays|interruptions)|(?:we'll|we will|i'll|i will)(?! (?:need|lose|get|see|miss|have))|(?:we're|we are|going to|let me)(?: be)? (?:deploy|releas|ship|roll|upgrad|migrat|fix|look|check|investigat|working on|work on|take care|handl|get back)\\p{L}*",
    // Other languages
    'behoben|gelöst|erledigt|geht wieder|funktioniert (?:jetzt|wieder|nun|alles)|läuft wieder|(?:kein|keine|ohne) (?:problem|probleme|fehler|störung)|wartung|résolue?|réglée?|corrigée?|(?:pas de|aucun|plus de) (?:problème|souci|erreur)s?|(?:marche|fonctionne) (?:à nouveau|de nouveau|maintenant|bien)|maintenance prévue',
    "resuelto|solucionado|arreglado|(?:sin|ningún|no hay) (?:\\p{L}+ )?(?:problemas?|errores|fallos)|ya funciona|(?<!no )funciona (?:bien|otra vez|de nuevo|ahora)|risolt[oa]|(?:nessun|senza|non c'è) (?:problema|errore)|ora funziona|(?<!non )funziona (?:di nuovo|ora|bene|tutto)|opgelost|(?:geen|zonder) (?:probleem|problemen|fouten)|werkt weer|werkt nu|resolvido|corrigido|(?:sem|nenhum|não há) (?:problemas?|erros?)|já funciona|(?<!não )funciona (?:bem|agora|de novo)",
  ].join('|'),
);
/** What people tell everybody. Only trouble of their own counts in it. */
const announcement = atStart(
  "(?:fyi|heads?[- ]up|psa|reminder|announcement|news|note|release notes?|changelog|yesterday|today|tomorrow|done|doing|next|todo|blockers?|in progress|standup|stand-up|out of office|ooo|hinweis|zur info|info|zur erinnerung|gestern|heute|pour info|rappel|aviso|recordatorio|nota|avviso|promemoria|let op|ter info|herinnering|lembrete)(?: ?[:,–—-]| (?:that|i|we|the|all|everyone|team)|$)|(?:i'm |i am |we're |we are |still |also )*(?:working on|investigating|looking into|fixing)",
);
const own = bounded(
  "still|since|for us|(?:our|my) \\p{L}+|we(?:'re| are)? (?:get|see|hav|fac)\\p{L}*|i(?:'m| am)? (?:get|see|hav|fac)\\p{L}*|i can't|we can't",
);

/** What people ask each other: alone, or whatever follows. */
const smallTalk = new RegExp(
  `^[^\\p{L}]*${lead}(?:(?:(?:(?:oh|ah|wait|so|but) )*(?:really|right|seriously|ok|okay|no|yes|yeah|huh|what|wait|eh|wtf|lol|sure|echt|wirklich|oder|ne|ja|vraiment|ah bon|de verdad|verdad|davvero|a sério|né|toch)|how(?:'s| are| is| was| were) (?:you|everyone|everybody|things|life|it going|(?:your|the) (?:day|week|weekend|holidays?|vacation|trip|morning))|what's (?:up|new|for lunch)|wie geht(?:'s| es)|(?:comment )?ça va|qué tal|cómo est(?:ás|án|áis)|come (?:va|stai|state)|hoe gaat (?:het|ie)|tudo bem|como vai|lunch|coffee|beers?|drinks|pizza)(?:[^\\p{L}]+(?:doing|going|all|today|everyone|folks|guys|team|so far|euch|ihnen|dir|anyone))*$|(?:(?:is )?(?:anyone|anybody|somebody)|who'?s?|who is|who wants)(?: is)? (?:up for|in for|coming|joining|down for|free for|hungry)(?![\\p{L}\\d])|did (?:you|anyone|everyone) (?:see|watch) the (?:game|match|final)(?![\\p{L}\\d])|can you believe(?![\\p{L}\\d]))`,
  'iu',
);
const laughter = bounded('lol|haha+|lmao|rofl|just kidding');
const callForHelp = atStart(
  `${lead}(?:help|help (?:me|us|please|pls|needed)|(?:please|pls|need|i need|we need|urgent) (?:help|support|assistance)|hilfe|brauche hilfe|aidez-moi|au secours|à l'aide|ayuda|aiuto|ajuda|socorro|hulp nodig)[^\\p{L}\\d]*$`,
);

/** The words that are somebody's own: without code, links, quotes of others, and names of emoji. */
const ownWords = (text: string): string =>
  text
    .slice(0, 4_000)
    .replace(/[’‘]/g, "'")
    .replace(/`[^`]*`|^[ \t]*>.*$|\[[^[\]\n]{0,300}\]\([^()\n]*\)|https?:\/\/\S+|:[a-z][\w+-]{1,40}:/gimu, ' ')
    .replace(/[^\S\n]+/g, ' ');

/**
 * Does this text want an answer, as far as its words tell? Made for rooms where people also announce, chat and thank: an
 * announcement is none, a report of trouble is one. Pure and linear; errs towards silence for short chatter.
 */
export const isQuestion = (text: string): boolean =>
  ownWords(text)
    .split(/\n+|(?<=[.!?…？؟]) |\s(?:but|however|aber|mais|pero|maar|mas)\s/iu)
    .some(asks);

const asks = (sentence: string): boolean => {
  const words = sentence.trim();
  const said = /^.*[\p{L}\d]/su.exec(words)?.[0] ?? '';
  if (!/\p{L}/u.test(said) || smallTalk.test(said)) return false;
  if (/[?？؟]/u.test(words.slice(said.length)) || callForHelp.test(said)) return true;
  if (laughter.test(said)) return false;
  const length = words.split(' ').length;
  const isWrong = trouble.test(said) && !settled.test(said);
  if (announcement.test(said)) return isWrong && own.test(said);
  if (isWrong && length >= 2) return true;
  return (
    length >= (/^please/i.test(said) ? 2 : 3) &&
    said.split(/[,;:–—(]|\s-\s|\s(?:and|because|und|et|y)\s/iu).some((clause) => opening.test(clause))
  );
};

/** How people end or put off a matter, by language: whole sentences, or what they begin with. */
const acknowledgements: readonly string[] = [
  'sounds (?:good|great|fine)|makes sense|good to know|fair enough|noted|understood|got it|i see|gotcha|roger|alright|all right|cool|nice|awesome|amazing|brilliant|perfect|excellent|lovely|super|great|wonderful|fantastic|works for me',
  "(?:that|this|it)(?:'s| is| has)?(?: \\p{L}+)? (?:worked|works|work now|helped|helps|solved|fixed|did (?:it|the trick)|does the trick|perfect|great|good|fine|all|it|enough|clear)|(?:all|everything(?:'s| is)?) (?:good|fine|set|clear|working|works)|(?:problem|issue) (?:is )?(?:solved|fixed|gone|resolved)|solved|fixed|resolved|(?:never ?mind|nvm)",
  "(?:ok(?:ay)?,? )?(?:i|we)(?:'ll| will|'m going to| am going to| are going to) (?:give it a (?:try|go|shot)|try|check|test|do|look|see|ask|have a look|let you know|get back|come back|report back|keep you posted|pass)(?:[^?]*)|will (?:do|try|check|test|report|let you know)|let me (?:check|try|test|see|look|ask|think)(?:[^?]*)|(?:checking|trying|testing|looking)(?: (?:it|that|now|this))*|(?:one|just a|give me a) (?:moment|sec|second|minute)|brb",
  'yes|yeah|yep|yup|no|nope|nah|ok|okay|k|kk|sure|right|exactly|indeed|correct|true|hm+|ah+|oh|aha|lol|haha+|lmao|thanks?(?: you)?(?:[^?]*)|thank you(?:[^?]*)|thx|ty|cheers|much appreciated|you too|same to you|no worries|no problem',
  'danke(?:[^?]*)|vielen dank(?:[^?]*)|hat (?:geklappt|funktioniert|geholfen)|(?:das )?(?:passt|klappt|funktioniert|reicht|geht)(?: jetzt| so| wieder)?|alles klar|verstanden|mache? ich|(?:ich|wir) (?:probiere?n?|versuche?n?|schaue?n?|teste?n?)(?:[^?]*)|ja|nein|genau|gut|prima|klasse|merci(?:[^?]*)|ça marche|parfait|très bien|compris|d.accord|oui|non|gracias(?:[^?]*)|perfecto|genial|vale|entendido|sí|funcionó|grazie(?:[^?]*)|perfetto|va bene|capito|sì|bedankt(?:[^?]*)|dank je(?:[^?]*)|top|begrepen|duidelijk|obrigad[oa](?:[^?]*)|perfeito|entendi|sim|não',
];
const acknowledgement = new RegExp(
  `^(?:[^\\p{L}\\d]*(?:(?:and|so|then|but|now|it|again|already|all|very|much|too|for now|for the help|und|et|y|e|en) )*(?:${acknowledgements.join('|')})(?![\\p{L}\\d']))+[^\\p{L}\\d]*$`,
  'iu',
);

/**
 * Does somebody only say that they have understood, agree, or will come back? Nothing is asked, so nothing is answered. Pure;
 * long texts are none, whatever they begin with.
 */
export const isAcknowledgement = (text: string): boolean => {
  const words = ownWords(text).trim();
  if (words.length > 160 || /[?？؟]/u.test(words) || words === '') return false;
  return words
    .split(/\n+|(?<=[.!…]) |[,;] ?|\s-\s/u)
    .every((part) => !/[\p{L}\d]/u.test(part) || acknowledgement.test(part.trim()));
};
