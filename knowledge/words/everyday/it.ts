import type { Everyday } from './everyday.ts';

export const it: Everyday = {
  same: `
    accedere, entrare, login, accesso
    uscire, disconnettersi, logout
    registrarsi, iscriversi, creare un account, registrazione, iscrizione
    disdire, annullare, cancellare, recedere
    eliminare, cancellare, rimuovere
    restituire, rendere, reso, restituzione
    rimborso, soldi indietro
    prezzo, costo, tariffa, importo
    gratis, gratuito, senza costi
    pagare, versare
    addebito, addebitare
    fattura, ricevuta, bolletta
    password, parola chiave
    mail, email, posta elettronica
    cellulare, telefonino, smartphone, telefono
    chiamare, telefonare
    rotto, guasto, difettoso, danneggiato
    perso, smarrito
    cambiare, modificare
    sostituire, cambiare, scambiare
    pacco, spedizione
    spedizione, consegna
    spese di spedizione, costi di spedizione
    comprare, acquistare
    sconto, riduzione, promozione, buono
    orari, apertura, aperto
    collega, collaboratore
    dipendente, impiegato
    azienda, ditta, società
    utente, cliente
    etichetta, adesivo
    foto, immagine
    errore, guasto, problema
    aiuto, assistenza, supporto
    contratto, accordo
    indirizzo, domicilio
    bonifico, trasferimento
    carta, carta di credito
    scadenza, termine
    prorogare, rinnovare, prolungare
    prenotare, prenotazione
    scaricare, download
    caricare, upload
    attivare, accendere
    disattivare, spegnere
    urgente, espresso, veloce
    noleggiare, affittare
    trasloco, traslocare`,
  means: `
    rubato > perso, furto
    rubata > persa, furto
    sparito > perso
    caro > prezzo
    costoso > prezzo
    internet > wifi, rete, linea
    wlan > wifi
    soldi > rimborso, pagamento
    provare > prova
    sposato > nome, cognome
    trasloco > indirizzo
    studente > riduzione, sconto
    morto > decesso
    parlare > telefono, contatto
    bagnato > danneggiato, acqua
    truffa > frode, phishing
    scaduto > scadenza, rinnovare`,
  families: `
    pagare pago pagato pagamento pagamenti
    spedire spedito spedizione spedizioni
    consegnare consegnato consegna
    restituire restituito restituzione reso
    rimborsare rimborsato rimborso
    annullare annullato annullamento
    disdire disdetto disdetta
    abbonare abbonato abbonamento
    registrare registrato registrazione
    iscrivere iscritto iscrizione
    perdere perdo perso perduto perdita
    rompere rotto rottura
    aprire aperto apertura apre
    chiudere chiuso chiusura chiude
    ricevere ricevuto ricevuta
    fatturare fattura fatturazione
    stampare stampato stampante stampa
    dimenticare dimenticato
    comprare comprato
    acquistare acquisto acquistato
    vendere venduto vendita
    rinnovare rinnovo rinnovato
    prenotare prenotato prenotazione
    prestare prestito prestato
    traslocare trasloco
    connettere connesso connessione
    installare installato installazione
    bloccare bloccato blocco
    attivare attivazione attivato
    scadere scaduto scadenza
    mese mesi mensile mensilmente
    anno anni annuale annuo
    giorno giorni giornaliero quotidiano
    settimana settimane settimanale
    studente studenti studentesco
    bambino bambini
    morire morto decesso`,
  circumstances: `
    ieri oggi domani mattina pomeriggio sera notte mezzogiorno lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo
    aprile maggio giugno luglio agosto settembre ottobre novembre dicembre primavera estate autunno inverno natale pasqua settimana settimane
    mese mesi anno anni giorno giorni ora ore minuto minuti scorso scorsa prossimo prossima ultimo ultima recentemente presto tardi
    mamma papà madre padre genitori figlio figlia fratello sorella zio zia nonno nonna marito moglie fidanzato fidanzata ragazzo ragazza amico
    amica amici famiglia bambino bambina bambini vicino vicina capo gente signor signore signora
    uno due tre quattro cinque sei sette otto nove dieci cento mille mezzo paio alcuni alcune
    contento triste arrabbiato preoccupato strano stupido pazzo terribile orribile fantastico perfetto brutto peggio meglio buono bravo
    sinceramente ovviamente purtroppo fortunatamente sicuramente probabilmente totalmente completamente semplicemente esattamente soprattutto
    normalmente solo sola insieme abbastanza quasi stesso stessa
    andato venuto preso dato detto pensato saputo visto sentito fatto comprato voluto viene aspetto aspettando credo penso spero resta
    cosa cose tipo parte ragione caso fatto parola posto luogo
    piccolo piccola grande vecchio vecchia nuovo nuova giovane proprio altro altra casa appartamento città strada ufficio cucina auto macchina
    autobus treno bici lavoro`,
};
