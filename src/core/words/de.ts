import type { Vocabulary } from './vocabulary.ts';

export const de: Vocabulary = {
  stopWords: `
    aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus bei beim bin bis bist da dabei dadurch
    dafür dagegen daher damit danach dann daran darauf daraus darf darfst darin darüber darum das dass davon dazu dein deine deinem deinen
    deiner deines dem den denen denn der deren derer des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch
    dürfen ein eine einem einen einer eines er es etwas euch euer eure eurem euren eurer für gegen hab habe haben habt hast hat hatte hatten hier
    hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja jede jedem jeden jeder jedes jene jenem jenen jener jenes
    kann kannst kein keine keinem keinen keiner keines können könnt könnte könnten man manche mein meine meinem meinen meiner meines mich mir mit
    muss musst müssen müsst müsste müssten nach nein nicht nichts noch nun nur ob oder ohne sehr seid sein seine seinem seinen seiner seines
    seit sich sie sind so sobald sofern sogar solche solchem solchen solcher soll sollen sollte sollten sondern sonst sowie trotz über um und uns
    unser unsere unserem unseren unserer unter vom von vor wann war waren warum was weil welche welchem welchen welcher welches wem wen wenn wer
    werde werden werdet weshalb wessen wie wieso wieviel will willst wir wird wirst wo wobei wodurch wofür woher wohin womit worauf worden worüber
    wurde wurden während wäre wären zu zum zur zwar zwischen würde würden hätte hätten`,
  filler: `
    aktuell allerdings bedanke besten bereits bisher bitte braucht brauche brauchen bräuchte danke dankeschön eben eigentlich einfach einmal
    erhalte erhalten bekomme bekommen bekommt erst euren evtl eventuell finde finden frage fragen freundlich freundlichen freundliche ganz geben gebe
    geehrte geehrten geehrter gehen geht gehts genau gerade gern gerne gibt gibts gleich grüezi gruß grüße grüßen grüss guten gut guten
    guter haltet hallo helfen helft herren damen hey hi hilfe hilft hoffe hätte immer irgendwas irgendwie jemand jemanden jetzt klappt komme
    kommt kriege kriegen lange lassen lässt leider liebe lieber liebes lg mache machen macht mal man mfg moin morgen möchte möchten möglich muss
    nochmal ok okay problem probleme richtig sage sagen schon servus sicher sogenannte sofort tag abend team trotzdem tun tut unbedingt vielen vielleicht
    viel viele vorab voraus weiter weiterhelfen weiß wieder wissen wollen wollte wohl würde zeigen ziemlich irgendwo versuche versucht
    funktioniert funktionieren wünsche erklären sagt folgendes`,
  asking:
    /\bwie(?:viele?)? (?:lange?|viele?|oft|gross|hoch|schnell|weit|alt|bald|spat|kommt es|sieht es)\b|\bwieviele?\b|\bwas fur\b|\bum wieviel uhr\b|\bab wann\b|\bbis wann\b/g,
  telling: `abbestellen abgelaufen abo abrechnung abschalten adresse aktivieren ändern anmelden anmeldung anschrift
    artikel aufkleber ausdrucken ausschalten ausloggen benutzer benutzername bestellen bestellnummer bestellt
    bestellung bestellungen bezahlen bezahlt datei daten deaktivieren drucken drucker druckt einloggen einrichten
    einstellen einstellungen etikett etiketten falsch fehler fehlermeldung gebühr gebühren geld gelöscht gerät geräte
    geliefert gesperrt gutschein herunterladen hochladen jahr jahre kaputt karte kennwort konto kosten kostenlos
    kostet kreditkarte kunde kunden kündigen kündigung lieferung löschen mehrwertsteuer meldung mitarbeiter monat
    monate nachricht neu neue neuen nutzer nummer passwort paket preis preise probezeit produkt rechnung rechnungen
    rückerstattung rückgabe rücksendung schicken seite sprache stornieren stunden tage tagen telefon umtauschen
    vergessen verkaufen verlängern verloren versand versandkosten verschicken vertrag wechseln widerruf widerrufen
    woche wochen zahlen zahlung zahlungsart zugang zurück zurücksetzen`,
};
