import type { Vocabulary } from './vocabulary.ts';

export const nl: Vocabulary = {
  stopWords: `
    aan achter al alle alleen als ander andere anders af ben bent bij binnen boven daar daarom dan dat de der deze die dit doch door dus een één
    eens en er geen had hadden haar hare heb hebben hebt heeft hem hen het hier hij hoe hoeveel hun ik in is ja je jij jou jouw jullie kan kon konden
    kun kunnen kunt maar mag me meer men met mij mijn mijne mocht moest moet moeten mogen na naar niet niets noch nog nu of om omdat onder ons onze
    ook op over sinds te tegen tegenover ten tenzij ter terwijl tijdens toch toe toen tot tussen u uit uw vaak van vanaf veel via voor voordat
    waar waarom wanneer waren was wat we weinig wel welk welke werd werden wie wij wil willen wilt worden wordt zal ze zelf zich zij zijn zo
    zoals zonder zou zouden zullen zult`,
  filler: `
    aangezien alstublieft alsjeblieft alvast altijd anderen avond bedankt beste besten bijvoorbeeld bekend blijft blijven bijna daarna dag dank
    danku dankjewel doe doen doet echt eerst eigenlijk elke ergens even ga gaan gaat gewoon geven geef goed goede goedemiddag goedemorgen goedenavond
    graag groet groeten gebruiken hallo hartelijk heer help helpen helpt heel helaas hoi hoop houden iemand iets ineens inmiddels jammer juist
    kom komen komt krijg krijgen krijgt laten leg leggen lukt lukken maak maakt maken meteen mevrouw mensen middag misschien mogelijk
    moment morgen nodig nooit ok oké opeens opnieuw persoon plots probeer probeert proberen probleem problemen snel soms steeds toe uitleggen uitleg
    vind vinden verder vraag vragen vriendelijke weer weet werkt werken wens weten wilde zeer zeggen zeg zeker zien zie zoek zoeken
    geprobeerd doorgaan zodat daarnaast mvg gr`,
  asking:
    /\bhoe (?:lang|veel|vaak|groot|snel|ver|hoog|oud|laat|duur|komt het)\b|\bhoeveel(?: tijd| dagen| keer)?\b|\bwat voor\b|\bvanaf wanneer\b|\btot wanneer\b/g,
  telling: `aanmaken aanmelden aanpassen aanvragen aankoop abonnement afdrukken afgeschreven adres annuleren apparaat
    artikel bedrag bedrijf bestand bestellen bestelling bestellingen besteld betaald betaling betalingen betalen
    beveiliging bezorgd bezorging bijwerken doorsturen downloaden dozen factuur facturen foutmelding fout gebruiker
    gebruikers gebruikersnaam geblokkeerd gegevens geld geleverd geannuleerd gratis instellen instellingen inloggen
    jaar kapot kaart klant klanten knop koppelen korting kost leveren levering levertijd maand maanden machtiging maat
    medewerker naam nieuw nieuwe nummer ontvangen ontvang opzeggen opzegging overstappen pagina pakket pakketje prijs
    prijzen producten proefperiode rekening retour retourneren ruilen scherm sturen taal teruggave terugbetaling
    terugkrijgen terugsturen telefoon uitloggen uitschakelen uur vergeten verkopen verlengen verloren verwijderen
    verzenden verzending verzendkosten verzonden volgende wachtwoord week weken wijzigen winkel zending toevoegen
    bezorgadres drukt etiketten lege leeg`,
};
