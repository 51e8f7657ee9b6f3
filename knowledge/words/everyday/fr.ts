import type { Everyday } from './everyday.ts';

export const fr: Everyday = {
  same: `
    se connecter, connexion, s'identifier, accéder
    se déconnecter, déconnexion
    s'inscrire, inscription, créer un compte
    résilier, résiliation, arrêter, mettre fin, annuler
    supprimer, effacer, enlever, retirer
    remboursement, rembourser, récupérer mon argent
    mot de passe, code secret
    facture, note
    prix, coût, tarif, montant
    gratuit, sans frais, offert
    colis, paquet
    livraison, expédition, envoi
    retourner, renvoyer, retour
    garantie, assurance
    panne, coupure, en panne
    cassé, abîmé, endommagé, défectueux
    perdu, égaré
    courriel, mail, email, adresse électronique
    téléphone, portable, mobile
    appeler, téléphoner, contacter
    changer, modifier
    augmenter, hausse
    baisser, réduire, diminuer
    mensualité, mensuel
    échéancier, plusieurs fois, échelonner
    carte bancaire, carte bleue, carte de crédit, carte
    prélèvement, débit
    virement, transfert
    banque, compte bancaire, iban
    logement, appartement, maison, domicile
    déménager, déménagement, quitter
    emménager, emménagement, arriver
    courant, électricité
    ordinateur, pc
    erreur, faute
    acheter, commander
    échanger, remplacer
    photo, image
    entreprise, société
    horaires, heures d'ouverture, ouvert
    étiquette, autocollant
    collègue, collaborateur
    réduction, rabais, remise, promotion
    aide, assistance, support
    wifi, réseau`,
  means: `
    appart > logement, appartement
    appartement > logement
    volé > perdu, vol
    internet > réseau, ligne
    cher > prix, tarif, élevé
    élevé > cher, hausse
    double > élevé
    mort > décès
    décédé > décès
    vendre > rachat, racheter
    charger > recharge, borne
    voiture > véhicule
    numéro > référence
    argent > remboursement, paiement, solde
    étudiant > réduction
    chiffres > index, relevé
    taper > saisir
    essayer > essai
    tester > essai
    parler > appeler, téléphone
    marié > nom, mariage
    impôts > fiscal, impôt`,
  families: `
    payer paie paye paiement payé
    résilier résiliation résilié
    rembourser remboursement remboursé
    livrer livraison livré
    connecter connexion connecté
    inscrire inscription inscrit
    ouvrir ouverture ouvert
    fermer fermeture fermé
    vendre vente vendu vendeur
    acheter achat acheté acheteur
    perdre perdu perte
    recevoir reçu reçois réception
    envoyer envoie envoi envoyé
    électricité électrique
    mourir mort décès décédé
    déménager déménagement
    emménager emménagement
    arriver arrive arrivée
    relever relevé relève
    couper coupe coupure coupé
    recharger recharge charger chargement
    changer changement changé
    utiliser utilisation usage
    consommer consommation conso
    augmenter augmentation hausse
    réduire réduction réduit
    estimer estimation estimé
    mois mensuel mensualité mensualités mensuellement
    an année annuel annuelle
    jour journée quotidien
    nuit nuits nocturne
    oublier oublié oubli
    imprimer impression imprimante
    expédier expédition expédié
    installer installation installateur
    prélever prélèvement prélevé
    devoir dois doit dû
    froid hiver
    aider aide`,
  circumstances: `
    hier aujourd'hui aujourd hui demain matin soir nuit midi lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet
    août septembre octobre novembre décembre printemps été automne hiver noël pâques semaine semaines mois an ans année années jour jours heure
    heures minute minutes dernier dernière prochain prochaine récemment bientôt tôt tard avant après
    maman papa mère père parents fils fille frère sœur oncle tante grand-mère mari femme copain copine ami amie amis famille enfant enfants
    bébé voisin voisine patron chef gens monsieur madame
    un deux trois quatre cinq six sept huit neuf dix cent mille demi quelques plusieurs double fin début
    content contente triste fâché énervé inquiet inquiète bizarre étrange nul bête fou dommage super génial parfait horrible grave mauvais bon
    honnêtement évidemment apparemment malheureusement heureusement sûrement probablement absolument totalement complètement simplement
    exactement surtout souvent assez presque même seul seule ensemble tellement n'importe
    allé venu pris donné dit pensé su vu entendu fait acheté voulu aimé viens vient prends prend crois pense espère attends attend reste
    chose choses truc côté partie raison cas fait fois mot place compréhension avance
    petit petite grand grande gros vieux vieille nouveau nouvel nouvelle jeune propre autre
    maison appartement ville rue bureau cuisine voiture bus train vélo emploi travail`,
};
