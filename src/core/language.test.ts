import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '#test/any-text.ts';
import { detectLanguage, rankLanguages } from './language.ts';

/** Questions as customers type them, one per line. */
const questions: Readonly<Record<string, string>> = {
  en: `
    How do I reset my password?
    where can I find my invoices
    I want to cancel my subscription
    can I change the delivery address after ordering
    printer prints blank labels
    What does the Team plan cost per year?
    my parcel never arrived
    is there a discount for nonprofits
    the app crashes when I upload a csv
    how long does a refund take
    Do you ship to Switzerland?
    change billing email
    I was charged twice this month
    two-factor code not accepted
    please delete my account and all data
    does the API have a rate limit
    webhook signature verification fails
    who can see the audit log
    export orders as CSV
    how many users are included
    When will my printer be delivered?
    Is support available on weekends?
    need a VAT invoice for last year
    label is faint on one side`,
  de: `
    Wie setze ich mein Passwort zurück?
    Wo finde ich meine Rechnungen?
    Ich möchte mein Abo kündigen
    kann ich die Lieferadresse noch ändern
    Drucker druckt leere Etiketten
    Was kostet der Team-Tarif pro Jahr?
    mein Paket ist nie angekommen
    gibt es Rabatt für Vereine
    die App stürzt beim Hochladen ab
    wie lange dauert eine Rückerstattung
    Liefern Sie in die Schweiz?
    Rechnungsadresse ändern
    mir wurde zweimal Geld abgebucht
    Passwort vergessen
    bitte löschen Sie mein Konto
    Hat die API ein Limit?
    wer sieht das Protokoll
    Bestellungen als CSV exportieren
    wie viele Benutzer sind dabei
    Wann wird mein Drucker geliefert?
    Ist der Support am Wochenende erreichbar?
    koennen sie mir die rechnung nochmal schicken
    Versandkosten nach Österreich
    muss ich Zoll zahlen`,
  fr: `
    Comment réinitialiser mon mot de passe ?
    où trouver mes factures
    Je veux résilier mon abonnement
    puis-je changer l'adresse de livraison
    l'imprimante sort des étiquettes vierges
    Combien coûte l'offre Team par an ?
    mon colis n'est jamais arrivé
    y a-t-il une remise pour les associations
    l'application plante quand j'importe un fichier
    combien de temps prend un remboursement
    Livrez-vous en Suisse ?
    changer l'adresse de facturation
    j'ai été débité deux fois ce mois-ci
    mot de passe oublié
    merci de supprimer mon compte
    l'API a-t-elle une limite
    qui peut voir le journal d'audit
    exporter les commandes en CSV
    combien d'utilisateurs sont inclus
    Quand mon imprimante sera-t-elle livrée ?
    Le support est-il joignable le week-end ?
    ou est ma commande svp
    frais de port pour la Belgique
    faut-il payer la douane`,
  es: `
    ¿Cómo restablezco mi contraseña?
    dónde están mis facturas
    Quiero cancelar mi suscripción
    puedo cambiar la dirección de entrega
    la impresora saca etiquetas en blanco
    ¿Cuánto cuesta el plan Team al año?
    mi paquete no ha llegado
    hay descuento para asociaciones
    la aplicación se cierra al subir un archivo
    cuanto tarda un reembolso
    ¿Envían a Suiza?
    cambiar dirección de facturación
    me cobraron dos veces este mes
    olvidé mi contraseña
    por favor borren mi cuenta
    la API tiene límite
    quién puede ver el registro
    exportar pedidos a CSV
    cuántos usuarios incluye
    ¿Cuándo llega mi impresora?
    ¿Hay soporte los fines de semana?
    donde esta mi pedido
    gastos de envío a Portugal
    tengo que pagar aduana`,
  it: `
    Come reimposto la mia password?
    dove trovo le mie fatture
    Voglio disdire il mio abbonamento
    posso cambiare l'indirizzo di consegna
    la stampante stampa etichette bianche
    Quanto costa il piano Team all'anno?
    il mio pacco non è mai arrivato
    c'è uno sconto per le associazioni
    l'app si chiude quando carico un file
    quanto tempo ci vuole per un rimborso
    Spedite in Svizzera?
    cambiare indirizzo di fatturazione
    mi avete addebitato due volte
    password dimenticata
    per favore cancellate il mio account
    l'API ha un limite
    chi può vedere il registro
    esportare gli ordini in CSV
    quanti utenti sono inclusi
    Quando arriva la mia stampante?
    L'assistenza risponde nel fine settimana?
    dove si trova il mio ordine
    spese di spedizione per la Francia
    devo pagare la dogana`,
  nl: `
    Hoe stel ik mijn wachtwoord opnieuw in?
    waar vind ik mijn facturen
    Ik wil mijn abonnement opzeggen
    kan ik het bezorgadres nog wijzigen
    printer drukt lege etiketten af
    Wat kost het Team-abonnement per jaar?
    mijn pakket is nooit aangekomen
    is er korting voor verenigingen
    de app crasht als ik een bestand upload
    hoe lang duurt een terugbetaling
    Leveren jullie ook in Zwitserland?
    factuuradres wijzigen
    er is twee keer geld afgeschreven
    wachtwoord vergeten
    graag mijn account verwijderen
    heeft de API een limiet
    wie kan het logboek zien
    bestellingen exporteren als CSV
    hoeveel gebruikers zijn inbegrepen
    Wanneer wordt mijn printer geleverd?
    Is de klantenservice in het weekend bereikbaar?
    waar blijft mijn bestelling
    verzendkosten naar België
    moet ik invoerrechten betalen`,
  pt: `
    Como redefinir a minha palavra-passe?
    onde encontro as minhas faturas
    Quero cancelar a minha assinatura
    posso alterar a morada de entrega
    a impressora imprime etiquetas em branco
    Quanto custa o plano Team por ano?
    a minha encomenda nunca chegou
    há desconto para associações
    o aplicativo fecha quando envio um arquivo
    quanto tempo demora um reembolso
    Vocês entregam na Suíça?
    alterar endereço de cobrança
    fui cobrado duas vezes este mês
    esqueci a senha
    por favor apaguem a minha conta
    a API tem limite
    quem pode ver o registo
    exportar pedidos para CSV
    quantos usuários estão incluídos
    Quando chega a minha impressora?
    O suporte funciona no fim de semana?
    nao consigo entrar na minha conta
    custos de envio para Espanha
    tenho de pagar alfândega`,
};

const linesOf = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

describe('detectLanguage', () => {
  it.each([
    ['en', 'How do I reset my password?'],
    ['en', 'my printer is offline and the light is orange'],
    ['de', 'Wie kann ich mein Passwort zurücksetzen?'],
    ['de', 'Guten Tag, ich habe noch keine Rechnung bekommen'],
    ['fr', 'Comment puis-je réinitialiser mon mot de passe ?'],
    ['es', '¿Cómo puedo cambiar mi contraseña?'],
    ['it', 'Come posso cambiare la mia password? Non riesco ad entrare'],
    ['nl', 'Hoe kan ik mijn wachtwoord wijzigen? Het lukt niet'],
    ['pt', 'Como posso alterar a minha senha? Não consigo entrar'],
  ])('hears %s in "%s"', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each(['', 'ok', '12345', 'Breeze 4', 'API 429', '🙂'])('claims nothing of "%s"', (text) => {
    expect(detectLanguage(text)).toBeUndefined();
  });

  it.each(Object.entries(questions))(
    'knows nearly every question in %s, and takes none for another language',
    (language, text) => {
      const heard = linesOf(text).map((question) => detectLanguage(question));
      expect(heard.length).toBeGreaterThanOrEqual(20);
      expect(heard.filter((one) => one !== undefined && one !== language)).toEqual([]);
      expect(heard.filter((one) => one === language).length).toBeGreaterThanOrEqual(heard.length - 2);
    },
  );

  it.each([
    'USB-C cable',
    '2FA code',
    'SU and IT',
    'webhook timeout 30s',
    'OAuth token expired',
    'status page',
    'printer offline',
    'Error E04 on Breeze 4',
    'app crashes on import',
    'CSV export',
    'npm install error',
    'docker compose up',
  ])('does not take technical English for another language: %s', (text) =>
    expect([undefined, 'en']).toContain(detectLanguage(text)),
  );

  it.each([
    'Hur återställer jag mitt lösenord?',
    'Miasto leży nad morzem i jest znane z portu, ale ma też długą historię handlu i przemysłu, a do tego wiele zabytków.',
    'Det är en av de största städerna i landet och har en lång historia som handelsstad. Den ligger vid havet.',
    'Как сбросить пароль',
    'パスワードを忘れた',
  ])('claims none of its languages for "%s"', (text) => expect(detectLanguage(text)).toBeUndefined());

  it('reads capitals', () => expect(detectLanguage('WO IST MEINE RECHNUNG')).toBe('de'));

  it('ranks what it hears, and never fails', () => {
    expect(
      rankLanguages('wo ist mein order')
        .map(({ language }) => language)
        .slice(0, 2),
    ).toEqual(['de', 'en']);
    fc.assert(
      fc.property(anyText, (text) => {
        const votes = rankLanguages(text).map((one) => one.votes);
        expect(votes).toEqual([...votes].sort((one, other) => other - one));
        expect(detectLanguage(text)).toBe(detectLanguage(text));
      }),
    );
  });
});
