import type { Vocabulary } from './vocabulary.ts';

export const fr: Vocabulary = {
  stopWords: `
    à ai aie ait alors as au aucun aucune auquel aux auxquels avais avait avant avec avez avoir avons ayant c ça car ce ceci cela celle celles
    celui cependant ces cet cette ceux chaque chez ci comme d dans de depuis des donc dont du elle elles en encore entre es est et étaient étais
    était étant été êtes être eu eux fait faut il ils j je l la laquelle le lequel les lesquels leur leurs lui m ma mais me mes mien moi moins mon
    n ne ni nos notre nous on ont ou où par parce pas pendant peu peut peuvent peux plus pour pourquoi pouvez pouvoir pouvons près puis puisque
    qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera serait ses si son sont sous suis sur t ta tandis te tes toi ton tous
    tout toute toutes tu un une va vais vas vers veut veux voici voilà vont vos votre vous vu y comment combien lorsque lorsqu puisqu jusqu jusque
    ainsi afin aussi autre autres après contre dès deux même mêmes non oui quelque quelques très trop`,
  filler: `
    aide aider aidez aimerais aimerait aller allez avance besoin bien bonjour bonsoir bonne bon coucou cordialement certainement chose choses
    demande demander depuis déjà dire dites dois doit doivent devez donner enfin essaie essayé essaye exactement faire fais faites
    fonctionne fonctionner fonctionnent gens grâce jamais journée juste madame maintenant malheureusement merci messieurs mesdames mettre mieux
    moment monsieur normal normalement ok parfois personne plaît plait plutôt possible pourrais pourrait pourriez problème problèmes
    puis quelqu question questions rien salut salutations savoir sais savez seulement souci soucis souhaite souhaiterais souhaitons
    stp svp sûr toujours tente tenté trouve trouver trouvez utiliser vite voir voudrais voudrait vouloir voulez vraiment expliquer
    arrive actuellement`,
  asking:
    /\bcombien(?: de (?:temps|fois|jours|mois|personnes))?\b|\bquel(?:le)?s? (?:est|sont)\b|\bquand est ce que\b|\best ce que?\b|\bpendant combien\b|\ba quelle heure\b/g,
  telling: `abonnement abonnements achat acheter activer adresse affiche afficher ajouter annuler annulation bancaire
    bloqué boutique bouton carte changer clé coûte colis commande commander commandes compte connecter connexion
    courriel désactiver délai délais délivré données dernière effacer enregistrer entreprise envoyer envoyé erreur
    essai expédition expédié étiquette étiquettes étranger facturation facture factures fichier fermer forfait frais
    garantie gratuit heures identifiant impossible imprimante imprimer jour jours langue lien livraison livrer livré
    logiciel mensuel mettre modifier mois mot moyens nouveau nouvelle numéro oublié ordinateur paiement paramètres
    payer passe perdu prélèvement prix produit profil quitter recevoir reçu récupérer réinitialiser rembourser
    remboursement renouveler résilier retard retour retourner semaine société supprimer tarif téléphone télécharger
    utilisateur utilisateurs valider vendre ville voiture application carton plante`,
};
