"""Copies of a document as the web makes them: reprints, trimmed reprints, paraphrases and machine-spun rewrites.

They test that an origin stays one origin however often it is repeated. The table of synonyms below belongs to the
generator alone; the detector (`reuse`) never sees it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

from triage.origins.credits import PRIMARY
from triage.passages import sentences
from triage.schema import Document, Span, first_day, sha256

EchoKind = Literal["copy", "trimmed", "paraphrase", "spun"]
KINDS: tuple[EchoKind, ...] = ("copy", "trimmed", "paraphrase", "spun")

_TABLE = """
abandoned:deserted able:capable about:around abroad:overseas absent:missing abrupt:sudden accept:agree_to
accepted:agreed_to accident:mishap accidents:mishaps according:in_line accused:blamed acknowledged:conceded
across:throughout action:step actions:steps added:continued additional:further admitted:conceded affected:hit
afraid:fearful after:following again:once_more aged:old agency:bureau agreed:consented agreement:deal aid:help aim:goal
alarm:alert alert:warning alleged:claimed allow:permit allowed:permitted almost:nearly also:likewise although:though
amount:sum angry:furious announced:declared announcement:declaration annual:yearly answer:reply answered:replied
appeal:plea appear:seem appeared:seemed appears:seems approved:cleared approximately:roughly area:zone areas:zones
arrested:detained arrive:turn_up arrived:turned_up ask:request asked:requested assault:attack assessment:evaluation
assistance:help attack:assault attacks:assaults attempt:try attempted:tried attempts:tries authorities:officials
authority:body autumn:fall average:mean aware:conscious away:off bad:poor ban:prohibition banned:prohibited
barred:blocked battle:fight beat:defeat became:turned before:ahead_of began:started begin:start beginning:start
behaviour:conduct believe:think believed:thought believes:thinks beside:next_to big:large bigger:larger blamed:faulted
blast:explosion blaze:fire blocked:stopped board:panel boat:vessel boats:vessels body:corpse boss:chief bought:purchased
branch:arm broke:snapped broken:damaged brought:carried build:construct building:structure buildings:structures
built:constructed business:trade but:yet buy:purchase called:named calm:quiet campaign:drive cancelled:called_off
captain:skipper car:vehicle careful:cautious cars:vehicles case:matter cases:matters cash:money caught:trapped
cause:reason caused:triggered centre:hub certain:sure chair:head chairman:head chance:opportunity change:shift
changed:shifted changes:shifts charge:fee charged:accused cheap:inexpensive check:inspect checked:inspected
checks:inspections chief:head child:youngster children:youngsters choice:option chose:picked city:town claim:assertion
claimed:asserted claims:asserts clean:tidy clear:plain clearly:plainly close:shut closed:shut closure:shutdown
clothes:garments collapse:fall collapsed:fell_down collected:gathered comment:remark comments:remarks committee:panel
company:firm companies:firms complain:grumble complained:grumbled complaint:grievance complete:full completely:fully
concern:worry concerned:worried concerns:worries conclusion:finding condition:state confirm:verify confirmed:verified
conflict:clash connected:linked construction:building contacted:reached continue:carry_on continued:carried_on
contract:agreement control:command correct:right cost:price costs:prices council:assembly country:nation
countries:nations couple:pair court:tribunal crack:fissure cracks:fissures created:made crew:team crime:offence
crowd:throng current:present currently:presently damage:harm damaged:harmed danger:peril dangerous:hazardous
dead:deceased deal:agreement death:demise decided:resolved decision:ruling declined:refused decrease:drop deep:profound
defence:defense delay:hold-up delayed:held_up delays:hold-ups demand:call_for demanded:called_for denied:rejected
deny:reject departed:left departure:exit describe:depict described:depicted destroyed:wrecked details:particulars
detected:spotted died:perished difficult:tough discovered:found discuss:debate discussed:debated dismissed:rejected
dispute:row doctor:physician doctors:physicians document:paper documents:papers doubt:question doubts:questions
draft:outline dropped:fell during:amid duty:task early:initial earlier:previously earned:made easily:readily easy:simple
employed:hired employee:worker employees:workers end:finish ended:finished engineers:technicians enough:sufficient
ensure:guarantee entered:went_into entire:whole entirely:wholly equipment:gear error:mistake errors:mistakes
estimate:guess estimated:guessed evacuated:cleared evening:night event:occasion events:occasions evidence:proof
exactly:precisely examine:study examined:studied expect:anticipate expected:anticipated expensive:costly
experts:specialists explain:clarify explained:clarified explosion:blast fact:truth failed:did_not_manage failure:breakdown
false:untrue families:households family:household famous:well-known farm:holding fast:quick fault:defect fear:dread
feared:dreaded fell:dropped few:a_handful_of figure:number figures:numbers filed:lodged final:last finally:eventually
find:discover finished:completed fire:blaze fired:sacked firm:company first:initial fixed:repaired fled:escaped
flood:deluge forced:compelled foreign:overseas former:ex- found:discovered friend:pal frightened:scared
funds:money future:times_ahead gate:barrier gathered:assembled gave:handed get:obtain gift:present give:hand given:handed
glad:happy go:head goods:wares government:administration great:major ground:soil group:band groups:bands
grow:expand growing:expanding guard:sentry guards:sentries guilty:culpable half:50_percent halt:stop halted:stopped
happened:occurred happy:glad hard:tough harm:hurt head:leader headed:led health:wellbeing hear:listen_to heard:listened_to
heavy:weighty held:kept help:assist helped:assisted hid:concealed hidden:concealed high:elevated highest:topmost
hit:struck holiday:vacation home:house homes:houses hope:wish hoped:wished hospital:clinic house:home huge:enormous
hurt:injured idea:notion identified:named immediately:at_once important:key improve:better improved:bettered
incident:episode incidents:episodes include:comprise included:comprised including:among_them increase:rise
increased:rose independent:autonomous indicated:signalled inform:notify informed:notified injured:hurt injury:wound
inquiry:probe inside:within insist:maintain insisted:maintained inspection:check inspector:examiner inspectors:examiners
instead:rather intended:meant investigate:probe investigated:probed investigation:probe issue:matter issued:put_out
issues:matters job:position jobs:positions join:enter joined:entered journey:trip judge:magistrate keep:retain kept:retained
key:crucial kill:slay killed:slain know:are_aware knew:was_aware lack:shortage large:big larger:bigger last:final
late:belated later:afterwards launched:started law:statute lawyer:attorney lawyers:attorneys lead:guide leader:head
leaders:heads leave:depart leaving:departing left:departed letter:note level:degree likely:probable line:row
link:connection linked:tied little:small local:regional located:situated long:lengthy look:glance looked:glanced
lost:forfeited low:small lower:smaller made:produced main:chief major:big make:produce man:male manager:supervisor
managers:supervisors many:numerous march:parade market:bazaar mayor:civic_leader means:signifies measure:step
measures:steps meet:encounter meeting:gathering meetings:gatherings member:participant members:participants men:males
message:note messages:notes met:encountered middle:centre mistake:error mistakes:errors money:cash month:four_weeks
morning:early_hours moved:shifted much:a_lot_of must:has_to named:identified near:close_to nearly:almost need:require
needed:required new:fresh news:tidings night:evening normal:usual notice:advisory number:total numbers:totals
objected:protested observed:noticed occurred:took_place offer:proposal offered:proposed offers:proposals office:bureau
officer:official officers:officials official:functionary officials:functionaries old:aged open:unlock opened:unlocked
operation:mission opinion:view opposed:resisted opposition:resistance order:command ordered:commanded orders:commands
outside:beyond over:above own:personal owner:proprietor owners:proprietors paid:settled part:portion parts:portions
pay:settle payment:remittance payments:remittances people:individuals permission:consent person:individual
photo:picture photograph:picture photographs:pictures place:spot plan:scheme planned:scheduled plans:schemes
plant:factory played:performed pleased:happy police:constabulary poor:needy popular:well-liked position:post
possible:feasible power:might prepare:get_ready prepared:got_ready present:existing press:media pressure:strain
prevent:avert prevented:averted previous:prior previously:before price:cost prices:costs prison:jail private:personal
probably:likely problem:trouble problems:troubles produced:turned_out programme:scheme project:venture promise:pledge
promised:pledged promises:pledges proof:evidence proposal:plan proposed:suggested protest:demonstration
protests:demonstrations proved:showed public:open published:printed purchase:buy put:placed question:query
questions:queries quick:fast quickly:swiftly quiet:calm quit:resigned quoted:cited raised:lifted rapid:swift reached:got_to
read:perused ready:set real:genuine really:truly reason:cause reasons:causes received:got recent:latest recently:lately
record:log recorded:logged records:logs reduce:cut reduced:cut refused:declined region:area regions:areas
rejected:turned_down released:put_out remain:stay remained:stayed remains:stays repair:fix repaired:fixed repairs:fixes
repeated:reiterated replace:swap replaced:swapped reply:answer report:account reported:recounted reports:accounts
representative:delegate representatives:delegates request:plea requested:asked rescue:save rescued:saved
resident:inhabitant residents:inhabitants resign:step_down resignation:departure resigned:stepped_down respond:reply
responded:replied response:reaction responsible:accountable result:outcome results:outcomes return:come_back
returned:came_back review:check reviewed:checked revealed:disclosed rise:climb risk:danger river:waterway road:street
roads:streets robbed:mugged role:part rose:climbed rule:regulation rules:regulations run:operate rushed:hurried safe:secure
safety:security said:stated sale:disposal saw:witnessed say:state says:states scared:frightened scheduled:planned
school:academy sea:ocean search:hunt searched:hunted secret:covert section:part see:view seen:viewed seized:confiscated
sell:vend send:dispatch senior:top sent:dispatched separate:distinct serious:grave seriously:gravely seven:7 several:various
shared:passed_around ship:vessel shop:store shops:stores short:brief shot:gunned_down shout:yell shouted:yelled show:reveal
showed:revealed shown:revealed shows:reveals shut:closed sick:ill side:flank sign:signal signed:inked similar:alike
simple:easy since:because site:location sites:locations situation:circumstances size:extent slow:sluggish small:little
smaller:littler sold:vended soon:shortly source:insider sources:insiders speak:talk special:particular speech:address
speed:pace spent:used spoke:talked spokesman:spokesperson spokeswoman:spokesperson staff:personnel stage:phase start:begin
started:commenced state:condition statement:communique station:depot stay:remain stayed:remained stole:pinched stolen:pinched
stop:halt stopped:halted storm:tempest story:tale strange:odd street:road strike:walkout strong:sturdy structure:framework
struck:hit student:pupil students:pupils succeeded:managed suddenly:abruptly suggested:hinted support:backing
supported:backed supporters:backers sure:certain surprised:astonished suspect:believe suspected:believed
suspended:halted talk:speak talked:spoke talks:negotiations task:job teacher:instructor team:squad teams:squads
tell:inform tested:tried tests:trials then:afterwards thing:item think:reckon thought:reckoned threat:menace
threatened:menaced threats:menaces told:informed took:grabbed top:highest total:sum town:municipality trade:commerce
traffic:vehicles train:locomotive travelled:journeyed tried:attempted trip:journey trouble:difficulty true:correct
truth:reality try:attempt two:a_pair_of type:kind unclear:uncertain under:below understand:grasp union:labour_body unit:squad
units:squads unknown:unidentified until:till urged:called_on used:utilised usual:normal usually:normally vehicle:automobile
very:extremely victim:casualty victims:casualties view:opinion village:hamlet violence:brutality visit:call_on
visited:called_on visitors:guests volunteers:helpers vote:ballot votes:ballots wait:hold_on waited:held_on wall:barrier
want:wish wanted:wished warned:cautioned warning:caution warnings:cautions watched:observed water:liquid way:manner
weak:feeble wealthy:rich weapons:arms week:seven_days went:headed while:whereas whole:entire wide:broad witness:onlooker
witnesses:onlookers woman:female women:females won:secured work:labour worked:toiled worker:employee workers:employees
worried:anxious worry:concern wounded:injured write:pen written:penned wrong:incorrect wrote:penned young:youthful
"""
SYNONYMS: dict[str, str] = {
    word: other.replace("_", " ") for word, _, other in (entry.partition(":") for entry in _TABLE.split())
}
_FILLERS = ("Nevertheless, ", "Additionally, ", "In the meantime, ", "Moreover, ")
_TOWNS = ("Ashby", "Brackwell", "Corran", "Dunmere", "Elstow", "Farleigh", "Garrick", "Holme", "Ivel", "Jarrow")
_PAPERS = ("Bulletin", "Digest", "Lookout", "Mirrorline", "Newsletter", "Roundup", "Sentinel", "Telegraphist", "Voice")

_WORD = re.compile(r"[A-Za-z][a-z'’-]*")
_SAID = re.compile(r"^(?P<quote>[“\"][^”\"]+[”\"]),? (?P<verb>said|added) (?P<who>[^,.]+)\.?$")
_TOLD = re.compile(r"^(?P<who>(?:The |[A-Z])[^,“\"]{2,60}?) said (?:that )?(?P<what>[^“\"]+?)\.$")
_CLAUSE = re.compile(
    r"^(?P<main>[A-Z][^,;“”\"]+) (?P<link>because|although|while|after|before|when) (?P<rest>[^,;“”\"]+)\.$"
)
_PASSIVE = re.compile(
    r"^(?P<what>(?:The|A|An|Its|Their) [^,“”\"]{3,60}?) (?:was|were) (?P<verb>[a-z]+ed) by (?P<who>(?:the|a|an) [^,.“”\"]{3,60})\.$"
)


class Piece(NamedTuple):
    """What stands in a copy in place of characters `[start, end)` of its original."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Echo:
    """A copy, with what was changed in it, in order; all else stands as it stood."""

    document: Document
    changes: tuple[Piece, ...]

    def place(self, span: Span) -> Span | None:
        """Return where words of the original stand in the copy, whole sentences where those were rewritten.

        None where they were left out.
        """
        return _moved(span.start, span.end, self.changes)


def echoes(document: Document, kind: EchoKind, k: int, *, seed: int = 0) -> list[Echo]:
    """Return `k` copies of a document under new identifiers, publishers and later dates.

    The same arguments give the same copies. A copy is verbatim; `trimmed` drops closing paragraphs; `paraphrase`
    drops, merges and rearranges sentences and swaps some words; `spun` swaps every word that it can, inside
    quotation marks too. Names and numbers stay.
    """
    return [_echo(document, kind, i, random.Random(f"{seed}/{kind}/{i}/{document.doc_id}")) for i in range(k)]


def _echo(document: Document, kind: EchoKind, i: int, dice: random.Random) -> Echo:
    changes = tuple(_REWRITERS[kind](document.text, dice))
    places = ((segment, _moved(segment.start, segment.end, changes)) for segment in document.segments)
    name = f"{dice.choice(_TOWNS)} {dice.choice(_PAPERS)} {sha256(f'{document.doc_id}{kind}{i}')[:4]}"
    published = document.published and str(first_day(document.published) + timedelta(days=dice.randint(1, 9)))
    slug = f"{document.doc_id}--{kind}-{i}"
    copy = Document(
        doc_id=slug,
        text=_changed(document.text, changes),
        title=document.title and (document.title if kind == "copy" else swap(document.title, dice, 0.5)),
        url=f"https://{name.lower().replace(' ', '-')}.example/{slug.rpartition('/')[2]}",
        publisher=name,
        published=published,
        language=document.language,
        kind="article" if document.kind in PRIMARY else document.kind,
        segments=tuple(s.model_copy(update=at.model_dump()) for s, at in places if at),
    )
    return Echo(copy, changes)


def _changed(text: str, changes: Sequence[Piece]) -> str:
    parts, at = [], 0
    for piece in changes:
        parts += [text[at : piece.start], piece.text]
        at = piece.end
    return "".join([*parts, text[at:]])


def _moved(start: int, end: int, changes: Sequence[Piece]) -> Span | None:
    first, last = (_offset(at, changes, closing=closing) for at, closing in ((start, False), (end, True)))
    return Span(start=first, end=last) if last > first else None


def _offset(at: int, changes: Sequence[Piece], *, closing: bool) -> int:
    """Return where an offset came to stand; inside a changed piece it is the piece's beginning, or its end."""
    shift = 0
    for piece in changes:
        if piece.start < at <= piece.end if closing else piece.start <= at < piece.end:
            return piece.start + shift + closing * len(piece.text)
        if at <= piece.start:
            break
        shift += len(piece.text) - (piece.end - piece.start)
    return at + shift


def swap(text: str, dice: random.Random, share: float) -> str:
    """Return a text with about `share` of the words that the table knows replaced, capitals kept."""

    def other(match: re.Match[str]) -> str:
        word = match.group()
        synonym = SYNONYMS.get(word.lower())
        midway = (
            word[0].isupper() and match.start() > 0 and text[match.start() - 2 : match.start()] not in (". ", "\n\n")
        )
        if synonym is None or midway or dice.random() >= share:
            return word
        return synonym[0].upper() + synonym[1:] if word[0].isupper() else synonym

    return _WORD.sub(other, text)


Rewriter = Callable[[str, random.Random], Iterator[Piece]]


def _copy(text: str, dice: random.Random) -> Iterator[Piece]:
    yield from ()


def _trimmed(text: str, dice: random.Random) -> Iterator[Piece]:
    full = [line for line in re.finditer(r"[^\n]+", text) if len(line.group().split()) > 3]
    keep = max(2, round(len(full) * dice.uniform(0.4, 0.75)))
    if keep < len(full):
        yield Piece(len(text[: full[keep].start()].rstrip()), len(text), "")


def _paraphrase(text: str, dice: random.Random) -> Iterator[Piece]:
    for sentence in _prose(text):
        told = _rearranged(text[sentence.start : sentence.end], dice)
        if dice.random() < 0.2 and text[: sentence.start].endswith(" "):
            told = ""
        elif told.endswith(".") and dice.random() < 0.15 and text[sentence.end : sentence.end + 1] == " ":
            told = f"{told[:-1]};"
        yield Piece(sentence.start, sentence.end, told)


def _spun(text: str, dice: random.Random) -> Iterator[Piece]:
    for sentence in _prose(text):
        told = swap(text[sentence.start : sentence.end], dice, 0.95)
        yield Piece(sentence.start, sentence.end, _led(told, dice) if dice.random() < 0.15 else told)


_REWRITERS: dict[EchoKind, Rewriter] = {
    "copy": _copy,
    "trimmed": _trimmed,
    "paraphrase": _paraphrase,
    "spun": _spun,
}


def _prose(text: str) -> Iterator[Span]:
    """Yield the sentences that a rewriter changes: no headings of posts, and nothing of three words."""
    for sentence in sentences(text):
        line = text[text.rfind("\n", 0, sentence.start) + 1 :]
        if not line.startswith("**") and len(text[sentence.start : sentence.end].split()) > 3:
            yield sentence


def _led(sentence: str, dice: random.Random) -> str:
    head = sentence.split(" ", 1)[0]
    if head not in ("The", "A", "An", "It", "They", "He", "She", "There", "In", "On"):
        return sentence
    return dice.choice(_FILLERS) + sentence[0].lower() + sentence[1:]


def _rearranged(sentence: str, dice: random.Random) -> str:
    """Return a sentence with its parts in another order where its form is plain enough, and some words swapped."""
    if match := _SAID.match(sentence):
        sentence = f"{match['who'][0].upper()}{match['who'][1:]} {match['verb']}: {match['quote']}"
    elif match := _TOLD.match(sentence):
        who = match["who"] if match["who"].split()[0] not in ("The", "He", "She", "They") else _lower(match["who"])
        sentence = f"{match['what'][0].upper()}{match['what'][1:]}, {who} said."
    elif match := _CLAUSE.match(sentence):
        sentence = f"{match['link'].capitalize()} {match['rest']}, {_lower(match['main'])}."
    elif match := _PASSIVE.match(sentence):
        sentence = f"{match['who'][0].upper()}{match['who'][1:]} {match['verb']} {_lower(match['what'])}."
    return swap(sentence, dice, 0.45)


def _lower(text: str) -> str:
    return (
        text[0].lower() + text[1:] if text.split()[0] in ("The", "A", "An", "It", "They", "He", "She", "Its") else text
    )
