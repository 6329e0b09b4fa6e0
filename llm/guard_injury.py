"""What tells of blood, poison, violence and accidents, for :mod:`llm.guard_rules`."""

from __future__ import annotations

from llm.guard_phrases import alarm

INJURY = (
    alarm(
        "called_for",
        "the caller asks for 911, or calls it an emergency themselves",
        """
            (call(ing)?|dial(ing)?|need|want) [to] [call] [me|us|him|her] (911|9 1 1)
            (call|calling|need|want|send|get) [me|us|for] (an|the) ambulance
            (send|need|get|call) [me|us|the|some] paramedics?
            (this|it|that)('s| is) [definitely|really|kind of] (a|an) [medical|real] emergency
            (have|having|got) an? [medical|real] emergency
            medical emergency / life or death / i'm dying / i think i'm dying
            (he|she)('s| is) dying
        """,
    ),
    alarm(
        "will_not_stop_bleeding",
        "blood that does not stop; any while pregnant",
        """
            (bleed(ing|s)?|blood|nosebleed) ~4 (won't|wont|isn't|doesn't|not|hasn't|can't|
                never) [seem to|get it to] stop*
            (won't|wont|can't|doesn't|isn't|not|couldn't|hasn't) [get it to] stop(ping|
                ped)? [the] bleeding
            pregnant and [i'm|i am] bleeding
        """,
        deniable=False,
    ),
    alarm(
        "bleeding",
        "much blood, or blood where none should be",
        """
            (bleeding|bleeds|blood) ~3 (everywhere|heavily|heavy|badly|profusely|a lot|severely|
                all over|gushing|spurting|pouring|really bad|very bad|fast|out of)
            (heavy|severe|heavily|profuse|massive|serious|badly) bleeding
            (a lot|lots|so much|too much|tons|pool|puddle) [of] blood !(tests?|work|draws?|
                pressure)_
            (cough|vomit|throw|spit|puk)(ing|ed|s)? [up] ~2 blood !(tests?|work)_
            (keep|keeps|kept|still|just) ~1 pumping out
            (towel|towels|rag|cloth)('s| is| are)? ~2 soaked
            bleed(ing)? (out|to death) / threw up ~2 blood / gush(ing)? / spurting / squirting
            los(t|ing) ~3 blood
        """,
    ),
    alarm(
        "poison",
        "too much of a medicine, or anything of a poison; a child in the pills",
        """
            <took> ~5 (too many|too much|whole bottle|entire bottle|bottle of|handful of|bunch of|
                full bottle of) ~3 <pills>
            <took> (too many|the whole bottle|a whole bottle|all [of] (my|his|her|the|them|
                <my> <pills>))_
            <took> [like|about|maybe] <many> ~2 <pills>
            <took> ~2 more ~3 <pills> ~2 than
            <took> ~2 (double|triple|three times|twice) ~3 (dose|amount)
            (toddler|baby|son|daughter|child|kid|boy|girl|grandson|granddaughter|grandchild|twins|
                nephew|niece|little (one|guy)|youngest|he|she|year old)<has> ~2 (
                swallowed|ate|got into|gotten into|drank) ~4 <pills>
            <took> ~2 <pills> ~4 (too many|too much|by mistake twice)
            double dose ~3 (insulin|heart|blood thinners?)
            overdos(e|ed|ing)_ / od'?d_ / poisoned / carbon monoxide / narcan
            <took> ~3 <poison>
        """,
    ),
    alarm(
        "violence",
        "shot, stabbed, beaten, threatened; or about to do so",
        """
            (been|got|was|gotten|is) (shot|stabbed)_
            (shot|stabbed|stabbing) (me|him|her|someone|somebody|my|in the)
            (has|have|got|pulled|holding|waving|with) a (gun|knife)_
            (break|broke|breaking) (in|into my (house|home|apartment))$
            (going|gonna|trying|threatening|wants|tried|threatened) [to] (kill|attack|shoot|stab|
                strangle|hurt) (me|us|my|him|her)_
            (is|'s|he|she|husband|boyfriend|wife|keeps) (beating|hitting|attacking|strangling|
                choking|hurting) (me|us|him|her|my)_
            (hit|beat|punched|choked|strangled) me_
            <means to> (kill|hurt|harm|shoot|stab)(ing)? (someone|somebody|people|other people|
                him|her|them|my (kids?|baby|child|children|wife|husband|mother|family))
            gun ?shot / stab wound / (intruder|burglar)
        """,
    ),
    alarm(
        "accident",
        "hit by a car, a bad fall, a head injury, drowning, electricity",
        """
            hit by (a|the) (car|truck|bus|train|vehicle|motorcycle|van)
            (just|just been|just got|just had|just now) [in|got in|been in|had] (a|
                an) [*] (accident|crash|wreck)
            there('s|'s been| has| has been| was| is) (a|an) [*] (accident|crash|wreck)
            (fell|fallen|fall|falling) (off|from|down|out of) ~4 (and|can't|isn't|hit) ~6 (move|
                head|get up|bleeding|neck|back|unconscious|respond*|making sense|confused|wake|
                screaming|breathe|walk)
            (hit|banged|smashed|cracked|bumped|hurt) (my|his|her|their) head ~8 (vomit*|
                throwing up|threw up|confused|passed out|blacked out|bleeding|unconscious|sleepy|
                won't|blurry|double|drowsy|slurring|doesn't know)
            (broke|broken) (my|his|her) (neck|back)_
            appendix [has] [just] (burst|ruptured)
            (terrible|excruciating|unbearable|agonizing|awful) pain and [i|he|she] (can't|
                couldn't) (stand|walk|move|breathe)
            run over by / drown(ed|ing)_ / electrocuted / struck by lightning / impaled
            trapped under
        """,
    ),
    alarm(
        "wound",
        "a bone that shows, a limb cut off, burns, fire, gas, snakes",
        """
            bone('s| is| are)? ~2 (sticking|poking|coming|showing)
            (cut|chopped|sliced|sawed|tore|ripped|took|blew) ~3 <limb> [tip] off
            (cut|chopped|sliced|sawed|tore|ripped|took|blew) off ~3 <limb>
            (severe|bad|serious|third degree|3rd degree|terrible) burns?_
            burn(ed|t|ing) ~4 (badly|severely|all over|alive)
            (house|kitchen|room|shirt|clothes|hair|car|building)('s| is| are| caught) [on] fire
            bit(ten)? by a [*] (snake|rattlesnake|copperhead)
            see [the|my|his|her] bone_ / severed / amputated (my|his|her) / badly burn(ed|t)
            scalded / gas leak / smell gas / snake ?bite / rattlesnake
        """,
    ),
)
