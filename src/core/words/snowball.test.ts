import { describe, expect, it } from 'vitest';
import { stem } from '../stem.ts';
import { fold } from '../terms.ts';
import type { KnownLanguage } from './analysis-language.ts';

/** Forms that a customer and a document may use for the same thing; families are separated by bars. */
const families: Readonly<Record<Exclude<KnownLanguage, 'en'>, string>> = {
  de: `
    kündigen Kündigung Kündigungen gekündigt kündige kündigt | Rechnung Rechnungen | Passwort Passwörter Passwörtern |
    zurücksetzen zurückgesetzt Zurücksetzung | bezahlen bezahlt Bezahlung |
    stornieren storniert Stornierung Stornierungen | bestellen bestellt Bestellung Bestellungen bestellte |
    liefern geliefert Lieferung Lieferungen | Konto Konten Kontos | Adresse Adressen |
    ändern geändert Änderung Änderungen | anmelden angemeldet Anmeldung | löschen gelöscht Löschung |
    Rückerstattung Rückerstattungen rückerstatten rückerstattet | Größe Größen | Straße Straßen |
    Gerät Geräte Geräten | Drucker Druckern Druckers | drucken gedruckt druckt | versenden versendet |
    Versand Versandes | Kosten | Gebühr Gebühren | Vertrag Verträge Verträgen | Zahlung Zahlungen |
    zahlen gezahlt zahlt | aktivieren aktiviert Aktivierung | verlängern verlängert Verlängerung |
    Benutzer Benutzern Benutzers | Einstellung Einstellungen | einstellen eingestellt | Garantie Garantien |
    Gutschein Gutscheine | Rabatt Rabatte | Paket Pakete Paketen | Produkt Produkte Produkten |
    funktionieren funktioniert | Abonnement Abonnements | buchen gebucht | abbuchen abgebucht Abbuchung |
    Bild Bilder Bildern | Etikett Etiketten | installieren installiert Installation | Schlüssel Schlüsseln |
    Rücksendung Rücksendungen | Sprache Sprachen | speichern gespeichert Speicherung |
    einladen eingeladen Einladung Einladungen | übertragen Übertragung Übertragungen | teilen geteilt |
    Mitglied Mitglieder Mitgliedern Mitglieds | Datei Dateien | Fehler Fehlern |
    verbinden Verbindung Verbindungen verbindet | verknüpfen verknüpft Verknüpfung | Ordner Ordnern |
    Kategorie Kategorien | herunterladen heruntergeladen herunterzuladen |
    abschalten abgeschaltet abzuschalten Abschaltung | berechnen berechnet Berechnung | sperren gesperrt Sperrung |
    prüfen geprüft Prüfung | Bericht Berichte Berichten | Lizenz Lizenzen | Anhang Anhänge Anhängen |
    erstellen erstellt Erstellung`,
  fr: `
    facture factures | facturer facturé facturation | commander commande commandes commandé | abonnement abonnements |
    résilier résiliation résilié | rembourser remboursement remboursements remboursé remboursée |
    livrer livré livrée livrées | livraison livraisons | réinitialiser réinitialisation réinitialisé |
    annuler annulé annulée annulation | modifier modifié modification modifications | adresse adresses | clé clés |
    compte comptes | expédier expédié expédiée | colis | imprimante imprimantes | imprimer imprimé |
    étiquette étiquettes | paiement paiements | payer payé payée | supprimer supprimé supprimée |
    suppression suppressions | connecter connecté connectée | connexion connexions | délai délais | prix |
    garantie garanties | utilisateur utilisateurs utilisatrice | données donnée | numéro numéros | société sociétés |
    retourner retourné retournée | activer activé activation | prolonger prolongé prolongation | carte cartes |
    clavier claviers | télécharger téléchargé téléchargement | enregistrer enregistré enregistrement |
    inviter invitation invitations invité | partager partagé partage | membre membres | fichier fichiers |
    erreur erreurs | désactiver désactivé désactivée désactivation | calculer calculé calcul | bloquer bloqué bloquée |
    vérifier vérifié vérification | rapport rapports | licence licences | pièce pièces | créer créé création |
    envoyer envoyé envoi envois | remise remises | journal journaux | entreprise entreprises |
    gestionnaire gestionnaires | première premier`,
  es: `
    contraseña contraseñas | factura facturas | facturar facturado facturación |
    cancelar cancelación cancelaciones cancelado cancelada | devolución devoluciones | envío envíos |
    enviar enviado enviada enviamos | pedido pedidos | suscripción suscripciones |
    reembolso reembolsos reembolsar reembolsado | dirección direcciones | cuenta cuentas | restablecer restablecido |
    cambiar cambiado cambiamos | impresora impresoras | imprimir imprimido | etiqueta etiquetas | pagar pagado pagada |
    pago pagos | tarjeta tarjetas | eliminar eliminado eliminación | configuración configuraciones |
    configurar configurado | versión versiones | sesión sesiones | usuario usuarios usuaria |
    activar activado activación | número números | teléfono teléfonos | garantía garantías | artículo artículos |
    país países | límite límites | código códigos | electrónico electrónica electrónicos | guardar guardado |
    invitar invitación invitaciones invitado | compartir compartido | miembro miembros | archivo archivos |
    error errores | desactivar desactivado desactivación | calcular calculado cálculo | bloquear bloqueado bloqueo |
    informe informes | licencia licencias | crear creado creación | opción opciones | región regiones |
    verificar verificado verificación verificaciones`,
  it: `
    fattura fatture fatturare | abbonamento abbonamenti | rimborso rimborsi rimborsare rimborsato |
    spedizione spedizioni | spedire spedito spedita | ordine ordini | ordinare ordinato ordinata |
    indirizzo indirizzi | annullare annullato annullamento | disdire disdetto | reimpostare reimpostata reimpostato |
    stampante stampanti | stampare stampato stampata | etichetta etichette | pagamento pagamenti |
    pagare pagato pagata | cambiare cambiato cambio | carta carte | consegna consegne consegnare consegnato | città |
    account | eliminare eliminato eliminata eliminazione | utente utenti | attivare attivato attivazione |
    verifica verifiche | verificare verificato | garanzia garanzie | pacco | restituire restituito restituzione |
    numero numeri | società | codice codici | prezzo prezzi | impostazione impostazioni | qualità | novità |
    salvare salvato | invitare invito inviti invitato | condividere | membro membri | errore errori |
    disattivare disattivato disattivazione | calcolare calcolato calcolo | bloccare bloccato blocco |
    rapporto rapporti | licenza licenze | creare creato creazione | allegato allegati | opzione opzioni |
    azienda aziende | amico amici`,
  nl: `
    wachtwoord wachtwoorden | factuur facturen | opzeggen opzegging opgezegd |
    bestellen bestelling bestellingen besteld | terugbetaling terugbetalingen terugbetalen terugbetaald |
    betalen betaling betalingen betaald betaalt | verzending verzendingen verzenden |
    wijzigen wijziging wijzigingen gewijzigd wijzig | account accounts | adres adressen |
    leveren levering leveringen geleverd | printer printers | afdrukken afgedrukt | rekening rekeningen |
    abonnement abonnementen | verwijderen verwijderd verwijdering | gebruiker gebruikers | instelling instellingen |
    instellen ingesteld | kosten | prijs prijzen | retour | inloggen ingelogd | aanmelden aangemeld aanmelding |
    pakket pakketten | product producten | garantie garanties | korting kortingen | sleutel sleutels | knop knoppen |
    taal talen | naam namen | annuleren geannuleerd annulering | activeren geactiveerd activering | code codes |
    uitnodigen uitgenodigd uitnodiging uitnodigingen | delen gedeeld | bestand bestanden | fout fouten |
    verbinden verbinding verbindingen | map mappen | downloaden gedownload | uitschakelen uitgeschakeld |
    berekenen berekend berekening | blokkeren geblokkeerd blokkering | controleren gecontroleerd | rapport rapporten |
    licentie licenties | bijlage bijlagen bijlages | maken gemaakt maakt | sturen gestuurd stuurt | regel regels`,
  pt: `
    encomenda encomendas encomendar encomendado | fatura faturas | faturação |
    cancelar cancelamento cancelado cancelada cancelamentos | devolução devoluções | senha senhas |
    reembolso reembolsos reembolsar reembolsado | assinatura assinaturas | assinar assinado | envio envios |
    enviar enviado enviada | endereço endereços | conta contas | alterar alterado alteração alterações |
    impressora impressoras | imprimir imprimido | etiqueta etiquetas | pagar pagado | pagamento pagamentos |
    cartão cartões | configuração configurações | configurar configurado | versão versões | sessão sessões |
    usuário usuários | utilizador utilizadores | eliminar eliminado eliminação | excluir excluído |
    redefinir redefinido redefinição | código códigos | garantia garantias | opção opções | notificação notificações |
    condição condições | limite limites | telefone telefones | número números | preço preços | informação informações |
    guardar guardado | convidar convidado | partilhar partilhado | membro membros | arquivo arquivos |
    desativar desativado desativação | calcular calculado cálculo | bloquear bloqueado bloqueio |
    verificar verificado verificação verificações | relatório relatórios | licença licenças | criar criado criação |
    imagem imagens | canal canais | região regiões | disponível disponíveis`,
};

/** Families that a stemmer may take for one another: a thing and what is done with it. */
const kin = 4;

const spelledOut = (word: string): string =>
  word
    .replace(/[äöü]/gu, (umlaut) => `${umlaut.normalize('NFD').charAt(0)}e`)
    .replace(/[ÄÖÜ]/gu, (umlaut) => `${umlaut.normalize('NFD').charAt(0)}e`);

const read = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split('|')
    .map((family) => family.trim().split(/\s+/));

describe.each(Object.entries(families))('%s', (tag, text) => {
  const language = tag as KnownLanguage;
  const stemOf = (word: string): string => stem(fold(word), language);

  it('brings the forms of a word together', () => {
    const pairs = read(text).flatMap((family) =>
      family.flatMap((one, i) => family.slice(i + 1).map((other) => [one, other] as const)),
    );
    const apart = pairs.filter(([one, other]) => stemOf(one) !== stemOf(other));
    expect(pairs.length).toBeGreaterThan(60);
    expect(apart.length / pairs.length, apart.join(' ')).toBeLessThanOrEqual(0.02);
  });

  it('keeps different words apart', () => {
    const owners = new Map<string, Set<string>>();
    for (const family of read(text))
      for (const word of family) {
        const found = stemOf(word);
        owners.set(found, (owners.get(found) ?? new Set()).add(family[0] ?? ''));
      }
    const shared = [...owners.values()].filter(({ size }) => size > 1).map((names) => [...names].join('='));
    expect(shared.length, shared.join(' ')).toBeLessThanOrEqual(kin);
  });

  it('needs no accents', () => {
    for (const word of read(text).flat())
      expect(stemOf(word.normalize('NFD').replace(/\p{M}/gu, ''))).toBe(stemOf(word));
  });
});

describe('de', () => {
  it('knows umlauts that are spelled out', () => {
    for (const word of read(families.de).flat())
      expect(stem(fold(spelledOut(word)), 'de')).toBe(stem(fold(word), 'de'));
  });

  it.each(['neue', 'quelle', 'bauen', 'feuer', 'steuer'])('leaves the vowels of %s', (word) => {
    expect(word.startsWith(stem(word, 'de'))).toBe(true);
  });

  it('tells nouns in ge- from participles', () => {
    expect(stem('gewicht', 'de')).not.toBe(stem('wicht', 'de'));
    expect(stem('gerat', 'de')).toBe(stem('gerate', 'de'));
  });
});
