import { everydayRules } from './everyday/index.ts';
import { equalPhrases, type SynonymRule } from './synonyms.ts';

/**
 * What customers and documents everywhere call differently: in one language (`everyday`), and here across languages, for questions in
 * another language than the documents. A company's own words belong in its list.
 */
export const defaultSynonyms: readonly SynonymRule[] = [
  equalPhrases(['log in', 'login', 'sign in', 'signin', 'log on', 'anmelden', 'einloggen']),
  equalPhrases(['log out', 'logout', 'sign out', 'log off', 'abmelden', 'ausloggen']),
  equalPhrases([
    '2fa',
    'mfa',
    'two-factor authentication',
    'two-step verification',
    '2-step verification',
    'multi-factor authentication',
    'zwei-faktor-authentifizierung',
  ]),
  equalPhrases(['sso', 'single sign-on']),
  equalPhrases(['password', 'passwort', 'kennwort']),
  equalPhrases(['refund', 'money back', 'reimbursement', 'rückerstattung', 'erstattung']),
  equalPhrases(['subscription', 'abo', 'abonnement']),
  equalPhrases(['invoice', 'bill', 'rechnung']),
  equalPhrases(['receipt', 'proof of payment', 'quittung', 'zahlungsbeleg']),
  equalPhrases(['parcel', 'package', 'paket']),
  equalPhrases(['delivery', 'lieferung', 'zustellung']),
  equalPhrases(['shipping costs', 'postage', 'versandkosten', 'porto']),
  equalPhrases(['warranty', 'guarantee', 'garantie', 'gewährleistung']),
  equalPhrases(['discount code', 'promo code', 'voucher', 'coupon', 'gutschein', 'rabattcode']),
  equalPhrases(['phone number', 'telephone number', 'telefonnummer', 'rufnummer']),
  equalPhrases(['opening hours', 'business hours', 'öffnungszeiten', 'geschäftszeiten']),
  everydayRules,
].flat();
