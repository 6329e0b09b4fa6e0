"""The rules of :mod:`llm.guard`: every pattern that raises the alarm.

Patterns see lower-case words without punctuation, one clause at a time; each starts at a word. A
``deniable`` rule is calmed by a "no" in front of it; the others carry their own "can't" inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """What raises the alarm, under the name by which logs and audits know it."""

    kind: Literal["emergency", "self_harm"]
    name: str
    pattern: re.Pattern[str]
    deniable: bool


def _alarm(name: str, *patterns: str, deniable: bool = True) -> Rule:
    return Rule("emergency", name, re.compile(rf"\b(?:{'|'.join(patterns)})"), deniable)


def _harm(name: str, *patterns: str, deniable: bool = True) -> Rule:
    return Rule("self_harm", name, re.compile(rf"\b(?:{'|'.join(patterns)})"), deniable)


def _gap(most: int) -> str:
    return rf"(?: [\w']+){{0,{most}}}"


_CANT = (
    r"(?:can't|couldn't|can hardly|can barely|barely|hardly|unable to|not able to|isn't able to"
    r"|struggling to|fighting to|having to fight to|trying to)"
)
_MY = r"(?:my|his|her|their|the|our|your)"
_SELF = r"(?:myself|himself|herself|themselves|themself|yourself)"
_WHO = (
    r"(?:i|he|she|they|we|it|baby|mom|mum|mother|dad|father|son|daughter|wife|husband|child|kid|man"
    r"|woman|guy|lady|grandma|grandpa|grandmother|grandfather|brother|sister|friend|boyfriend|boy"
    r"|girlfriend|partner|someone|somebody|patient|neighbor|infant|toddler|newborn|girl|uncle|aunt)"
)
_HAS = r"(?:'s|'re|'m|'ve| is| are| am| has| have| just| had| was)*"
_LIMB = r"(?:fingers?|thumb|toes?|hand|arms?|legs?|foot)"
_PILLS = (
    r"(?:pills?|tablets?|tylenol|advil|aspirin|medications?|medicine|meds|capsules?|painkillers?"
    r"|insulin|opioids?|ibuprofen|acetaminophen|sleeping pills?|xanax)"
)
_POISON = (
    r"(?:bleach|antifreeze|poison|drano|detergent|ammonia|gasoline|lighter fluid|batter(?:y|ies)"
    r"|magnets?|(?:drain |oven |toilet |floor )?cleaner|cleaning (?:fluid|product|stuff)"
    r"|(?:laundry|tide) pods?|chemicals?|pesticide)"
)
_TOOK = (
    r"(?:took|taken|swallowed|swallowing|ate|eaten|drank|drunk|drinking|ingested|got into"
    r"|gotten into|has had|downed)"
)
_INTENT = (
    r"(?:want(?:s|ed|ing)?|going|thinking|thoughts?|thought|plan\w*|gonna|wanna|could|might|may"
    r"|tempted|ready|urges?|afraid|scared|threaten\w*|trying|tried|about|will|i'll|should|keeps?)"
    r"(?: (?:to|of|about|on|just|maybe|going|i'll|i might|i will|i'm going to|i could|i may|he'll"
    r"|she'll|he might|she might))*"
)

SELF_HARM = (
    _harm(
        "kill_self",
        rf"(?:kill|shoot|hang|drown|poison)(?:ing|ed)? {_SELF}",
        r"unaliv\w+",
        r"suicid(?:e|al)",
    ),
    _harm(
        "end_life",
        rf"(?:end|ending|take|taking|took) {_MY}(?: own)? life",
        r"end(?:ing)? it all",
        rf"{_INTENT} end(?:ing)? (?:it|things|everything)(?! (?:with|early|on|there|here|now))",
    ),
    _harm(
        "want_to_die",
        r"(?:want(?:s|ed)?|ready|wanna|going|hop(?:e|es|ing)|pray\w*) to (?:just )?"
        r"(?:die|be dead)\b(?! (?:of|than|my|her|his))",
        r"wanna die\b",
        r"wish(?:es|ed)? (?:that )?(?:i|he|she) (?:was|were|could just|could) (?:dead|die"
        r"|disappear)",
        r"wish(?:es|ed)? (?:that )?(?:i|he|she) (?:wasn't|weren't|hadn't been|had never been) "
        r"(?:alive|here|born)",
        r"better off (?:dead|without me|if i (?:was|were|wasn't|weren't))",
        r"rather be dead",
    ),
    _harm(
        "not_live",
        r"(?:don't|doesn't|didn't|not) (?:really |even )?want(?:ing)? to "
        r"(?:(?:live|exist|go on|be here|be around)(?: any ?more\b| like this$|$)"
        r"|keep (?:on )?living|keep going$|be alive)",
        r"(?:don't|doesn't) want to wake up(?: (?:tomorrow|again|any ?more|in the morning))?$",
        r"can't go on(?: (?:any ?more|living|like this|this way|with life))?$",
        r"(?:no|any|the|a) (?:reason|point) (?:to|in|of|for|left in) (?:live|living|being alive"
        r"|go on|going on|staying alive|being here)",
        r"(?:nothing|anything)(?: left)? to live for",
        r"tired of (?:living|being alive|life)",
        r"(?:isn't|not|wasn't|doesn't feel) worth (?:living|it any ?more)$",
        r"(?:nobody|no one) would (?:care|notice|miss me) if i (?:died|was gone|were gone"
        r"|disappeared)",
        deniable=False,
    ),
    _harm(
        "harm_self",
        rf"self harm\w*|harm(?:ing|ed)? {_SELF}",
        rf"{_INTENT} (?:hurt|cut|injur|burn)\w* {_SELF}",
        rf"(?:hurt|cut|injured|burn(?:ed|t)|hurting|cutting|burning) {_SELF} "
        r"(?:on purpose|intentionally|deliberately)",
        rf"(?:cutting|hurting|burning) {_SELF} (?:again|because|when i|to feel|at night)",
        rf"{_WHO}{_HAS} been (?:cutting|hurting|burning) {_SELF}",
        rf"(?:slit|slitting|cut|cutting) {_MY} wrists?",
    ),
    _harm(
        "not_safe",
        rf"(?:can't|not|don't think (?:i|he|she) can|don't feel) (?:keep |be )?{_SELF}? ?(?:safe "
        rf"from myself|safe with myself)",
        rf"(?:can't|don't think (?:i|he|she) can) keep {_SELF} safe",
        r"suicide note|goodbye (?:note|letter)s?",
        rf"(?:do|doing|done) something (?:to (?:hurt|harm|kill) {_SELF}|(?:bad|stupid|terrible) "
        rf"to {_SELF})",
        deniable=False,
    ),
    _harm(
        "means",
        rf"{_INTENT} (?:tak|swallow|down)(?:e|ing) (?:them all|it all|all (?:of )?(?:them|these"
        rf"|{_MY} {_PILLS}|{_MY} {_PILLS}))",
        rf"{_INTENT} (?:tak|swallow|down)(?:e|ing) (?:the|this|a) (?:whole|entire) bottle",
        rf"{_INTENT} overdos(?:e|ing)",
        r"jump(?:ing)? (?:off|from|in front of|out of) (?:a|the|my|this) (?:bridge|roof|building"
        r"|balcony|train|window|cliff|overpass|truck|car|bus)",
        rf"(?:gun|knife|rope|noose|pills){_gap(8)} (?:end it|on myself|my head|say goodbye)",
        rf"(?:written|wrote|left|leaving|writing) (?:a|my) note{_gap(4)} (?:pills|gun|rope|knife"
        rf"|ready)",
        rf"{_INTENT} (?:drive|driving|crash|crashing){_gap(3)} (?:off|into) (?:a|the) (?:bridge"
        rf"|cliff"
        r"|wall|tree|river|lake)",
    ),
)

EMERGENCIES = (
    _alarm(
        "called_for",
        r"(?:call(?:ing)?|dial(?:ing)?|need|want)(?: to)?(?: call)?(?: (?:me|us|him|her))? (?:911"
        r"|9 1 1)",
        r"(?:call|calling|need|want|send|get)(?: (?:me|us|for))? (?:an|the) ambulance",
        r"(?:send|need|get|call)(?: (?:me|us|the|some))? paramedics?",
        r"(?:this|it|that)(?:'s| is)(?: (?:definitely|really|kind of))? (?:a|an) "
        r"(?:medical |real )?emergency",
        r"(?:have|having|got) an? (?:medical |real )?emergency",
        r"medical emergency|life or death|i'm dying|i think i'm dying|(?:he|she)(?:'s| is) dying",
    ),
    _alarm(
        "chest_pain",
        r"chest(?: [\w']+)? (?:pains?|pressure|tightness|discomfort)",
        rf"(?:pains?|pressure|tightness|squeezing|crushing|heaviness|weight|elephant|stabbing)"
        rf"{_gap(4)} (?:in|on|across|through|around)"
        rf" (?:the (?:middle|center|left side|right side|side) of )?{_MY} chest",
        r"chest(?: [\w']+){0,3} (?:hurts|hurting|aches|aching|squeezing|pounding and|caving)"
        r"(?! (?:when|whenever|from|after|if) (?:i |he |she )?cough\w*)",
        r"chest(?:'s| is| feels?| feeling| got| getting)(?: [\w']+){0,2} (?:tight|heavy|crushed"
        r"|on fire)",
        rf"crush\w*{_gap(2)} {_MY} chest",
        rf"(?:sitting|pressing|stepping|standing) on {_MY} chest",
        rf"{_MY} chest{_gap(6)} (?:jaw|left arm|left shoulder|down (?:my|his|her) arm)",
    ),
    _alarm(
        "heart",
        r"heart attack",
        r"cardiac arrest",
        r"heart (?:has |just )*stopped",
        r"(?:doing|started) cpr",
    ),
    _alarm("no_pulse", r"(?:no|not have a|doesn't have a|can't find a) pulse", deniable=False),
    _alarm(
        "cannot_breathe",
        rf"{_CANT} (?:even |really |seem to |to )?(?:breathe?|get (?:any|enough) air)\b",
        rf"{_CANT} (?:even |seem to )?(?:catch|get) {_MY} breath\b",
        rf"(?:isn't|not|stopped|quit|ain't|wasn't){_gap(1)} breathing",
        r"(?:doesn't (?:seem|look|appear)|don't think [\w']+)(?: like)?(?: (?:to be|is|he's"
        r"|she's))? breathing",
        r"won't breathe",
        deniable=False,
    ),
    _alarm(
        "trouble_breathing",
        r"(?:trouble|difficulty|hard time|problems?|struggling|struggle)(?: with)?(?: (?:my|his"
        r"|her))? "
        r"breath(?:ing|e)",
        r"(?:trouble|difficulty) (?:catching|getting) (?:my|his|her|any|a) (?:breath|air)",
        r"(?:hard|difficult|harder|impossible|tough|hurts)(?: for (?:me|him|her))? to breathe",
        r"breathing (?:is|feels|sounds|has gotten|really|very|so)(?: [\w']+)? (?:hard|difficult"
        r"|bad|fast|weird"
        r"|shallow|labored|heavily)",
        r"(?:short|shortness|out) of breath(?! (?:from|because i ran|after|when|if|whenever"
        r"|walking|climbing|going up|on (?:the )?stairs))",
        r"gasping|suffocating|wheezing (?:really )?bad(?:ly)?",
        r"(?:turn(?:ed|ing|s)?|going|gone|went|look(?:s|ing)?)(?: [\w']+){0,2} blue(?! (?:cross"
        r"|shield))",
        rf"(?:lips|face|fingers|skin)(?:'s| are| is| have| look){_gap(2)} (?:blue|purple|gray)",
    ),
    _alarm(
        "choking",
        rf"{_WHO}{_HAS} choking|choking (?:on|to)|started choking|starting to choke",
        rf"stuck in {_MY} throat(?: and|$)",
    ),
    _alarm(
        "stroke",
        r"(?:having|have|has|had|like|be|was|suffered|suffering)(?: (?:maybe|another|a|mini"
        r"|massive))+ stroke\b",
        r"(?:it's|is|it|think) a stroke",
        rf"(?:face|mouth|smile|eyelid){_gap(4)} (?:droop\w*|sagg\w*|crooked|lopsided|twisted)",
        rf"droop(?:y|ing) {_gap(2)}(?:face|mouth|smile)",
        r"slur(?:red|ring|s)(?: (?:speech|words|his|her|my))?|(?:speech|words)(?: [\w']+){0,3} "
        r"(?:slurred|garbled)",
        rf"(?:left|right|one|whole) (?:side|arm|leg|half){_gap(5)} (?:numb|weak|paralyzed|limp)",
        rf"(?:numb\w*|weak\w*|paralyzed|limp){_gap(3)} (?:one|left|right|whole) (?:side|arm|leg"
        rf"|half)",
        r"worst headache (?:of|i|in)|thunderclap headache",
        rf"(?:lost|losing) {_MY} (?:vision|sight|speech)\b(?! (?:glasses|test|exam|insurance|plan"
        rf"|therap\w+))|suddenly (?:went |gone )?(?:blind|can't "
        rf"see)",
        r"(?:lost|losing) the ability to (?:speak|talk|move|walk)",
    ),
    _alarm(
        "cannot_move",
        rf"(?:can't|couldn't|unable to) (?:move|feel|lift|raise) (?:or feel )?{_MY}(?: (?:left"
        rf"|right|whole))? "
        r"(?:arms?|legs?|side|face|hands?|body|feet)\b",
        r"(?:can't|couldn't) (?:speak|talk)(?: (?:properly|right|at all|anymore|or [\w']+))?$",
        r"(?:can't|couldn't) get (?:his|her|my|the) words out",
        rf"(?:arms?|legs?|hands?|side){_gap(2)} (?:stopped working|won't move|don't work|won't "
        rf"work)",
        rf"(?:arms?|legs?|hands?|feet|side){_gap(5)} can't (?:feel|move) (?:them|it)\b",
        r"(?:can't|couldn't) feel (?:the )?(?:left|right|one) side",
        r"can't (?:talk|speak) (?:right|properly) and",
        deniable=False,
    ),
    _alarm(
        "unconscious",
        r"unconscious|unresponsive|lifeless|lost consciousness|losing consciousness",
        rf"{_WHO}{_HAS} (?:passed out|collapsed|blacked out|fainted|keeled over)",
        r"keeps? (?:passing out|blacking out|fainting|collapsing)",
        r"(?:about|going|gonna) (?:to )?(?:pass out|faint|black out)",
        r"(?:is|'s|gone|went|going|completely|all|and) (?:limp|floppy)",
        r"(?:lying|laying|found|someone|somebody|man|woman)(?: [\w']+){0,3} on the (?:\w+ "
        r")?(?:floor|ground)",
        r"eyes (?:have |just )?rolled (?:back|up)",
    ),
    _alarm(
        "will_not_wake",
        r"(?:not|isn't|won't|doesn't|ain't) (?:answering|answer) (?:me|us|anyone)(?! (?:on|by"
        r"|when i call|back))",
        r"(?:he|she|baby|mom|dad|mother|father)(?:'s|'s just| is)? not moving",
        r"(?:not|isn't|won't|hasn't|stopped|ain't) (?:respond(?:ing)?|wak(?:e|ing)(?: up)?|woken "
        r"up|com(?:e|ing) (?:round|around)|come to$)"
        r"(?! (?:up )?(?:to (?:emails?|texts?|my|calls?)|in the mornings?|early|for|before|on "
        r"time))\b",
        rf"(?:can't|couldn't|unable to) (?:seem to )?(?:wake|rouse|revive) (?:{_MY} )?(?!up\b|in\b"
        rf"|early\b)",
        deniable=False,
    ),
    _alarm(
        "will_not_stop_bleeding",
        r"(?:bleed(?:ing|s)?|blood|nosebleed)(?: [\w']+){0,4} (?:won't|wont|isn't|doesn't|not"
        r"|hasn't|can't|never)"
        r"(?: (?:seem to|get it to))? stop\w*",
        r"(?:won't|wont|can't|doesn't|isn't|not|couldn't|hasn't) (?:get it to )?stop(?:ping|ped)? "
        r"(?:the )?bleeding",
        r"pregnant and (?:i'm |i am )?bleeding",
        deniable=False,
    ),
    _alarm(
        "bleeding",
        r"(?:bleeding|bleeds|blood)(?: [\w']+){0,3} (?:everywhere|heavily|badly|profusely|a lot"
        r"|severely"
        r"|all over|gushing|spurting|pouring|really bad|very bad|fast|out of)",
        r"(?:heavy|severe|heavily|profuse|massive|serious|badly) bleeding|bleed(?:ing)? (?:out|to "
        r"death)",
        r"(?:a lot|lots|so much|too much|tons|pool|puddle) (?:of )?blood(?! (?:tests?|work|draws?"
        r"|pressure))\b",
        r"(?:cough|vomit|throw|spit|puk)(?:ing|ed|s)?(?: up)?(?: [\w']+){0,2} blood(?! (?:tests?"
        r"|work))\b",
        r"threw up(?: [\w']+){0,2} blood|gush(?:ing)?|spurting|squirting|los(?:t|ing)(?: "
        r"[\w']+){0,3} blood",
    ),
    _alarm(
        "poison",
        r"overdos(?:e|ed|ing)\b|od'?d\b|poisoned|carbon monoxide|narcan",
        rf"{_TOOK}{_gap(5)} (?:too many|too much|whole bottle|entire bottle|bottle of|handful of"
        rf"|bunch of|full bottle of)(?: [\w']+){{0,3}} {_PILLS}",
        rf"{_TOOK} (?:too many|the whole bottle|a whole bottle|all (?:of )?(?:my|his|her|the|them"
        rf"|{_MY} {_PILLS}))"
        r"(?= |$)",
        rf"{_TOOK}(?: like| about| maybe)? (?:[2-9]\d|twenty|thirty|forty|fifty|sixty|a "
        rf"hundred){_gap(2)} {_PILLS}",
        rf"{_TOOK}{_gap(3)} {_POISON}",
        rf"(?:toddler|baby|son|daughter|child|kid|boy|girl|grandson|granddaughter|he|she|year "
        rf"old){_HAS}{_gap(2)} "
        rf"(?:swallowed|ate|got into|gotten into|drank){_gap(4)} {_PILLS}",
        rf"{_TOOK}{_gap(2)} {_PILLS}{_gap(4)} (?:too many|too much|by mistake twice)",
        rf"double dose{_gap(3)} (?:insulin|heart|blood thinners?)",
    ),
    _alarm(
        "seizure",
        rf"(?:having|has|have|had|in the middle of){_gap(1)} (?:a|another|(?:some )?kind of(?: a)?"
        rf"|sort of(?: a)?) (?:[\w']+ )?seizure",
        rf"{_WHO}{_HAS} (?:\w+ )?(?:seizing|convulsing)|convulsi\w+|seizure (?:now|right now)",
        r"shaking (?:uncontrollably|all over and)",
        rf"(?:having|has|had|'s had){_gap(1)} (?:a|another) fit\b(?! (?:of|when|about|over"
        rf"|because))",
    ),
    _alarm(
        "allergy",
        rf"(?:throat|airway|tongue|lips?|face|neck)(?:'s| is| are| has| feels?| keeps?| "
        rf"started){_gap(2)} "
        r"(?:clos\w+|swell\w*|swollen|tightening|blow\w* up|puff\w* up|tight)(?! (?:when|whenever"
        r"|in the mornings?|from singing))",
        r"throat (?:closing|swelling)|anaphyla\w+",
        r"(?:severe|bad|terrible|serious|huge|awful) (?:allergic )?reaction",
        r"having (?:a|an) (?:[\w']+ )?allergic reaction",
        r"(?:used|gave (?:him|her|myself)) (?:the|an|my|his|her) epi ?pen",
    ),
    _alarm(
        "violence",
        r"(?:been|got|was|gotten|is) (?:shot|stabbed)\b|gun ?shot|stab wound",
        r"(?:shot|stabbed|stabbing) (?:me|him|her|someone|somebody|my|in the)",
        r"(?:has|have|got|pulled|holding|waving|with) a (?:gun|knife)\b",
        r"(?:break|broke|breaking) (?:in|into my (?:house|home|apartment))$|(?:intruder|burglar)",
        r"(?:going|gonna|trying|threatening|wants|tried|threatened) (?:to )?(?:kill|attack|shoot"
        r"|stab"
        r"|strangle|hurt) (?:me|us|my|him|her)\b",
        r"(?:is|'s|he|she|husband|boyfriend|wife|keeps) (?:beating|hitting|attacking|strangling"
        r"|choking"
        r"|hurting) (?:me|us|him|her|my)\b",
        r"(?:hit|beat|punched|choked|strangled) me(?: |$)",
        rf"{_INTENT} (?:kill|hurt|harm|shoot|stab)(?:ing)? (?:someone|somebody|people|other people"
        r"|him|her|them|my (?:kids?|baby|child|children|wife|husband|mother|family))",
    ),
    _alarm(
        "accident",
        r"hit by (?:a|the) (?:car|truck|bus|train|vehicle|motorcycle|van)|run over by",
        r"(?:just|just been|just got|just had|just now) (?:in |got in |been in |had )?(?:a|an) "
        r"(?:[\w']+ )?"
        r"(?:accident|crash|wreck)",
        r"there(?:'s| has|'s been| has been| was| is)+(?: been)? (?:a|an) (?:[\w']+ )?(?:accident"
        r"|crash|wreck)",
        rf"(?:fell|fallen|fall|falling) (?:off|from|down|out of){_gap(4)} (?:and|can't|isn't"
        rf"|hit){_gap(6)} "
        r"(?:move|head|get up|bleeding|neck|back|unconscious|respond\w*|making sense|confused|wake"
        r"|screaming|breathe|walk)",
        rf"(?:hit|banged|smashed|cracked|bumped|hurt) (?:my|his|her|their) head{_gap(8)} "
        rf"(?:vomit\w*|throwing up"
        r"|threw up|confused|passed out|blacked out|bleeding|unconscious|sleepy|won't|blurry"
        r"|double|drowsy"
        r"|slurring|doesn't know)",
        r"drown(?:ed|ing)\b|electrocuted|struck by lightning|impaled|trapped under",
        r"(?:broke|broken) (?:my|his|her) (?:neck|back)\b",
        r"appendix (?:has |just )*(?:burst|ruptured)",
        r"(?:terrible|excruciating|unbearable|agonizing|awful) pain and (?:i |he |she )?(?:can't"
        r"|couldn't) (?:stand|walk|move|breathe)",
    ),
    _alarm(
        "wound",
        r"bone(?:'s| is| are)?(?: [\w']+){0,2} (?:sticking|poking|coming|showing)|see (?:the |my "
        r"|his |her )?bone\b",
        rf"(?:cut|chopped|sliced|sawed|tore|ripped|took|blew){_gap(3)} {_LIMB}(?: tip)? off",
        rf"(?:cut|chopped|sliced|sawed|tore|ripped|took|blew) off{_gap(3)} {_LIMB}",
        r"severed|amputated (?:my|his|her)",
        r"(?:severe|bad|serious|third degree|3rd degree|terrible) burns?\b",
        r"burn(?:ed|t|ing)(?: [\w']+){0,4} (?:badly|severely|all over|alive)|badly burn(?:ed|t)",
        r"(?:house|kitchen|room|shirt|clothes|hair|car|building)(?:'s| is| are| caught) (?:on "
        r")?fire|scalded",
        r"gas leak|smell gas|snake ?bite|bit(?:ten)? by a (?:[\w']+ )?(?:snake|rattlesnake"
        r"|copperhead)|rattlesnake",
    ),
    _alarm(
        "childbirth",
        r"water (?:just |has )*broke|waters? broke|crowning|giving birth|miscarrying|having a "
        r"miscarriage",
        r"(?:in|into)(?: (?:active|early|premature))? labou?r\b(?! (?:meetings?|talks?"
        r"|negotiations?|day|law|disputes?))",
        rf"contractions?{_gap(6)} (?:apart|minutes)",
        r"baby(?:'s| is) (?:coming|being born)(?! (?:with|to|in|along|for|on|next|over))",
        r"delivering the baby",
    ),
    _alarm(
        "no_movement",
        r"baby (?:hasn't|isn't|has not|stopped|not)(?: been)? mov(?:ed|ing)",
        deniable=False,
    ),
    _alarm(
        "sugar_or_fever",
        rf"(?:blood sugar|sugar|glucose)(?:'s)?{_gap(4)} (?:[1-4]\d|[5-9]\d\d|4\d\d)\b(?! "
        rf"(?:percent"
        rf"|dollars|years))",
        rf"(?:fever|temperature|temp){_gap(3)} 10[5-9]\b|10[5-9](?: degree)? (?:fever|temperature)",
        r"diabetic (?:coma|shock)|insulin shock|heat stroke|hypothermia|frostbite",
    ),
)

RULES: tuple[Rule, ...] = (*SELF_HARM, *EMERGENCIES)
"""Self-harm first: who says both needs the gentler answer, and it names 911 too."""
