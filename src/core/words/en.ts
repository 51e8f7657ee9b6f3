import type { Vocabulary } from './vocabulary.ts';

/** Particles that change a verb (off, down, out) are no stop words. */
export const en: Vocabulary = {
  stopWords: `
  a about above after again against all am an and any are as at be because been before being below between both but by can could did do does doing during each few for from
  further had has have having he her here hers herself him himself his how i if in into is it its itself just me more most
  my myself no nor not now of on once only or other our ours ourselves over own same she should so some such than that the their
  theirs them themselves then there these they this those through to too under until up very was we were what when where which while
  who whom why will with would you your yours yourself yourselves
  arent cant couldnt didnt doesnt dont hasnt havent hed hes id ill im isnt ive lets shes shouldnt thats theres theyre theyve
  wasnt weve werent whats whens wheres whos wont wouldnt youd youll youre youve s t d m ll re ve`,
  filler: `
  able actually already also always anybody anymore anyone anything anyway away b basically bit btw bye cannot come coming could
  currently dear easily else ever every everything exactly face finally get gets getting give gives go goes going gonna good got
  gotta guys happen happens happened happening hello help hey hi hope however idea instead keep keeps kind kindly know let like
  likes little ll look looking lot make makes making many may maybe might must much need needed needing needs never nice ok okay
  one ones ours people perhaps person please pls plz possible possibly problem problems question questions quick quickly quite r
  really right said say says see seem seems show somebody somehow someone something somewhere sorry still stuff suddenly sure
  take takes taking tell thank thanks thankyou thats thing things think though thx till told tried try trying u ur us use
  using wanna want wanted wants way whatever wonder wondering work working works yes yet`,
  asking: /\bhow (?:long|many|much|often|big|large|soon|fast|far|high|old|come|about)\b/g,
  telling: `address bill billing blank cancel cancelled card change charge charged company connect create customer
    customers delete delivery device failed forgot found invoice invoices locked log lost missing money month order
    orders package parcel payment phone price print product receipt refund refunds reset return sent settings shipment
    shipped shipping sign site stolen subscription team users week wrong year accepted allowed before broken details
    expired included signing`,
};
