"""An invented story for the tests of origins: a lock gate gives way, and papers write about it."""

from __future__ import annotations

from triage.schema import Citation, Document, Probabilities, Reading, Segment, Stance

WIRE_TEXT = """FENNMOUTH (Norrel Wire) - A lock gate on the Arden Canal gave way early on Tuesday and emptied a basin \
onto the meadows below, the keeper of the lock said.

Ada Corvell, who has kept the lock since 2031, told Norrel Wire she was woken at 4.20 a.m. by a noise like a slammed \
barn door. "The top hinge had sheared and the whole leaf was lying on the sill," she said. "I counted eleven boats \
on the mud by lamplight."

The hinge had been greased and inspected in January, Corvell said, and nothing was noted then.

Two of the boats were lived in. Their owners climbed out over a plank and were taken to the rowing club in Fennmouth.

The Arden Canal Board said engineers were on their way and that the lower reach would stay shut until Friday.

About 900 people work at the mills along that reach, which take their cooling water from the canal."""

SPUN_TEXT = """FENNMOUTH - A sluice door on the Arden Waterway collapsed early on Tuesday and drained a pool upon the \
pastures beneath, the guardian of the sluice stated.

Ada Corvell, who has guarded the sluice since 2031, informed Norrel Cable she was roused at 4.20 a.m. by a din like a \
banged shed door. "The upper pivot had snapped and the entire leaf was resting on the ledge," she mentioned. "I \
tallied eleven vessels on the mire by lantern."

The pivot had been oiled and examined in January, Corvell mentioned, and nothing was recorded then.

Two of the vessels were inhabited. Their proprietors clambered out over a board and were brought to the rowing society \
in Fennmouth."""

GERMAN_TEXT = """In Fennmouth ist am Dienstag früh ein Schleusentor am Arden-Kanal gebrochen, ein Becken lief auf die \
Wiesen aus. Das sagte die Wärterin der Schleuse.

Ada Corvell, seit 2031 Wärterin, wurde um 4.20 Uhr von einem Lärm wie von einer Scheunentür geweckt. „Das obere \
Scharnier war ab, und der ganze Flügel lag auf der Schwelle“, sagte Corvell. „Ich zählte im Licht der Lampe elf Boote \
im Schlamm.“

Im Januar sei das Scharnier gefettet und geprüft worden, sagte Corvell.

Zwei der Boote waren bewohnt. Die Besitzer kletterten über eine Planke und kamen in den Ruderklub von Fennmouth.

Die Behörde Arden Canal Board teilte mit, Ingenieure seien unterwegs und der untere Abschnitt bleibe bis Freitag zu."""

WITNESS_TEXT = """Piers Hollin delivers milk on the towpath, and on Tuesday his float was the only thing moving there.

"It went with a bang you could feel in your teeth," Hollin told the Fennmouth Argus at his depot. "Then the water ran \
off like a bath with the plug out." He left his crates standing and ran to ring the fire brigade from the kiosk by \
the swing bridge.

A cat belonging to one of the boats was found on the roof of the chandlery in the afternoon, dry and offended."""

STATEMENT_TEXT = """The Arden Canal Board confirms that the upper gate of Fennmouth Lock failed on 2 March.

The gate was last inspected on 14 January. The inspector recorded wear on the top hinge and advised that it be \
replaced within the year.

"We had ordered the part," said Maud Ferris, spokeswoman for the Arden Canal Board. "It was to be fitted at Easter."

Enquiries: press office, Norrel."""


def document(slug: str, text: str, publisher: str | None, published: str | None = None, **rest: object) -> Document:
    """Return a document of the story."""
    return Document.model_validate(
        {"doc_id": f"lock/{slug}", "text": text, "publisher": publisher, "published": published, **rest}
    )


WIRE = document("wire", WIRE_TEXT, "Norrel Wire", "2040-03-02", kind="wire", url="https://norrelwire.example/lock")
REPRINT = document("reprint", WIRE_TEXT, "Mill Lane Post", "2040-03-03")
TRIMMED = document("trimmed", "\n\n".join(WIRE_TEXT.split("\n\n")[1:4]), "Arden Evening Star", "2040-03-04")
SPUN = document("spun", SPUN_TEXT, None, "2040-03-05")
GERMAN = document("german", GERMAN_TEXT, "Der Kanalbote", "2040-03-04", language="de")
WITNESS = document("witness", WITNESS_TEXT, "Fennmouth Argus", "2040-03-03")
STATEMENT = document("statement", STATEMENT_TEXT, "Arden Canal Board", "2040-03-03", kind="statement")
RETOLD = document(
    "retold",
    "Eleven narrowboats sat stranded in the mud yesterday after a gate on the Arden gave up the ghost, Norrel Wire "
    "reports.\n\nLock keeper Ada Corvell had grabbed her lamp at twenty past four. The top hinge was gone, she told "
    "the agency, and the leaf lay flat on the sill.",
    "The Daily Rattle",
    "2040-03-03",
    kind="tabloid",
)
THREAD_TEXT = """**bargee_bill** · 2040-03-03 08:00

My moorings are dry. Anyone know why?

**lockwatcher** · 2040-03-03 09:30

From the Wire:

> "The top hinge had sheared and the whole leaf was lying on the sill," she said.

**old_paddle** · 2040-03-03 11:10

And the Argus has a milkman:

> "It went with a bang you could feel in your teeth," Hollin told the Fennmouth Argus at his depot."""


def posts(text: str) -> tuple[Segment, ...]:
    """Return the posts of a thread written as `**name** · date` lines."""
    starts = [i for i in range(len(text)) if text.startswith("**", i) and (i == 0 or text[i - 1] == "\n")]
    ends = [*starts[1:], len(text)]
    names = [text[start + 2 : text.index("**", start + 2)] for start in starts]
    return tuple(
        Segment(start=start, end=end, kind="post", author=name, published="2040-03-03")
        for start, end, name in zip(starts, ends, names, strict=True)
    )


THREAD = document("thread", THREAD_TEXT, "Canal Forum", "2040-03-03", kind="forum", segments=posts(THREAD_TEXT))


def cite(of: Document, quote: str, stance: Stance = Stance.SUPPORTS, **rest: object) -> tuple[Reading, Citation]:
    """Return a reading of a document with its citation."""
    start = of.text.index(quote)
    probabilities = Probabilities(supports=0.0, refutes=0.0, neutral=0.0).model_copy(update={stance.value: 1.0})
    reading = Reading.model_validate(
        {
            "passage_id": f"{of.doc_id}:{start}-{start + len(quote)}",
            "stance": stance,
            "probabilities": probabilities,
            "quote": quote,
            **rest,
        }
    )
    return reading, Citation(doc_id=of.doc_id, quote=quote, start=start, end=start + len(quote))
