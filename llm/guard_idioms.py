"""Sayings that sound like an emergency and are none: :mod:`llm.guard` blanks them out first.

Each covers its own words only, so that "that bill gave me a heart attack, and now my chest hurts"
is still an alarm.
"""

from __future__ import annotations

import re

_SELF = r"(?:myself|himself|herself|themselves|themself|yourself)"

_MEDICINE = r"(?:medications?|medicines?|meds|pills?|tablets?|prescriptions?)"
_MORE = (
    r"(?:refill(?:s|ed)?|renew(?:ed|al)?|prescriptions?"
    r"|(?:need|get|have|order) (?:some )?more(?! help)"
    r"|(?:ran|run|am|is|are) out)"
)
_AILMENT = r"(?:chest pain|heart attack|stroke|seizure)"
_NO_HELP = r"(?!.* (?:(?:not|isn't|doesn't|don't|didn't) (?:help|work)\w*|hurts?|still)\b)"
_ALL_PILLS = rf"(?:took|taken|finished) all(?: of)? (?:my|his|her)(?: [\w']+){{0,3}} {_MEDICINE}"
_AT_ONCE = r"(?: (?:at once|together|at the same time|tonight|last night|just now|today|now)\b)"
_AT_TIMES = (
    r"(?:sometimes|occasionally|once in a while|every so often|from time to time"
    r"|(?:every )?now and then)"
)
_HARD = (
    r"(?:(?:some )?(?:trouble|difficulty|problems) breathing|a hard time breathing|short of breath)"
)
_GET = r"(?:'ve|'m)?(?: (?:get|have|had|been|having|getting|feel|do|also|just|really|a bit)){0,4}"
_NOT_WORSE = (
    r"(?!.*\b(?:now(?! and then)|worse|worst|bad|badly|can't|today|tonight|again|blue|chest|pass"
    r"|faint\w*|dizzy)\b)"
)

IDIOMS = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"(?:almost|nearly|about|practically) (?:killed|died|choked|had a (?:heart attack"
            r"|stroke))"
            rf"(?: {_SELF})?",
            r"(?:almost |nearly |about )?(?:gave|give|giving|gives) (?:me|him|her|us) (?:a"
            r"|another) "
            r"(?:heart attack|stroke)",
            r"(?:had|have|having) a heart attack when i (?:saw|got|opened|heard|found)",
            rf"kill(?:ed|ing)? (?:me|{_SELF}) (?:laughing|trying|at work|over)",
            r"stroke of (?:luck|genius|midnight)|(?:back|breast|key|brush)strokes?",
            r"drowning in (?:work|paperwork|emails?|debt|bills|laundry)",
            r"chok(?:ed|ing) up|choking hazards?",
            r"(?:died|dying|die) (?:of|from) (?:laughter|laughing|embarrassment|boredom)",
            r"dying (?:to|for)\b",
            r"embarrassed(?: [\w']+){0,4} (?:die|died|kill myself)",
            r"(?:get|got|had|have|need|having|given|gave|due for|for|about|worth|my best)(?: (?:my"
            r"|a|the|his"
            r"|her|another|me|him|us))*(?: [\w']+)? shots?\b",
            r"shot (?:down|of|at it)|suicide squad",
            r"suicide (?:prevention|risk|screening)(?: [\w']+){0,2} (?:forms?|training|class|month"
            r"|walk)",
            r"emergency (?:contacts?|room|department|numbers?|line|fund|brakes?|exits?|dentist)",
            r"ambulance (?:bill|ride|charge|invoice)s?|(?:bill|charge|invoice) for (?:the|an|my) "
            r"ambulance",
            r"(?:nose|sinuses|nostrils?)(?: [\w']+){0,2} (?:blocked|stuff\w*|congested"
            r"|plugged)(?: [\w']+){0,5} breathe",
            r"breathe?(?:ing)?(?: [\w']+){0,5} (?:because|as|since|with) (?:my|his|her|a|the)(?: "
            r"[\w']+)? (?:nose|sinuses|stuffy nose)",
            r"(?:stuffy|stuffed up|blocked|runny|congested)(?: nose)?(?:,? [\w']+){0,4}? breathe",
            r"breathing (?:test|exercises?|room|treatments?|machine)|living breathing",
            r"(?:can't|couldn't|can hardly|trouble|difficulty|hard to|not) breath(?:e|ing) "
            r"(?:through|out of) "
            r"(?:my |his |her |the |one )*(?:left |right )?(?:nose|nostril)s?",
            r"bleeding (?:edge|heart|gums)|burning (?:question|to know|calories)",
            r"(?:phone|battery|line|car|computer|laptop|call)(?: just| has)? (?:died|is dying"
            r"|dying)",
            r"chest (?:x ?rays?|cold|infection|congestion|of drawers|ct|scan)",
            r"seizure (?:medicine|medications?|meds|clinic|dog|disorder)|labor (?:day|law"
            r"|relations)",
            r"kill (?:two|time|an hour|for)|head over heels|i could (?:kill|have died|have killed"
            r"|just die)",
            r"(?:feel|felt|feels|feeling)(?: like)?(?: (?:i|i've|i was|i got|i'd|been|got|was))* "
            r"hit by a "
            r"(?:truck|bus|train)",
            r"like a (?:fish|dog) (?:gasping|choking)|trying to breathe new life",
            r"overdos(?:e|ed|ing) on (?:coffee|caffeine|sugar|chocolate|candy|carbs|cake|tv|work)",
            r"pass(?:ed|es|ing)? out (?:the |some |a few |of |our |these )?(?:fl[iy]ers?|leaflets"
            r"|candy|forms?|papers|samples|masks|treats|invitations|copies|cards|programs)",
            r"(?:lost|losing|lose)(?: [\w']+){0,3} to suicide|(?:death|died) by suicide",
            r"(?:suicide|stroke) (?:loss|bereavement|survivors?|support|rehab\w*)",
            r"too many (?:options|choices|appointments|calls|days|notes|hours|questions)",
            r"all over the place",
            # A medicine has the name of what it is for.
            rf"{_MORE}(?: [\w']+){{0,5}} {_AILMENT} {_MEDICINE}{_NO_HELP}",
            rf"{_AILMENT} {_MEDICINE}(?=(?:,? [\w']+){{0,5}} {_MORE}){_NO_HELP}",
            rf"(?<!took )(?<!taken )(?:my|his|her|our|the) {_AILMENT} {_MEDICINE}{_NO_HELP}",
            # "I've taken all my pills, I need a refill"
            rf"(?<!just ){_ALL_PILLS}(?!{_AT_ONCE})(?=(?:,? [\w']+){{0,7}} {_MORE})",
            rf"{_ALL_PILLS} (?:(?:as |the way )?you (?:said|told)|as (?:directed|prescribed|told))",
            rf"(?:took|taken|finished) all(?: of)? (?:my|his|her|the) antibiotics(?!{_AT_ONCE})",
            # What comes and goes, and is not here now, is for the doctor.
            rf"{_AT_TIMES},? i{_GET} {_HARD}{_NOT_WORSE}",
            rf"i {_AT_TIMES}{_GET} {_HARD}{_NOT_WORSE}",
            rf"i{_GET} {_HARD}(?:,? [\w']+){{0,6}},? {_AT_TIMES}{_NOT_WORSE}",
        )
    )
    + r")\b"
)
