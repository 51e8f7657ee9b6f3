import type { Everyday } from './everyday.ts';

export const de: Everyday = {
  same: `
    anmelden, einloggen, registrieren
    abmelden, ausloggen
    registrieren, konto erstellen, konto eröffnen, mitglied werden, konto anlegen
    kündigen, abbestellen, vertrag beenden, vertrag auflösen
    löschen, entfernen
    zurückschicken, zurücksenden, rücksendung, retoure, rückgabe, zurückgeben, abgeben
    erstattung, rückerstattung, geld zurück
    kosten, preis, gebühr, entgelt, beitrag
    kostenlos, gratis, umsonst, kostenfrei, gebührenfrei
    zahlen, bezahlen
    kaputt, defekt, beschädigt, schaden
    reservieren, vormerken, buchen
    filiale, zweigstelle, geschäftsstelle, niederlassung
    handy, mobiltelefon, smartphone
    telefonnummer, rufnummer
    telefon, anruf
    mail, email
    wlan, wifi
    verlängern, länger behalten, länger
    abholen, holen
    umtauschen, tauschen, austauschen, ersatz
    kaufen, bestellen, erwerben
    fehler, störung
    falsch, fehlerhaft
    lieferung, zustellung, versand
    paket, sendung
    dauer, frist, zeitraum
    geöffnet, offen, öffnungszeiten
    geschlossen, zu
    gesperrt, blockiert
    ermäßigt, ermäßigung, rabatt, vergünstigung
    drucken, ausdrucken
    herunterladen, downloaden
    hochladen, uploaden
    einschalten, aktivieren, anschalten
    ausschalten, deaktivieren, abschalten
    ändern, wechseln, umstellen
    kollege, mitarbeiter
    foto, bild
    firma, unternehmen, betrieb
    benutzer, nutzer, anwender
    kunde, abnehmer
    vertrag, vereinbarung
    unterlagen, dokumente, papiere
    rechner, computer, pc
    mahnung, zahlungserinnerung
    umzug, umziehen, neue adresse
    adresse, anschrift
    schnell, eilig
    hilfe, unterstützung, support
    kontakt, erreichen`,
  means: `
    weg > verloren, ausgeliehen, gelöscht
    geklaut > gestohlen, verloren
    gestohlen > verloren
    portmonee > verloren, karte
    portemonnaie > verloren, karte
    geldbeutel > verloren, karte
    internet > wlan, netz, online
    iphone > handy, mobiltelefon
    teuer > preis, kosten
    billiger > preis, rabatt
    günstiger > preis, rabatt
    student > ermäßigt, ermäßigung
    studenten > ermäßigt, ermäßigung
    rentner > ermäßigt, ermäßigung
    schüler > ermäßigt
    mitgliedschaft > mitglied, ausweis, jahresbeitrag, jahr
    zu spät > verspätet, mahnung, frist, ablauf
    verspätet > mahnung, frist
    vergessen > zurücksetzen
    rausfliegen > entfernen
    rauswerfen > entfernen
    loswerden > löschen, kündigen, entfernen
    mitnehmen > ausleihen
    behalten > leihfrist, frist
    leihen > ausleihen
    besorgen > bestellen, beschaffen
    film > dvd
    filme > dvd
    oma > senioren
    opa > senioren
    gestorben > tod, todesfall
    verstorben > tod, todesfall
    geheiratet > name, heirat
    hochzeit > name, heirat
    sonntags > sonntag
    samstags > samstag
    uhrzeit > uhr
    feiertag > feiertage
    weihnachten > feiertage
    zwischen den jahren > feiertage, weihnachten
    rollstuhl > barrierefrei, gehen
    betrug > phishing
    krank > krankheit
    nass > wasserschaden, wasser
    verschüttet > wasserschaden, beschädigt
    gekippt > wasserschaden, beschädigt
    gerissen > riss, beschädigt
    zerrissen > riss, beschädigt
    zerbrochen > beschädigt, defekt
    ausprobieren > testen, probezeit
    testen > probezeit, testphase
    sprechen > anrufen, telefon
    anrufen > telefon, telefonisch
    reden > telefon, kontakt
    einwerfen > rückgabe
    bezahlen > zahlung
    geld > zahlung, betrag
    abbuchen > lastschrift, einzug
    abgebucht > lastschrift, abbuchung
    bankeinzug > lastschrift`,
  families: `
    zahlen zahle zahlt gezahlt bezahlen bezahlt zahlung zahlungen bezahlung
    liefern liefert geliefert lieferung lieferungen
    bestellen bestellt bestellung bestellungen
    kündigen kündigt gekündigt kündigung
    verlieren verliere verloren verlust
    vergessen vergesse vergaß
    schreiben schreibt geschrieben schreiben schriftlich
    sprechen spricht gesprochen sprechstunde
    abgeben gebe abgegeben abgabe rückgabe
    zurückgeben zurückgegeben rückgabe
    ausleihen ausgeliehen geliehen leihen ausleihe leihe leihfrist
    verlängern verlängert verlängerung
    mahnen mahnung mahngebühr mahngebühren
    gebühr gebühren
    buch bücher
    raum räume
    haus häuser
    kind kinder kindern
    spenden spende gespendet
    lesen liest gelesen leser
    vorlesen vorgelesen vorlesestunde
    sperren gesperrt sperrung sperre
    löschen gelöscht löschung
    ändern geändert änderung
    anmelden angemeldet anmeldung
    abmelden abgemeldet abmeldung
    registrieren registriert registrierung
    drucken gedruckt druck drucker ausdruck ausdrucke
    kopieren kopiert kopie kopien kopierer
    kaufen gekauft kauf käufer
    verkaufen verkauft verkauf
    versenden versendet versandt versand
    schicken geschickt verschickt
    senden gesendet sendung
    überweisen überwiesen überweisung
    abbuchen abgebucht abbuchung
    erstatten erstattet erstattung rückerstattung
    öffnen geöffnet offen öffnung
    schließen geschlossen schließung
    brechen gebrochen bruch
    stehlen gestohlen diebstahl
    reparieren repariert reparatur
    beschädigen beschädigt beschädigung schaden
    wechseln gewechselt wechsel
    ziehen gezogen umzug umziehen umgezogen
    sterben gestorben verstorben tod todesfall
    heiraten geheiratet heirat
    kosten kostet kostenpflichtig
    student studenten studentin studierende
    schüler schülerin schule
    helfen hilft geholfen hilfe
    laden geladen ladung
    gehen geht ging gegangen
    bringen bringt gebracht
    nehmen nimmt genommen
    jahr jahre jährlich
    monat monate monatlich
    tag tage täglich
    woche wochen wöchentlich
    sonntag sonntags
    samstag samstags
    montag montags
    dienstag dienstags
    mittwoch mittwochs
    donnerstag donnerstags
    freitag freitags
    abend abends
    adresse adressen
    rechnung rechnungen berechnen berechnet`,
  circumstances: `
    gestern heute morgen übermorgen vorgestern abend abends morgens nacht nachts mittag vormittag nachmittag montag dienstag mittwoch donnerstag
    freitag samstag sonntag januar februar märz april mai juni juli august september oktober november dezember frühling sommer herbst winter
    weihnachten ostern woche wochen monat monate monaten jahr jahre jahren tag tage tagen stunde stunden minute minuten letzte letzten letzter
    letztes nächste nächsten nächster nächstes neulich kürzlich bald früh früher spät später vorhin inzwischen mittlerweile endlich
    mama papa mutter vater eltern sohn tochter bruder schwester oma opa tante onkel neffe nichte mann frau ehemann freund freundin freunde
    familie kind kinder junge mädchen nachbar nachbarin chef chefin vermieter leute hund katze
    eins zwei drei vier fünf sechs sieben acht neun zehn hundert tausend halb halbe paar einige mehrere beide beiden zweit dritt viert fünft
    froh traurig sauer ärgerlich genervt blöd dumm komisch seltsam verrückt schlimm schlecht schön toll super prima perfekt klasse schade
    peinlich besorgt zufrieden unzufrieden ehrlich natürlich offenbar anscheinend leider hoffentlich bestimmt wahrscheinlich vermutlich
    absolut total völlig komplett besonders normalerweise eigentlich überhaupt deshalb deswegen außerdem trotzdem obwohl sondern zusammen allein
    alleine fast kaum genug mehr weniger weg los klar fertig alt alte alten altes neu neue neuen neues groß große klein kleine kleinen lang
    gut gern gerne gefunden gesehen gehört gedacht gesagt gemacht gekommen gegangen gewesen geworden gelesen wollten sollten hoffen denke glaube
    meine weiß steht stehen sitzt sitzen liegt liegen wohne wohnen gezogen holen bringen brachte nehmen nimmt mitbringen mitnehmen
    ding dinge sache sachen art stück teil grund fall stelle seite platz wort nummer gruß grüße familie herr herren damen
    haus wohnung stadt straße büro küche auto bus bahn zug fahrrad vor allem nämlich tun anders ganze ganzen`,
};
