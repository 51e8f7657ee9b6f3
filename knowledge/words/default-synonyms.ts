import { equalPhrases, type SynonymRule } from './synonyms.ts';

/**
 * What customers and documents everywhere call differently. Short on purpose: a company's own words belong in its list. Words of one
 * language that name something else in another are listed under theirs.
 */
export const defaultSynonyms: readonly SynonymRule[] = [
  equalPhrases(['log in', 'login', 'sign in', 'signin', 'log on', 'anmelden', 'einloggen']),
  equalPhrases(['log out', 'logout', 'sign out', 'log off', 'abmelden', 'ausloggen']),
  equalPhrases(['sign up', 'register', 'create an account']),
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
  equalPhrases(['cancel', 'terminate', 'unsubscribe'], 'en'),
  equalPhrases(['kündigen', 'abbestellen', 'vertrag beenden'], 'de'),
  equalPhrases(['subscription', 'abo', 'abonnement']),
  equalPhrases(['invoice', 'bill', 'rechnung']),
  equalPhrases(['receipt', 'proof of payment', 'quittung', 'zahlungsbeleg']),
  equalPhrases(['delete', 'remove', 'erase'], 'en'),
  equalPhrases(['löschen', 'entfernen'], 'de'),
  equalPhrases(['parcel', 'package', 'paket']),
  equalPhrases(['delivery', 'lieferung', 'zustellung']),
  equalPhrases(['shipping costs', 'postage', 'versandkosten', 'porto']),
  equalPhrases(['return', 'send back'], 'en'),
  equalPhrases(['zurückschicken', 'zurücksenden', 'rücksendung', 'retoure'], 'de'),
  equalPhrases(['warranty', 'guarantee', 'garantie', 'gewährleistung']),
  equalPhrases(['discount code', 'promo code', 'voucher', 'coupon', 'gutschein', 'rabattcode']),
  equalPhrases(['phone number', 'telephone number', 'telefonnummer', 'rufnummer']),
  equalPhrases(['opening hours', 'business hours', 'öffnungszeiten', 'geschäftszeiten']),
  equalPhrases(['colleague', 'coworker', 'teammate'], 'en'),
  equalPhrases(['cost', 'price'], 'en'),
  equalPhrases(['kosten', 'preis'], 'de'),
].flat();
