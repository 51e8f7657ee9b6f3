import type { Vocabulary } from './vocabulary.ts';

export const it: Vocabulary = {
  stopWords: `
    a ad agli ai al alla alle allo altra altre altri altro anche anch ancora avere aveva avete avevo abbiamo c che chi ci ciò come coi col con
    contro cosa cui da dagli dai dal dalla dalle dallo degli dei del dell della delle dello dentro di do dopo dove dovrebbe dunque durante e è ed egli
    ella era erano essa essere esso essi faccia fare fra fu già gli ha hai hanno ho i il in io la le lei li lo loro lui ma me mentre mi mia mie miei mio molta
    molto ne negli nei nel nella nelle nello né no noi non nostra nostre nostri nostro o od ogni per perché perciò però più poco poi prima proprio
    qual quale quali quando quanta quante quanti quanto quella quelle quelli quello quest questa queste questi questo qui quindi sarà se
    sei senza si sia siamo siano siete sono sopra sotto sta stata state stati stato stesso su sua sue sugli sui sul sulla sulle sullo suo suoi tra tu
    tua tue tuo tuoi tutta tutte tutti tutto un una uno vi voi vostra vostre vostri vostro cos dall nell sull all quell l d`,
  filler: `
    adesso aiutare aiutarmi aiutate aiuto allora appena avrei avremmo bene bisogno buon buona buonasera buongiorno buono caro cara cari cerco
    chiedere ciao cioè cordiali cortesemente cose dare deve devo devono dice dire dirmi domanda domande dovrei esattamente esiste
    facciamo faccio fa funziona funzionano funzionare gentile gentili gentilmente giorno grazie inoltre invece mai meglio modo momento nessuno
    niente nulla oggi ok ora persona persone piacerebbe posso possiamo possibile possono possibilmente potete potrebbe potrei potreste
    potuto prego problema problemi provato provo può puoi purtroppo qualche qualcosa qualcuno rapidamente riesce riesco riescono riuscire
    salve saluti sapere sai sapete scusa scusate scusi sempre serve signora signore signori so soltanto solo spiegare subito tanto usare utilizzare
    vado vedere veramente voglio vogliamo volere volta volte vorrebbe vorrei vorremmo vuole`,
  asking:
    /\bquant[oaie] (?:tempo|costa|costano|dura|volte|giorni|mesi)\b|\bche cosa\b|\bcome mai\b|\bper quanto\b|\ba che ora\b|\bda quando\b|\bogni quanto\b|\bin che modo\b/g,
  telling: `abbonamento abbonamenti accedere accesso acquistare acquisto aggiornare aggiungere annullare arrivato
    attivare azienda bloccato cambiare cancellare carta cliente clienti codice collegare configurare consegna
    consegnato conto costi costo credito dati dimenticato disattivare disdire dispositivo documento eliminare entrare
    etichetta etichette fattura fatture fatturazione garanzia giorni gratis gratuito impostare impostazioni indirizzo
    inviare lingua mese mesi modificare negozio nome numero nuova nuovo ordinare ordine ordini pacco pagamento
    pagamenti pagare pagina perso posta prezzi prezzo prodotti prodotto prova rete reimpostare reso resi restituire
    ricevere ricevuta ricevuto rimborso rimuovere rinnovare rotta rotto sbagliato scaricare scadenza settimana sito
    spedire spedito spedizione spedizioni squadra stampa stampante stampare stampanti stipulare tariffa telefono
    utente utenti vendere verificare aprire apre caricare carica chiude password sconto spedite`,
};
