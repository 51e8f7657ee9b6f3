import { sentencesOf } from './sentences.ts';

/** Numbers that name one thing of one customer: `order 48213`, `#48213`, `INV-2024-001`, long runs of digits. */
const references =
  /(?<![\p{L}\p{N}])(?:#\d{3,}|(?:order|invoice|ticket|case|account|customer|contract|shipment|tracking|reference|ref|bestellung|auftrag|rechnung|kunde|commande|facture|pedido|factura|ordine|fattura)(?: (?:number|no\.?|id|nr\.?|nummer))?[ :#]*(?=[A-Z\d-]*\d)[A-Z\d-]{3,}|[A-Z]{2,6}-?\d[\dA-Z-]{3,}|\d{6,})(?![\p{L}\p{N}])/giu;
const amounts = /(?:[€$£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|\$|£|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)(?!\p{L})))/giu;
const yours =
  /(?<!\p{L})(?:you|your|yours|ihr|ihre[rnms]?|dein|deine[rnms]?|votre|vos|tu|su|sus|vostro|jouw|uw|seu|sua)(?!\p{L})/iu;
const particular =
  /(?<!\p{L})(?:refund|credit|charge|invoice|order|balance|payment|paid|erstatt|gutschrift|rechnung|rembours|factur|reembols|rimbors)/iu;

/**
 * Words of an answer that may concern one customer alone: order numbers and the like, and amounts of money in sentences about
 * "your" refund or invoice. For whoever reviews it; at most 10.
 */
export const flagsIn = (text: string): string[] => {
  const found = text
    .split('\n')
    .flatMap(sentencesOf)
    .flatMap((sentence) => [
      ...(sentence.replace(/https?:\/\/\S+/g, ' ').match(references) ?? []),
      ...(yours.test(sentence) && particular.test(sentence) ? (sentence.match(amounts) ?? []) : []),
    ])
    .map((words) => words.trim().replace(/[.,]+$/, ''));
  return [...new Set(found)].slice(0, 10);
};
