"""What tells of an emergency although a word was misheard, for :mod:`llm.guard_rules`.

    "I want to fill myself"    "I don't want to love any more"    "she's having a throat"

A transcript errs by a sound: kill becomes fill, live becomes love, a stroke a throat. A phrase is
here only if it is one that nobody says and mean it: the frame tells what was said ("I want to ...
myself"), the word in it sounds like the one that was meant, and what else may be said in that
frame is excluded. "I can't believe it" stays what it is, however often it was "I can't breathe".
"""

from __future__ import annotations

from llm.guard_phrases import alarm, harm

MISHEARD_HARM = (
    harm(
        "kill_misheard",
        "fill myself, kill my belt: killing or hurting oneself, a sound away",
        """
            (want(s|ed)?|wanna|going|gonna|tr(y|ying)|ready|need(s|ed)?|plan*) [to] [just] <kill>
                <self> !((again|better|in|out|up|getting|get|with|a|for|on|at|as|to)_)
            (think(ing)?|thoughts?|thought|talk(s|ed|ing)) (about|of) <killing> <self>$
            (<means to>|keep) (kill|hurt|harm)(ing)? my (belt|elf|shelf|veil|cell|self|health|help)$
            (don't|not) feel (safe|fit|say|save|same|faith|face) with (<self>|my (belt|elf|shelf|
                veil|health))$
            (cut|caught|got) <my> (wrists?|risks?|rists?|riffs?)$
        """,
    ),
    harm(
        "live_misheard",
        "not wanting to love, or leave, any more: each phrase holds its own no",
        """
            (don't|doesn't) [really|even|just] want(ing)? to (love|leave|lift|life|lived|leaf|
                laugh|leaving) any ?(more|longer)$
            (don't|doesn't) [really|even|just] want to (love|life|lived)$
            (no|any) (reason|point) (to|in) (love|loving|life)$
            (want(s|ed)?|wanna|going) to [just] (bye|dye|by)$
            [just] want(s|ed)? to be (mad|dad|debt|ted)$
            (wish|with|which|witch) (i|he|she) (was|were) (dad|debt|mad|ted)$
            (with|which|witch) (i|he|she) (was|were) dead$
            better off (dad|debt|man|ted|bed|deb)$ / (be|me) better ~2 without me
            family (would|will|could) be better off without$
            tired of (leaving|loving|feeling)$
        """,
        deniable=False,
    ),
    harm(
        "end_misheard",
        "spending my life, end the poll: ending it",
        """
            <means to> (and|an|in) it all$ / <means to> end (the (poll|hall|all|
                ball)|it (off|hall)|at all)$
            (think(ing)?|thoughts?|talk(s|ed|ing)) (about|of) (spending|handling|bending|sending|
                mending|landing|anding) my (life|live|wife)$
            <means to> end(ing)? <my> (wife|live|line|lies)$
        """,
    ),
    harm(
        "suicide_misheard",
        "having title thoughts: suicidal ones",
        """
            (having|have|had|these|get|getting) ~3 (idle|title|titled|sidle|bridal|side all)
                (thoughts?|talks?|fights?|off)_
            (feeling|feel|feels) (through|too|to|so|sort|sue) [the|a|of] (title|entitled|idle|
                subtle|sidle|bridal)$
            (sue a|sue|sewer|suey|su a) ?side
        """,
    ),
)

MISHEARD = (
    alarm(
        "chest_misheard",
        "just pain, painted my chest, a hard attack",
        """
            (have|has|having|got|get|getting|had|with) ~1 (chess|jest|just|vest|chased|chas|jess)
                (pains?|paint)$
            chest (paint|panes?|payne|bane|pan|pin|feet|been|paying|paid)_
            (painted|paying|faded|painting|paint|been|pin) [in|at|with] my chest_
            my (chess|jess|jest|just|chased) hurts? (really|so|bad|badly|a lot|right now|now)
            (having|have|has|had) a (hard|hot|art|part|harder) (attack|a tack|tack|attach|to catch)
                !(of)
        """,
    ),
    alarm(
        "breath_misheard",
        "can't breed, not believing: does not breathe",
        """
            <cant> (breed|breeze|brief|bree|breve|breathed|grieve)$
            (and|but) (he|she|it|the baby|baby)('s| is) not (believing|breeding|leaving)$
            (suffering|troubling|strangling|juggling) to breathe?_
            short of (breadth|brett|breaths)_
            lips? (are|or|our|is) (bl(ues?|ew)|purples?)
            throat ~1 (clothing|glowing|slowing|posing|blowing) up
            (float|flow|goat)('s| is) closing up
            (is|'s) (coking|co king|choaking|chalking|choked)$ !(up)
        """,
        deniable=False,
    ),
    alarm(
        "stroke_misheard",
        "having a throat, the face dripping on one side, the peach is blurred",
        """
            <who><has> having (a|the|this|another) (throat|throne|trope|strope|strobe|strike|strode|
                stoke|troke)$
            (dripp|drift|group|dropp|droop|drool|troop|grop)(ing|s|ed)? (on|from|in|at) (one|won|
                <my>|the) [left|right] (side|slide)
            (speech|peach|beach|speak)('s| is) (slur|blurred|blurry|flirt|flirts|stirred|slurry)$
            (one|1) side of (<my>|this) face is (not|none|nothing|now|one|1)$
            can't move ~1 (left|right|lust|lest) (arms?|legs?|side|hands?)_
            having (the|this|his|her|a) [*] (seizure|seizer|caesar|siezure|scissors?)$
            (isn't|not|is in|is on|'s in) (conscious|conscience)_ !(of|about|that)
            is (in|on|un) (conscience|conscious)_ / unconscience
        """,
        deniable=False,
    ),
    alarm(
        "poison_misheard",
        "over those, follow the whole bottle: an overdose",
        """
            (took|take|taken|taking) (an|a|him|in|on) over ?(those|goes|though|doze|dose|does|built)
            <who><has> over ?(those|goes|though|doze|dozed|dose|does|took)$
            (swallow(ed)?|follow(ed)?|forward) [a|the|my] (whole|hole|all) (bottle|battle) !(of
                (water|juice))
        """,
    ),
    alarm(
        "bleeding_misheard",
        "believing and it won't stop: bleeding",
        """
            (believing|leaving|breeding|leading|pleading|bleating) [and|but|that] it (won't|doesn't|
                isn't|can't|hasn't) stop*
        """,
        deniable=False,
    ),
    alarm(
        "ambulance_misheard",
        "call him ambulance",
        """
            (call|calling|send|get) ~1 (ambulances?|ambience|ambiance)_ !(driver|company|service|
                bill)
        """,
    ),
)
