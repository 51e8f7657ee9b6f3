/** A pattern for how a text may begin. */
const startsWith = (before: string, ...words: readonly string[]): RegExp =>
  new RegExp(`^(?:${before})*(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'iu');

const back = startsWith(
  '["\'“„«(*_]',
  'it|its|this|that|these|those|they|them|he|she|then|there|otherwise|but|and|so|also|afterwards|however|instead|if (?:so|not)|in (?:this|that) case',
  'er|es|sie|dies\\p{L}*|jene\\p{L}*|dann|danach|dabei|dafür|damit|dort|sonst|andernfalls|aber|und|auch|außerdem|jedoch|stattdessen|in diesem fall',
  "il|elle|ils|elles|cela|ça|ceci|ce|c['’]est|cette|ces|ensuite|puis|sinon|mais|et|aussi|cependant|dans ce cas",
  'ello|esto|eso|este|esta|estos|estas|luego|después|entonces|pero|además|en (?:este|ese) caso',
  'lui|lei|loro|questo|questa|questi|queste|ciò|poi|quindi|altrimenti|ma|inoltre|in (?:tal|questo) caso',
  'hij|zij|ze|het|dit|dat|deze|die|daarna|vervolgens|anders|maar|ook|in dat geval',
  'isto|isso|estes|depois|então|caso contrário|mas|também|n(?:esse|este) caso',
);
const note = startsWith(
  '[\\p{P}\\p{S}\\s\\ufe0f]',
  "note|important|warning|caution|attention|tip|do not|don['’]t|never",
  'hinweis|wichtig|achtung|vorsicht|warnung|tipp|bitte beachten',
  'remarque|avertissement|astuce|attention|ne',
  'nota|importante|aviso|atención|advertencia|cuidado',
  'attenzione|avvertenza|avviso|atenção|let op|opgelet|waarschuwing|belangrijk',
);

/** Does a sentence begin with a word that points to the one before? German nouns take `das`, `die` and Dutch ones `het`: some do not. */
export const pointsBack = (sentence: string): boolean => back.test(sentence);

/** Does a sentence begin as a note or a warning does, which belongs to what stands above it? */
export const isNote = (sentence: string): boolean => note.test(sentence);
