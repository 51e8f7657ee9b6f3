import type { Everyday } from './everyday.ts';

export const en: Everyday = {
  same: `
    log in, login, sign in, log on, logon; log out, sign out, log off; sign up, register, registration, create an account, open an account
    delete, remove, erase, wipe; cancel, terminate, unsubscribe; return, send back, ship back
    refund, money back, reimbursement, reimburse, repay; colleague, coworker, teammate, team member, staff; employee, staff, worker
    cost, price, fee, charge; charged, billed, debited; invoice, bill; mail, email; phone, telephone
    mobile phone, cell phone, smartphone, cellphone; broken, defective, faulty, damaged, malfunction; lost, missing
    exchange, swap, replace, replacement; buy, purchase; sticker, label; courier, carrier; parcel, package; photo, picture, image
    quota, limit, allowance, cap; fewer, less, reduce; stop, disable, turn off, switch off, deactivate
    turn on, switch on, enable, activate; begin, start; repair, fix; error, mistake, fault; wrong, incorrect, false; holiday, vacation
    child, kid; company, business, firm; document, file, paper; website, web site, site, web page
    settings, preferences, options, configuration; update, upgrade; alert, notification, warning, reminder; cheap, inexpensive
    contract, agreement; legal, law; permission, access, right; stock, inventory; free of charge, no charge, gratis; address, location
    twice, double, duplicate; pause, suspend, freeze, hold; move, migrate, transfer, switch; delay, late; quick, fast, speed; slow, slowly
    maximum, max, at most, highest; minimum, min, at least, lowest; increase, raise; decrease, lower, reduce
    parallel, concurrent, simultaneous, at once, at the same time; repeat, retry, again; faint, pale; download, export; upload, import
    team, group; teenager, youth; shop, store; question, query; contact, reach; complaint, complain
    opening hours, business hours, support hours; job, career, vacancy; picture, screenshot; abroad, foreign; arrive, reach`,
  means: `
    sold out > stock; out of stock > sold; nicked > stolen, lost; stolen > lost, theft; misplaced > lost; gone > missing, lost, deleted
    vanished > missing, lost; disappeared > missing, lost, deleted; quit > cancel, leave, stop, left; leave > cancel, close, quit
    fire > remove, offboard; fired > remove, offboard; throw out > remove; kick out > remove; get rid > delete, remove, cancel
    shut down > close, delete, down; close > delete; annual > year; iphone > phone, mobile; android > phone, mobile; cellphone > phone
    cell > phone, mobile; laptop > computer, device; pc > computer; internet > wifi, network, online; wireless > wifi; wlan > wifi
    cracked > damaged, broken; crack > damaged, broken; crushed > damaged; smashed > damaged, broken; torn > damaged; wet > damaged, water
    dead > broken, down; died > broken, death; passed away > death; gave up > broken, fail; pulls > direct debit, charge
    expensive > price, cost; cheaper > price, discount; cheapest > price, lowest; afford > price, pay; rate > price; tariff > price, plan
    deal > discount, offer; discount > reduced; atm > cash machine, withdraw; cash machine > withdraw, atm
    money > payment, refund, balance; salary > payment; heads up > notification, alert; buzzing > notification; ping > notification
    spam > email, notification; bother > notification; hook > webhook; playground > sandbox, test; try out > trial, test
    trying out > trial; try it > trial; try > trial; test > trial; testing > trial, test; demo > trial; roll back > undo, revert, restore
    undo > revert, restore, cancel; go back > undo, revert; changed my mind > withdraw, reactivate, undo; hacked > compromised, security
    bug > error, vulnerability; hole > vulnerability; locked out > locked, blocked; stuck > blocked, hang; hangs > timeout, freeze
    hang > timeout; forever > timeout; crash > error, fail; crashes > error, restart, reinstall; freezes > hang, crash
    reloading > refresh, loop; garbage > characters, encoding; garbled > characters, encoding; married > name, surname
    marriage > name, surname; moving house > address, move; moved > address, move; relocate > address, move; student > education, discount
    charity > nonprofit, non-profit; ngo > nonprofit; people > users, team; boss > admin, owner, manager
    in charge > owner, admin, responsible; hurry > urgent, express; asap > urgent, express; overnight > express; doorbell > delivery
    driver > carrier, courier; postman > carrier, delivery; pick up > collect, pickup, collection; collect > pickup
    tracking > track, status; where is my > track, status; bust > insolvency, bankrupt; bankrupt > insolvency
    safe > protected, secure, security; secure > security, protected; private > privacy; snoop > privacy; spy > privacy; illegal > law
    lawyer > legal; underage > age; kids > children, child; husband > partner, spouse; wife > partner, spouse; girlfriend > partner
    boyfriend > partner; fake > scam, phishing, counterfeit; scammer > scam, fraud; scam > fraud, phishing; text message > sms; text > sms
    french > language; german > language; spanish > language; italian > language; english > language; dutch > language; afternoon > time
    morning > time; clock > time; country > region; europe > eu, region; usa > us, united states, countries; weekend > saturday, sunday
    add to cart > buy, order; type > enter; put in > enter, add, import; fill in > enter; add > create; make > create
    change > edit, update; switch > change; rename > change, name; driving licence > identity, passport; id card > identity
    log > record, history; trace > log; token > key; firewall > proxy, network; renew > refresh, extend; expire > renewal, validity
    shape > schema, type; fake data > mock; stub > mock; abort > cancel; give back > return; hand back > return
    bring back > return, restore; get back > restore, recover; recover > restore; restore > recover, undo; rent > lease
    borrow > loan, lend; lend > loan; used up > limit, usage; run out > limit, empty; empty > out of; white > blank; colour > color
    ink > cartridge, toner; tear > damage; dial > call; call > phone; ring > phone, call; speak > call, phone, contact
    talk > call, phone, contact; human > agent, person, support; write to > email, contact; program > software, app; tool > software, app
    software > app; app > application; button > click; menu > navigation; screen > display; lamp > light; flash > blink; hurt > injury
    sick > illness; wheelchair > disabled, accessible; blind > accessible, accessibility`,
  families: `
    pay pays paying paid payment payable; send sends sending sent; sell selling sold sale; buy buying bought buyer; lose losing lost loss
    find finding found; forget forgetting forgot forgotten; break breaking broke broken; steal stole stolen theft; leave leaving left
    bring bringing brought; keep keeping kept; choose choosing chose chosen choice; write writing wrote written
    speak speaking spoke spoken; freeze freezing froze frozen; withdraw withdrawing withdrew withdrawn withdrawal
    begin beginning began begun; give giving gave given; hold holding held; read reading readable legible; pick picking picker
    pack packing packer; deliver delivery deliveries delivered; ship shipping shipment shipped; subscribe subscription subscriber
    register registration; notify notification; verify verification; apply application; expire expiry expired expiration
    use using used usage; weigh weight weighing; authenticate authentication authenticator
    authorize authorization authorise authorisation; organize organization organise organisation; insure insurance insured
    identify identity identification; close closing closure; die died dead death; grow growth growing; send sender
    receive receipt reception; deduct deduction; reduce reduction; repair repairs repairing; translate translation; describe description
    decide decision; extend extension; explain explanation; compare comparison; produce product production; respond response
    reply replies; solve solution; store storage; supply supplier supplies; late latest lateness; long longer length; high higher height
    wide width; deep depth; strong strength; safe safety; able ability; number numbers; analyze analysis analyse analytics
    cancel cancellation cancelled canceled; fail failure failed; print printing printed printout; proceed procedure process; prove proof
    fly flight; meet meeting met; tax taxes taxation; sign signature signed; own owner ownership; admin administrator administration
    legal legally law; person persons people; child children; man men; woman women; wife wives; foot feet; half halves`,
  circumstances: `
    yesterday today tomorrow tonight morning afternoon evening night noon midnight monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december spring summer autumn fall winter christmas easter
    week weeks weekend month months year years day days hour hours minute minutes ago last next since recently lately soon early late
    earlier later before moment while meanwhile finally twice times
    mum mom mother dad father parents son daughter brother sister aunt uncle grandma grandpa grandmother grandfather nephew niece cousin
    husband wife girlfriend boyfriend friend friends family kid kids baby boy girl man woman guy guys lady neighbour neighbor boss landlord
    sir madam mister mrs accountant lawyer people everybody nobody
    one two three four five six seven eight nine ten dozen hundred thousand thousands million half couple few several lots plenty
    happy unhappy sad angry annoyed annoying upset worried embarrassed embarrassing stupid silly crazy weird strange funny ridiculous
    terrible awful horrible great nice fine cool lovely beautiful perfect wonderful amazing bad worse worst better best well good
    honestly basically literally obviously apparently unfortunately luckily hopefully certainly probably definitely absolutely totally
    completely simply exactly especially usually normally automatically alone together apart enough almost nearly hardly barely even
    although though whether since until without within instead besides anyway forever always never sometimes often
    went came comes come brought took taken gave given told thought knew felt heard saw seen done made bought wanted liked loved hated
    hoped wished hope wish believe guess suppose mean means meant decide decided promise promised expect expected remember understand
    bought noticed notice learned read wrote wait waiting waited stay stayed stays live lives living moved
    put puts putting bit piece lot kind sort stuff thing things way place side part point reason case fact idea matter word sense
    wanna gonna gotta oh ah hmm wow lol btw asap regards sincerely cheers thanks ta hiya goodbye bye dear whole entire real main
    little small big large huge tiny old new young own other another same different next first second third
    home house flat town city street road office kitchen tram bus train car bike supermarket restaurant
    english hungary germany france spain italy poland`,
};
