/** What a language says with small words: enough to tell a follow-up from a question of its own. All folded as by `fold`. */
export interface SmallWords {
  /** Words of grammar, politeness and asking: never what a question is about. */
  readonly common: ReadonlySet<string>;
  /** How an elliptical question begins: "and …", "what about …". */
  readonly opening: RegExp;
  /** How a whole question begins: "how do …", "can I …". */
  readonly asking: RegExp;
  /** Stands for something that was said before. Longest alternatives first; the match decides where. */
  readonly pointing: RegExp;
  /** Points to the one of two that the last question was not about; a first group that matched means the first of them. */
  readonly other: RegExp;
  /** Announces another subject. */
  readonly anotherSubject: RegExp;
  readonly prepositions: ReadonlySet<string>;
  readonly conjunctions: ReadonlySet<string>;
  /** Articles and possessives: what follows is named, not left out. */
  readonly determiners: ReadonlySet<string>;
  /** Thanks and agreement: nothing to look up. */
  readonly thanks: RegExp;
}

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));
const starts = (alternatives: string): RegExp => new RegExp(`^(?:${alternatives})(?![\\p{L}\\p{N}])`, 'u');
const holds = (alternatives: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, 'u');

const en: SmallWords = {
  common:
    set(`a about after again all allowed already also always am an and another any anyone anything are aren as ask at available b back be because been before being better both but by bye can
    cannot cant come could couldn d day did didn do does doesn doing don done dont each either else even ever every everything exactly few find first for former from further get gets getting give go
    goes going good got great had has hasn have haven having he hello help helped helps her here hers hey hi him his hope how however i if im in instead into is isn it its just keep kind know last
    latter let like likely ll long look looking lot m make makes many may maybe me mean might mine month months more most much must my need needed needs neither never new next no none nope not now
    number of off ok okay old on once one ones only or other others otherwise our ours out over own per perhaps please pls possible possibly question questions quick quite r re really right s said
    same say says second see seem seems set she should shouldn since so some somebody someone something soon sorry still stuff such sure t take takes tell than thank thanks that thats the their them
    then there these they thing things think this those though thx till time times to today tomorrow too tried true try two u under until up ur us use used using ve very via want wanted wants was
    wasn way we week weeks well were weren what whats whatever when where whether which while who whose why will with within without won wondering work worked works would wouldn x yeah year years
    yep yes yet you your yours yourself possibility regarding apply applies count counts happen happens case hold stay exist possible option mean means`),
  opening: starts(
    'and what about|and how about|but what about|what about|how about|what if|and if|and|or|but|then|plus|also|even|same (?:for|with|on|thing)|only|just|so|in (?:that|this|which) case|with|for|on|in|at|to|from|without|after|before|instead of|not',
  ),
  asking: starts(
    "how (?:do|does|did|can|could|to|should|would|is|are|will|long|much|many|often|come|soon|i|we)|what(?:'?s| is| are| do| does| did| should| can| happens| kind| about)|why|when|where|which|who|whose|can|could|would|will|should|does|do|did|is|are|am|has|have|may|must|i|we|my|our|please|need|tell|show",
  ),
  pointing: holds(
    "(?:the|that|this|which|other|another|same|first|second|last|next|[a-z]{2,}er|[a-z]{2,}ly|\\p{L}+est) ones?|the (?:other|others|same|former|latter|rest|above)|(?<!\\b(?:by|of) )(?:those|these|them|they)|either|neither|both(?! \\p{L}+ and)|both of|do so|(?:is|was|if|when|once|does|has|can|will|should|would|did|after|do|cancel|change|about|without|with|for|of|on|to|in|from|why|return|use|get|have|see|find|but|because|[a-z]+) it(?! (?:possible|true|take|takes|ok|okay|necessary|allowed|cost to|says|shows|is possible))|it'?s? (?:still|also|already|then|just|keeps|really|now|not|doesn'?t|isn'?t|didn'?t|does|did|won'?t)|it(?: is)?$|that(?! (?:i|we|you|he|she|my|our|your|the)(?![a-z]))(?:'s)?|this(?! (?:month|week|year|morning|afternoon|evening|time|summer|winter|quarter))|there(?! (?:is|are|a|an|any|was|were|some))|afterwards",
  ),
  other: holds('the other(?: \\p{L}+)?|the second one|the latter|(the first one|the former)'),
  anotherSubject: holds(
    'by the way|btw|(?:another|different|separate|unrelated|new|other|one more|next|second) (?:question|topic|thing|subject|issue|matter)|on another note|unrelated|changing (?:the )?(?:subject|topic)|something else|on a different note',
  ),
  prepositions: set('on with for in to from at without via through under by'),
  conjunctions: set('and or nor versus vs'),
  determiners: set('the a an my our your their his her its any some another no'),
  thanks: starts('thanks|thank you|thx|ty|great|perfect|awesome|cheers|got it|cool|nice|bye|hello|hi|hey|good morning'),
};

const de: SmallWords = {
  common:
    set(`ab aber alle allem allen aller alles als also am an andere anderen anderer anderes anderem auch auf aus bei beide beiden bin bis bist bitte brauche brauchen bzw da dabei dafur dagegen
    daher dahin damit danach daneben dann daran darauf daraus darf darin daruber darum das dass dasselbe davon davor dazu dein deine dem den denn der deren derselbe des deshalb dessen dich die
    dies diese diesem diesen dieser dieses dieselbe dir doch dort du durch durfen eben eigentlich ein eine einem einen einer eines einfach er es etwas euch euer eure falls finde finden fur gar geht
    gehen genau genauso gerade gerne gern geben gibt ging ginge gilt gelten gut guten hab habe haben habt hallo hat hatte hatten hier hilfe hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in
    indem ins irgendwie ist ja jede jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner klappt komme kommen kommt konnen konnt konnte konnten lang lange los machen mache macht mal man
    mein meine meinem meinen meiner mehr mich mir mit moglich moglichkeit mochte moin muss mussen nach nachdem naturlich neben nein nicht nichts noch nochmal nun nur ob oder ohne ok okay schon sehe sein
    seine seit sich sie sind so sobald sogar soll sollen sollte sonst statt tag tun tut uber um und uns unser unsere unserem unseren unserer unter vielen viel vom von vor wann war waren warum was weil
    weiss welche welchem welchen welcher welches wenn wer werde werden wie wieder wieso will wir wird wo wohl wollen worden wurde wurden wurde zu zum zur zwei zwar zwischen ubrigens danke frage fragen
    funktioniert funktionieren bekomme bekommen bekommt gleich gleiche gleichen gleicher jemand heisst passiert lauft moglicherweise dauert dauern ersten erste zweite zweiten anders anfangen gemacht`),
  opening: starts(
    'und was ist (?:mit|wenn)|was ist (?:mit|wenn)|wie (?:sieht|siehts|steht) es (?:aus )?(?:mit|bei|fur)|wie siehts|und wenn|was wenn|was passiert wenn|und|oder|aber|dann|also|auch|sogar|nur|gilt das|genauso|ebenso|fur|mit|bei|auf|in|ohne|nach|statt',
  ),
  asking: starts(
    'wie|was (?:ist|sind|kostet|kosten|bedeutet|mache|muss|kann|passiert|tun)|warum|wieso|weshalb|wann|wo|wer|welche[rsnm]?|kann|konnen|konnt|gibt|ist|sind|hat|haben|habt|muss|darf|soll|sollte|bitte|ich|wir|mein|meine|geht|funktioniert|bieten|akzeptieren|wird|werden',
  ),
  pointing: holds(
    '(?:der|die|das|den|dem) (?:andere[nrms]?|gleiche[nrms]?|erste[nrms]?|zweite[nrms]?)|(?:der|die|das|den|dem)selbe[n]?|davon|damit|dafur|dabei|dazu|darauf|daran|daruber|dadurch|danach|dagegen|darin|beide[nrs]?|es(?! (?:gibt|moglich|einen|eine|ein|auch moglich))|ihn|ihm|diese[nrms]?(?! (?:woche|monat|jahr|tage))|dort|das(?= (?:auch|mit|auf|bei|fur|in|nicht|so|dann|denn|jetzt|noch|schon|genau|uberhaupt|eigentlich|wieder|sein|ist|geht|immer|kostenlos|moglich|alles|pro|per|ohne|trotzdem|sofort)(?![\\p{L}])|$)|andere[nrs]?$',
  ),
  other: holds(
    '(?:der|die|das|den|dem) andere[nrms]?|(?:der|die|das|den|dem) zweite[nrms]?|((?:der|die|das|den|dem) erste[nrms]?)',
  ),
  anotherSubject: holds(
    'ubrigens|nebenbei|(?:andere|anderes|weitere|neue|noch eine|zweite) (?:frage|thema|sache|anliegen)|anderes thema|was anderes|etwas anderes|noch was',
  ),
  prepositions: set('auf mit fur in nach aus bei ohne uber von zu im am an vom zum zur'),
  conjunctions: set('und oder'),
  determiners: set(
    'der die das den dem des ein eine einen einem einer mein meine meinen meinem meiner unser unsere unseren unserem euer eure ihr ihre ihren kein keine',
  ),
  thanks: starts('danke|vielen dank|super|perfekt|alles klar|hallo|guten tag|moin|prima|besten dank|tschuss'),
};

const fr: SmallWords = {
  common:
    set(`a ai aide aider alors apres as assez au aucun aucune aussi autre autres aux avais avait avant avec avez avoir avons bien bonjour bonsoir c ca car ce ceci cela celle celles celui ces cet cette
    ceux chez ci combien comme comment d dans de deja depuis des deux dire dois doit donc du elle elles en encore ensuite entre es est et etait ete etes etre eu eux faire fais fait faut fois fonctionne
    ici il ils j je juste l la laquelle le lequel les lesquels leur leurs lors lui m ma mais marche me meme memes merci mes mettre moi moins mon n ne ni non nos notre nous on ont ou oui par parce pas
    peut peux pendant peu plait plus possible pour pourquoi pourrais pouvez pouvoir premier premiere puis puisque qu quand que quel quelle quelles quels qui quoi qu s sa sans sais savoir se second seconde sera ses si
    sinon soit son sont sous suis sur svp t ta tant te tel tes toi ton toujours tous tout toute toutes tres trouve trouver trouve tu un une utiliser va vais vers veux voir voici voila voudrais vos votre vous y question passe
    passera vaut salut besoin existe valable autant`),
  opening: starts(
    "et qu'en est-il|qu'en est-il|et si|et pour|et|ou|mais|alors|puis|aussi|meme chose|pareil|idem|pour|avec|sur|en|dans|sans|apres|seulement|donc",
  ),
  asking: starts(
    "comment|pourquoi|quand|ou (?:est|sont|puis|peut|se|trouver|dois)|est-ce|qu'est-ce|quel(?:le)?s?|que (?:faire|dois|se passe)|qui|puis-je|peut-on|pouvez|peux|y a-t-il|avez-vous|acceptez|combien|je|j|nous|mon|ma|mes|faut-il|dois-je",
  ),
  pointing: holds(
    "l'autre|les autres|(?:le|la|les) (?:meme|memes|second|seconde|premier|premiere|deux)|celui|celle|ceux|celles|cela|ceci|ca|lui|eux|dedans|c'est(?! (?:possible de|a dire))|elles?|ils(?! y)|il(?= (?:est|a|etait|sera) (?:deja|encore|toujours))|en (?:faire|avoir|ajouter|commander)|les deux|y (?:acceder|ajouter)|l'(?:annuler|utiliser|installer|activer|acheter|envoyer|avoir|ajouter|imprimer|exporter|echanger|appliquer)",
  ),
  other: holds("l'autre|(?:la|le) seconde?|(?:la|le) deuxieme|((?:le|la) premiere?|le premier)"),
  anotherSubject: holds(
    'au fait|a propos|(?:autre|nouvelle|encore une|derniere) (?:question|chose|demande)|autre sujet|rien a voir|par ailleurs|sinon (?:comment|ou|quand)',
  ),
  prepositions: set('sur avec pour en dans de sans chez vers par au aux a'),
  conjunctions: set('et ou'),
  determiners: set('le la les l un une des du mon ma mes notre nos votre vos leur leurs ce cet cette aucun aucune'),
  thanks: starts("merci|super|parfait|bonjour|bonsoir|salut|d'accord merci|genial"),
};

const es: SmallWords = {
  common:
    set(`a al algo alguien alguna alguno ahi ahora algun ante antes aqui asi aun aunque ayuda bien buenas buenos cada como con cual cuales cualquier cuando cuanto cuanta cuantos cuesta cuestan da de debo decir deja
    del desde despues dia dias donde dos durante e el ella ellas ellos en encuentro encontrar entonces entre era eran es esa esas ese eso esos esta estaba estan estas este esto estos estoy fue funciona gracias ha
    hace hacer hacia hago han hasta hay haya he hemos hola hoy igual incluso ir jamas la las le les lo los luego mas me mejor menos mi mia mio mis misma mismo mismos mucho muy nada ni ninguna ninguno no nos
    nosotros nuestra nuestro nuestros o os otra otras otro otros para pasa pero poco podemos poder por porfa porque posible primera primero pueda puede pueden puedo pues que querer queria quien quiero quisiera
    saber se sea segunda segundo segun ser si sido siempre sin sino sirve sobre solo son soy su sus tal tambien tampoco tan tanto te tener tengo tiene tienen todo toda todos todas tu tus u un una uno unos unas
    usar uso usted ustedes va vale vamos veces ver vez y ya yo pregunta necesito tarda tardan existe favor aplica hola usa`),
  opening: starts(
    '(?:y|e) que (?:pasa|hay) con|que (?:pasa|hay) con|y si|y que pasa si|y (?:para|con|en|el|la|los|las|de)|y|o|pero|entonces|luego|tambien|lo mismo|igual|para|con|en|sin|despues|solo',
  ),
  asking: starts(
    'como|que (?:es|significa|hago|debo|pasa|tengo|hay)|por que|cuando|donde|quien|cual(?:es)?|cuant[oa]s?|puedo|podemos|puede|pueden|hay|tengo|tienen|tienes|necesito|quiero|es posible|aceptan|mi|mis|se puede|debo|por favor|hacen|ofrecen',
  ),
  pointing: holds(
    '(?:el|la|los|las) (?:otr[oa]s?|mism[oa]s?|primer[oa]|segund[oa]|dos)|es[oa]s?|esto|ell[oa]s?|ello|ahi|ambos|ambas|lo(?! (?:que|mas|mejor|antes|siento))(?= \\p{L}+)|\\p{L}{2,}(?:ar|er|ir)(?:me|te|se|nos)?l[oae]s?|otr[oa]$|lo mismo',
  ),
  other: holds('(?:el|la|los|las) otr[oa]s?|(?:el|la) segund[oa]|((?:el|la) primer[oa])'),
  anotherSubject: holds(
    'por cierto|(?:otra|nueva|una ultima) (?:pregunta|cosa|duda|consulta)|otro tema|cambiando de tema|otro asunto|ademas (?:como|donde|cuando)',
  ),
  prepositions: set('en con para a de sin por desde hacia'),
  conjunctions: set('y e o u'),
  determiners: set('el la los las un una unos unas mi mis nuestro nuestra nuestros su sus tu tus algun alguna ningun'),
  thanks: starts('gracias|muchas gracias|perfecto|genial|vale gracias|hola|buenos dias|buenas|adios'),
};

const it: SmallWords = {
  common:
    set(`a abbiamo ad adesso ai aiuto al alla alle allo allora altra altre altri altro anche ancora appena avere avete bene buongiorno buonasera c che chi ci ciao cio come con cosa cosi cui d da dai dal dalla dalle
    de degli dei del dell della delle dello deve devo di dopo dove due e ecco ed entrambi era essere esiste fa faccio facciamo fare fatto fino fra funziona fuori gia gli grazie ha hai hanno ho i il in infatti
    io l la le lei li lo loro lui ma mai me meglio mi mia mie miei mio molto ne negli nei nel nell nella nelle nessun nessuna niente no noi non nostra nostri nostro nulla o od oggi ogni oppure ora per
    perche pero piu poi possiamo posso possibile potete potrei prego prima primo puo qua qual quale quali qualche qualcosa qualcuno quando quanta quante quanti quanto quella quelle quelli quello questa queste
    questi questo qui quindi sarebbe sa sara se sei sempre senza si sia siamo solo sono sotto sta stata stato stessa stesso stesse stessi su sua sue sui sul sull sulla suo tra tra trovo trovare troppo tu tutta tutte tutti tutto un una uno usare va vale
    vi voglio volta vorrei vostra vostri vostro secondo seconda domanda servono serve bisogno succede costa costano sapere dire cos dov quant`),
  opening: starts(
    'e (?:per|con|su|in) |e se|e che (?:ne|mi)|e cosa succede se|e(?:d)? invece|e|o|oppure|ma|poi|allora|anche|stessa cosa|lo stesso|per|con|su|in|senza|dopo|solo|quindi|che ne dite',
  ),
  asking: starts(
    "come|(?:che )?cosa|cos|perche|quando|dove|dov|chi|qual[ei]?|quant[oaie]|posso|possiamo|potete|puo|e possibile|c'e|ho|abbiamo|vorrei|accettate|avete|mi serve|devo|il mio|la mia|i miei|si puo|offrite",
  ),
  pointing: holds(
    "(?:l'|gli |le |un')altr[oaie]|(?:lo|la|gli|le) stess[oaei]|(?:il|la) (?:second[oa]|prim[oa])|quest[oei](?! (?:mese|anno|settimana))|quell[oaei]|cio|entramb[ie]|\\p{L}{2,}(?:ar|er|ir)(?:l[oaie]|ne)|lo(?= (?:posso|devo|puo|faccio|possiamo|si))|essi|esso|essa|altro$",
  ),
  other: holds("l'altr[oa]|gli altri|le altre|(?:il|la) second[oa]|((?:il|la) prim[oa])"),
  anotherSubject: holds(
    "a proposito|(?:altra|un'altra|nuova|ultima) (?:domanda|cosa|richiesta)|altro argomento|cambiando (?:argomento|discorso)|tra l'altro|per altro",
  ),
  prepositions: set('su con per in a da di senza sul sulla nel nella al alla dal dalla'),
  conjunctions: set('e ed o oppure'),
  determiners: set(
    'il lo la i gli le l un una uno mio mia miei mie nostro nostra nostri vostro vostra suo sua del della dei delle nessun',
  ),
  thanks: starts('grazie|perfetto|ottimo|ciao|buongiorno|buonasera|va bene grazie|benissimo'),
};

const nl: SmallWords = {
  common:
    set(`aan al alle allebei alleen als ander andere anders af alstublieft beide ben bent bij daar daarmee daarna daarop daarvan daarvoor daarbij dag dan dank dankje dat de deze dezelfde die dit doe doen doet door
    dus echt een eens eerste elk en er erbij ermee erin erop eraan ervan ervoor even gaan gaat gebruiken geen geldt gelden goed graag haar had heb hebben hebt heeft hallo hem hen het hetzelfde hier hij hoe hoelang
    hoeveel hoi hun iemand iets ik in ineens is ja je jij jou jouw jullie kan kost kosten krijg krijgen kun kunnen kunt laat maar maak maken me meer men met mij mijn misschien moet moeten mogelijk mag mogen na naar net niet
    niets nodig nog nou nu of ok oke om omdat onder ons onze ook op over per precies sinds soms staat stel te tegen ten terug toch toen tot tussen twee tweede u uit uw van vanaf veel via vind vinden voor voordat vraag waar
    waarom wanneer want waren was wat we weer weet wel welk welke werd werkt werken wie wij wil willen word worden wordt zal ze zeer zelf zelfde zich zie zij zijn zo zoals zonder zou zouden lukt duurt bedankt gebeurt
    trouwens duren`),
  opening: starts(
    'en hoe zit het (?:met|dan)|hoe zit het met|en wat als|wat als|en als|en (?:voor|met|op|in|de|het)|en|of|maar|dan|ook|hetzelfde|zelfde|alleen|voor|met|op|in|bij|zonder|na|dus',
  ),
  asking: starts(
    'hoe|hoeveel|hoelang|wat (?:is|zijn|kost|moet|betekent|doe|gebeurt|kan)|waarom|wanneer|waar|wie|welke?|kan|kunnen|kunt|kun|zou|is|zijn|heeft|hebben|mag|moet|ik|wij|we|mijn|accepteren|bieden|werkt|geldt|graag',
  ),
  pointing: holds(
    '(?:de|het) (?:andere|ander|zelfde|eerste|tweede)|(?:de|het)zelfde|daarmee|daarvoor|daarvan|daarop|daarbij|daarna|daar|ermee|erop|ervan|ervoor|erbij|erin|beide|allebei|hem|die(?! (?:ik|we|wij|u|je|jullie))|dat(?! (?:ik|we|wij|u|je|jullie|de|het|mijn))|deze(?! (?:week|maand))|dit(?! jaar)|het(?= (?:ook|met|op|bij|voor|in|niet|dan|nu|nog|al|ook|wel|weer|kosten|zijn|mogelijk|altijd|zonder|per)(?![\\p{L}])|$)|andere?$',
  ),
  other: holds('(?:de|het) andere?|(?:de|het) tweede|((?:de|het) eerste)'),
  anotherSubject: holds(
    'trouwens|overigens|(?:andere|nieuwe|nog een|volgende) (?:vraag|kwestie|zaak)|iets anders|ander onderwerp|even iets anders|nog iets',
  ),
  prepositions: set('op met voor in naar uit van bij zonder via aan over'),
  conjunctions: set('en of'),
  determiners: set('de het een mijn onze ons jullie uw je hun haar geen'),
  thanks: starts('bedankt|dank je|dank u|dankjewel|super|perfect|top|hallo|hoi|goedemorgen|oke bedankt'),
};

const pt: SmallWords = {
  common:
    set(`a acaba acho agora ai ainda ajuda algo alguem algum alguma ali ambos antes ao aos apos aquela aquele aquilo aqui as assim ate bem boa boas bom cada ca com como consigo conseguimos custa custam da daquilo das de dela dele deles delas depois desde
    dessa desse deve devo disso disto dia dias do dois dos duas e ela elas ele eles em encontro encontrar entao entre era essa essas esse esses esta estao estas este estes estou eu existe faco fazer favor
    fica ficam foi for forma funciona gostaria ha isso isto ja la lo los las mais mas me mesma mesmo mesmos meu meus mim minha minhas muito na nada nao nas nela nele nem nenhum nenhuma nesse nessa nisso nisto no nos
    nossa nosso nossos num numa nunca o obrigada obrigado oi ola onde os ou outra outras outro outros para pela pelas pelo pelos pergunta pode podem podemos poder por porque porque posso pouco precisa preciso
    primeira primeiro qual quais qualquer quando quanta quanto quantos que quem quer quero queria saber se segunda segundo seja sem sempre ser serve seu seus sim so sobre sou sua suas tal tambem tao tem temos
    tenho ter teu tudo toda todas todo todos tu um uma uns usar vai vale vao ver vez voce voces vou sera sido acontece demora dura existe entretanto`),
  opening: starts(
    'e (?:quanto|relativamente) a[os]?|e se|e (?:para|com|em|no|na|nos|nas|o|a|os|as|do|da)|e|ou|mas|entao|depois|tambem|o mesmo|a mesma coisa|igual|para|com|em|no|na|sem|apos|so|apenas',
  ),
  asking: starts(
    'como|o que (?:e|faco|significa|devo|acontece)|quant[oa]s?|quanto (?:custa|tempo)|qual|quais|quando|onde|porque|por que|quem|posso|podemos|pode|podem|ha|tem|tenho|e possivel|preciso|quero|queria|gostaria|aceitam|o meu|a minha|existe|oferecem|da para|voces',
  ),
  pointing: holds(
    '(?:o|a|os|as) (?:outr[oa]s?|mesm[oa]s?|primeir[oa]|segund[oa]|dois|duas)|(?:d|n)?(?:isso|isto)|aquilo|(?:d|n)?ess[ea]s?|(?:d|n)?el[ea]s?|ambos|ambas|outr[oa]$|\\p{L}{2,}-l?[oa]s?',
  ),
  other: holds('(?:o|a|os|as) outr[oa]s?|(?:o|a) segund[oa]|((?:o|a) primeir[oa])'),
  anotherSubject: holds(
    'ja agora|a proposito|por falar nisso|(?:outra|nova|mais uma) (?:pergunta|coisa|duvida|questao)|outro assunto|mudando de assunto|alias',
  ),
  prepositions: set('em com para de sem no na nos nas por pelo pela ao do da'),
  conjunctions: set('e ou'),
  determiners: set('o os a as um uma uns meu minha meus minhas nosso nossa nossos seu sua seus algum alguma nenhum'),
  thanks: starts('obrigad[oa]|muito obrigad[oa]|perfeito|otimo|ola|oi|bom dia|boa tarde|ok obrigad[oa]|tchau'),
};

/** By two-letter code. */
export const smallWords: Readonly<Record<string, SmallWords>> = { en, de, fr, es, it, nl, pt };

/** For texts whose language nobody knows: English. */
export const defaultSmallWords: SmallWords = en;
