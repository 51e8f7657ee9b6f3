import type { Everyday } from './everyday.ts';

export const nl: Everyday = {
  same: `
    inloggen, aanmelden, login
    uitloggen, afmelden
    registreren, aanmelden, account aanmaken, lid worden, inschrijven
    opzeggen, beëindigen, stopzetten, annuleren
    verwijderen, wissen
    terugsturen, retourneren, retour, terugbrengen, inleveren
    terugbetaling, geld terug, restitutie
    kosten, prijs, tarief, bedrag
    gratis, kosteloos
    betalen, voldoen
    afschrijven, incasseren, afschrijving, incasso
    factuur, rekening, nota
    wachtwoord, paswoord
    mail, email
    mobiel, gsm, telefoon, smartphone
    bellen, telefoneren
    kapot, defect, stuk, beschadigd
    kwijt, verloren, zoek
    wijzigen, veranderen, aanpassen
    omruilen, ruilen, vervangen
    pakket, pakje, zending
    levering, bezorging
    verzendkosten, portokosten
    kopen, aanschaffen, bestellen
    korting, aanbieding, kortingscode
    openingstijden, open, geopend
    collega, medewerker
    werknemer, personeel
    bedrijf, onderneming, firma
    gebruiker, klant
    etiket, sticker
    foto, afbeelding
    fout, storing
    hulp, ondersteuning, support
    contract, overeenkomst
    adres, woonadres
    overboeking, overschrijving
    pas, kaart, pinpas
    termijn, deadline
    verlengen, vernieuwen
    reserveren, reservering, boeken
    downloaden, binnenhalen
    aanzetten, inschakelen, activeren
    uitzetten, uitschakelen, deactiveren
    spoed, dringend, snel
    huren, lenen
    verhuizen, verhuizing`,
  means: `
    gestolen > verloren, diefstal
    weg > kwijt, verloren
    duur > prijs, kosten
    goedkoper > prijs, korting
    internet > wifi, netwerk
    wlan > wifi
    geld > terugbetaling, betaling
    proberen > proef, proefperiode
    uitproberen > proefperiode
    getrouwd > naam, achternaam
    verhuizen > adres
    student > korting
    overleden > overlijden
    praten > telefoon, contact
    nat > beschadigd, water
    oplichting > fraude, phishing
    verlopen > geldig, verlengen`,
  families: `
    betalen betaal betaalt betaald betaling betalingen
    leveren geleverd levering
    bezorgen bezorgd bezorging
    bestellen besteld bestelling bestellingen
    opzeggen opgezegd opzegging
    annuleren geannuleerd annulering
    verliezen verloren verlies
    vergeten vergeet
    breken gebroken breuk
    stelen gestolen diefstal
    kopen koop gekocht aankoop
    verkopen verkocht verkoop
    sturen gestuurd verstuurd versturen verzenden verzonden verzending
    terugsturen teruggestuurd retour
    lenen leen geleend uitlenen uitgeleend lening
    verlengen verlengd verlenging
    reserveren gereserveerd reservering
    openen geopend open opening
    sluiten gesloten sluiting
    drukken gedrukt printen geprint afdruk
    wijzigen gewijzigd wijziging
    inloggen ingelogd
    aanmelden aangemeld aanmelding
    blokkeren geblokkeerd blokkering
    installeren geïnstalleerd installatie
    vervangen vervanging
    repareren gerepareerd reparatie
    beschadigen beschadigd beschadiging schade
    verhuizen verhuisd verhuizing
    overlijden overleden
    maand maanden maandelijks
    jaar jaren jaarlijks
    dag dagen dagelijks
    week weken wekelijks
    kind kinderen
    boek boeken
    student studenten`,
  circumstances: `
    gisteren vandaag morgen overmorgen ochtend middag avond nacht maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart
    april mei juni juli augustus september oktober november december lente zomer herfst winter kerst pasen week weken maand maanden jaar jaren
    dag dagen uur uren minuut minuten vorige volgende laatste onlangs binnenkort vroeg laat
    mama papa moeder vader ouders zoon dochter broer zus oom tante opa oma neef nicht man vrouw vriend vriendin vrienden familie kind kinderen
    baby jongen meisje buurman buurvrouw baas huisbaas mensen meneer mevrouw
    een twee drie vier vijf zes zeven acht negen tien honderd duizend half paar enkele beide
    blij verdrietig boos bezorgd raar vreemd stom gek vreselijk verschrikkelijk leuk mooi geweldig perfect slecht erg goed beter best
    eerlijk natuurlijk blijkbaar helaas gelukkig zeker waarschijnlijk absoluut helemaal gewoon precies vooral meestal normaal eigenlijk alleen
    samen genoeg bijna zelfs
    ging kwam gekomen genomen gegeven gezegd dacht wist gezien gehoord gedaan gemaakt wilde komt neem neemt denk geloof hoop wacht blijf blijft
    ding dingen soort deel reden geval woord plek plaats
    klein kleine groot grote oud oude nieuw nieuwe jong eigen ander andere huis woning stad straat kantoor keuken auto bus trein fiets werk`,
};
