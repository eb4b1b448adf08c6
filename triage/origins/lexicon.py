"""Words that tell a person from an organisation, an office from a name, a named party from an unnamed one."""

from __future__ import annotations

HONORIFICS = frozenset(
    """mr mrs ms miss mx dr prof professor sir dame lord lady madam herr frau senor senora don monsieur madame rev hon
    capt cpt col gen lt maj sgt cmdr adm gov sen rep supt insp det cllr pvt cpl brig hauptmann""".split()
)
PARTICLES = frozenset("de la le du der den dos da di del van von zu al el bin ibn ben ter ten af av y e of".split()) - {
    "of"
}
LEGAL = frozenset("ltd limited inc incorporated plc llc corp corporation gmbh ag sa srl co bv nv oy ab".split())
PRONOUNS = frozenset("he she they it we i who him her them us me this".split())

SPOKESPEOPLE = frozenset("spokesman spokeswoman spokesperson spokespeople spokesmen spox".split())
HEADS = frozenset(
    """ceo chair chairman chairwoman chairperson chief commander commissioner director governor head leader manager
    minister president principal rector secretary superintendent treasurer executive boss general-secretary dean
    ombudsman chancellor premier deputy spokesman spokeswoman spokesperson representative lawyer counsel""".split()
)
"""Those who speak for the organisation that they head."""
ROLE_NOUNS = (
    HEADS
    | SPOKESPEOPLE
    | frozenset(
        """adviser advisor aide ambassador analyst archaeologist archivist artist attorney author banker baker biologist
        bishop builder bureaucrat captain carpenter cashier chemist clerk coach columnist colonel conductor constable
        consultant contractor convenor coordinator coroner councillor councilman councilwoman counsellor courier
        curator designer detective diver doctor driver economist editor electrician engineer expert farmer ferryman
        firefighter fisherman forester gamekeeper general geologist guard guide historian hydrologist inspector
        investigator janitor judge keeper laboratory lecturer librarian lieutenant lifeguard magistrate major marshal
        master mayor mechanic medic member merchant meteorologist midwife miner monk musician negotiator neighbour
        notary nurse observer officer operator organiser owner painter paramedic pastor patrolman pensioner pharmacist
        photographer physician physicist pilot planner player plumber poet porter postman postmaster priest producer
        professor programmer prosecutor psychologist publisher ranger receptionist referee registrar reporter
        researcher resident restorer retiree sailor scientist senator sergeant shepherd sheriff shopkeeper skipper
        solicitor steward student supervisor surgeon surveyor teacher technician tenant trader trainer translator
        trucker undersecretary vicar pm mp moderator keeper presenter leaseholder dispatcher driller veterinarian volunteer waiter warden watchman welder worker writer""".split()
    )
)

ORGANISATION_NOUNS = frozenset(
    """academy administration agency airline airport alliance archive army assembly association authority authorities
    bank board brigade broadcaster bureau cabinet campaign centre center chamber charity church cinema city club coalition
    college command commission committee company congregation consortium constabulary contractor cooperative corporation
    council county court customs defence department diocese directorate district division embassy enterprise exchange
    faculty federation ferries fleet foods force forces foundation front fund gallery garrison gendarmerie government group guard guild
    harbour headquarters hospital hotel hq inspectorate institute institution insurer intelligence kremlin laboratory
    laboratories league line lines magistracy market ministry mission monastery movement municipality museum navy network
    newspaper office operator opposition orchestra organisation organization panel parish parliament partnership party plant
    police port prosecution prosecutors railway railways red regime region regulator school secretariat senate service
    services shipyard society staff station store strike syndicate team theatre town treasury tribunal trust trustees union
    university utility village watchdog waterworks works""".split()
)
UNNAMED_NOUNS = frozenset(
    """source sources insider insiders official officials person people man woman men women witness witnesses somebody
    someone diplomat diplomats employee employees worker workers resident residents neighbour neighbours colleague
    colleagues passer-by passers-by passenger passengers informant informants critics observers experts analysts locals
    soldier soldiers nurse nurses guard guards guest guests staffer staffers aide aides officer officers friend friends
    relative relatives user users account poster commenter reports report rumours rumour media outlets press newspapers
    parent parents villager villagers trader traders others many some several few one two three member members
    customer customers driver drivers student students fisherman fishermen doctor doctors user anyone everyone
    reader readers shopper shoppers supporters protesters figure figures circles""".split()
)
DOCUMENT_NOUNS = frozenset(
    """letter letters memo memorandum log logs logbook email emails e-mail document documents file files record records
    report minutes audit transcript recording footage video photograph data dataset register registry ledger report
    diary dossier note notes ruling judgment verdict decree order notice bulletin certificate protocol survey study
    census spreadsheet invoice invoices receipt receipts contract agreement treaty map chart database sheet tally
    filing filings indictment complaint warrant script circular readings measurements gauge telegram cable tape""".split()
)
OFFICERS = frozenset(
    """captain colonel commander constable general inspector lieutenant major marshal officer ombudsman prosecutor secretary
    sergeant sheriff superintendent undersecretary minister mayor auditor registrar coroner ambassador""".split()
)
"""Those who, when their organisation is known, speak in its name."""
SPEAKING = HEADS | SPOKESPEOPLE | OFFICERS
CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december today yesterday tomorrow easter christmas""".split()
)
PLACE_NOUNS = frozenset(
    """alley avenue bay beach bridge castle coast corner cove creek crossing dam dock drive east field fields ford forest
    gate gardens green heights highway hill hills hollow inn isle isles island islands lake lane lodge mole moor mount
    mountain north park pass pier place plain plaza point pond province quarry quay quays republic ridge river road row
    sea shore south spring springs square street tower tunnel vale valley wall wells west wood woods yard""".split()
)
COMPANY_NOUNS = frozenset(
    """company firm group business maker operator owner landlord contractor consultancy insurer manufacturer supplier
    retailer publisher agency carrier airline builder brewery chain employer charity importer exporter shipper
    distributor developer""".split()
)
FIRMS = frozenset("agency airline charity company consultancy exporter firm group importer insurer shipper".split())
"""Nouns that stand before the name of a body and never before a person's: "the firm X", "importer X"."""
FIRM_ENDS = frozenset(
    """associates brothers consulting holdings industries lab labs logistics management media partners pharma shipping
    solutions sons studios systems technologies""".split()
)
"""Last words of the names of firms."""
AUTHORED = frozenset(
    "letter letters memo memos memorandum email emails note notes report reports notice notices statement".split()
)
"""Documents that speak for whoever signed them."""
OUTLET_NOUNS = frozenset(
    """advertiser argus beacon broadcaster bulletin chronicle courier daily dispatch echo enquirer examiner express
    gazette globe guardian herald independent inquirer journal ledger magazine mail mercury messenger mirror monitor news
    newspaper observer paper post press radio record reporter review sentinel standard star sun tabloid telegram
    telegraph times tribune tv voice website weekly wire world""".split()
)
"""Last words of the names of newspapers, agencies and stations."""
OFFICES = frozenset("ambassador chancellor governor minister ombudsman president premier prosecutor secretary".split())
LEADING = frozenset(
    """again afterwards also but earlier elsewhere finally first however indeed instead later meanwhile moreover nevertheless
    next now once only previously recently separately so soon still then there thus yet when while after before""".split()
)
"""Words that begin a sentence with a capital and are no part of the name that follows."""

PUBLIC_BODIES = frozenset(
    """army assembly authority board cabinet commission committee council county court department directorate force
    forces gendarmerie government inspectorate institute ministry navy office parliament party police prosecutors
    regiment school secretariat senate treasury tribunal trust union university""".split()
)
STATE_OFFICES = frozenset(
    """ambassador chancellor commander colonel governor inspector judge mayor minister premier prosecutor registrar sergeant
    sheriff undersecretary""".split()
)
"""Offices that are held in public bodies only."""
FITTING = (
    (frozenset("clerk councillor mayor".split()), frozenset("city council county municipality town parish".split())),
    (frozenset("agent solicitor attorney".split()), frozenset("agency management firm".split())),
    (
        frozenset("doctor medic midwife nurse paramedic physician surgeon".split()),
        frozenset("charity clinic hospital".split()),
    ),
    (
        frozenset("lecturer professor researcher scientist".split()),
        frozenset("institute laboratory university".split()),
    ),
    (frozenset("librarian teacher".split()), frozenset("academy college school".split())),
)
"""Roles with the nouns of the bodies that those who bear them usually belong to."""
