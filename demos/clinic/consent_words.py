"""What a turn may be made of that is a yes: one phrase a line, in words as :func:`plain` has them.

"the 1st one" is written "the 1st 1" there, and "mm-hmm" has no hyphen.
"""

from __future__ import annotations

import re


def _any(phrases: str, **lists: str) -> str:
    """A pattern for one of the phrases; ``{fine}`` stands for the list of that name."""
    lines = (line.strip() for line in phrases.strip().splitlines())
    return f"(?:{'|'.join(lines)})".format(**lists)


_GOOD = (
    r"(?:good|great|fine|perfect|right|correct|lovely|wonderful|excellent|awesome|fantastic|ideal"
    r"|brilliant|amazing|super)"
)
_FINE = rf"(?:(?:very|really|just|all|totally|absolutely|perfectly|quite|exactly|so) )*{_GOOD}"
_DEED = (
    r"(?:book|move|reschedule|cancel|send|confirm|do|schedule|request)"
    r" (?:it|that|me in|me|(?:the|that|this|an|my) appointment)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur)day|tomorrow|today)"
_WHEN = rf"(?:(?:that|this) (?:time|day|1)|{_DAY})(?: (?:at )?\d+(?::\d+)?(?: \d\d)?(?: [ap]m)?)?"

_PLAIN_YES = _any(
    r"""
    yes+|yeah|yep|yup|yah|yea|ya|ja|aye
    uh ?huh|mm ?hmm+|mhm+
    affirmative|absolutely|definitely|certainly|totally|exactly|precisely|indeed
    of course|for sure|sure thing|sure
    you bet|by all means|you got it|please do|go (?:right )?ahead
    """
)
"""What agrees even if something goes on after it."""

_AGREES = _any(
    r"""
    {plain_yes}
    why not|oke?y doke?y|okay|ok|alright|alrighty|cool|please|agreed|confirmed
    (?:(?:very|really|all|quite) )?{good}
    go for it|make it so|put me down(?: for (?:it|that))?
    (?:let's )?{deed}
    let's (?:do|go with) (?:it|that)
    you (?:can|may)|it (?:is|does)|i (?:do|would)
    that'll do|that will do
    {when} (?:works|is (?:okay|ok|{fine}))
    (?:(?:it|that|everything|this)(?: all)? )?(?:works|(?:sounds|looks|seems) (?:about )?{fine})
    (?:it's|it is) (?:right|correct|perfect|great|true)
    {that_is} (?:{fine}|true|it|the 1|what i (?:want|need|said)(?:ed)?)
    (?:that'll|that will|that would|it'll|that does) work
    i'll take (?:it|that)|i(?:'d| would) (?:like|love|appreciate) (?:that|it|to)
    i (?:agree|confirm)|you're right|i'm (?:good|fine|happy|okay) with (?:it|that)
    (?:i |i already )said yes|(?:that was |that's |it's )?a yes
    """,
    plain_yes=_PLAIN_YES,
    good=_GOOD,
    fine=_FINE,
    deed=_DEED,
    when=_WHEN,
    that_is=_any(
        """
        that's|that is|that'll be|that will be|that'd be|that would be
        everything is|everything's
        """
    ),
)

_BY_THE_WAY = _any(
    r"""
    um|uh|er|oh|ah|well|so|and|then|now|just|too
    thank you|thanks|so much|very much|a lot|i appreciate it
    for (?:me|us)|(?:to|with|by) me
    (?:that|it)'s (?:okay|ok|alright)|it's (?:fine|all right)
    (?:that's )?no problem|no worries|don't worry|see you then
    doctor|sir|ma'am|miss|honey|dear
    """
)
"""What agrees to nothing, and takes nothing back. Nothing here is a piece of a phrase above, else a
long turn could be read in very many ways."""

_MORE = _any(
    r"""
    i(?: also)?(?:'d| would)? {want}(?= .*\b(?:refill|prescription|appointment|message))(?: \S+)+
    (?<=and )i(?: also)?(?:'d| would)? {want} to see (?:dr|doctor)(?: \S+)+
    (?:it's |that's )?for {name}
    (?:my|the) name(?: is|'s) {name}
    (?:it's )?{detail}(?: {detail})*(?: (?:works|is (?:okay|ok|{fine})))?
    that's (?:me|my (?:name|number|1)|the (?:right )?(?:1|name|day|date|time))
    that's (?:exactly what i (?:want|need)(?:ed)?)
    bye(?: bye)?|goodbye|have a (?:good|nice|great) (?:day|1)
    """,
    want="(?:need|want|like)",
    name=r"(?!(?:my|an?|the|his|her|our|their|it|me|us) )[a-z']{2,}(?: [a-z']+){0,2}",
    detail=_any(
        rf"""
        on|at|in the|with|dr [a-z]+|{_DAY}|noon|morning|afternoon
        january|february|march|april|may|june|july|august|september|october|november|december
        the \d+\S*|\d+\S*|[ap]m|oclock
        """
    ),
    fine=_FINE,
)
"""What may follow a plain yes: another wish, whom it is for, its details once more, a goodbye."""

WHOLLY = re.compile(rf"(?:{_BY_THE_WAY} )*(?:{_AGREES} (?:{_BY_THE_WAY} )*)+")
"""Every word agrees."""
YES_AND_MORE = re.compile(
    rf"(?:{_BY_THE_WAY} )*{_PLAIN_YES} (?:(?:{_AGREES}|{_BY_THE_WAY}) )*?"
    rf"(?P<more>(?:(?:and|plus|also|oh) )*{_MORE}(?: {_BY_THE_WAY})* )"
)
"""A plain yes, and something that a yes may go on with."""
REQUEST = re.compile(rf"(?:can|could|would|will) you (?:please )?(?:go ahead and )?({_DEED})")
"""A question in form alone."""
YES_WORD = re.compile(rf"\b(?:{_PLAIN_YES}|okay|ok|{_FINE})\b")
