"""What tells that a body is failing, for :mod:`llm.guard_rules`."""

from __future__ import annotations

from llm.guard_phrases import alarm

ILLNESS = (
    alarm(
        "chest_pain",
        "pain, pressure or weight in the chest: a heart attack until it is ruled out",
        """
            chest ~1 (pains?|pressure|tightness|discomfort)
            (pains?|pressure|tightness|squeezing|crushing|heaviness|weight|elephant|
                bricks?|boulder|stabbing) ~4 (in|on|at|across|through|around) [the (middle|center|
                left side|right side|side) of] <my> chest
            chest ~3 (hurts|hurting|aches|aching|squeezing|pounding and|caving) !((when|whenever|
                from|after|if) [i|he|she] cough*)
            chest('s| is| feels?| feeling| got| getting) ~2 (tight|heavy|crushed|on fire)
            chest ~1 (feels|feeling|felt) ~5 (elephant|vise|vice|squeez*|crush*|explod*|burst*|
                bricks?|boulder|heavy|weight|stab*)
            chest('s| is) (going to|gonna|about to) (explode|burst|cave in)
            (sitting|pressing|stepping|standing) on <my> chest
            <my> chest ~6 (jaw|left arm|left shoulder|down (my|his|her) arm)
            (crush|squeez)* ~2 <my> chest
        """,
    ),
    alarm(
        "heart",
        "a heart attack by its name, or a heart that has stopped",
        """
            heart attack / cardiac arrest / heart [has] [just] stopped / (doing|started) cpr
        """,
    ),
    alarm(
        "no_pulse",
        "no pulse",
        """
            (no|not have a|doesn't have a|can't find a) pulse
        """,
        deniable=False,
    ),
    alarm(
        "cannot_breathe",
        "cannot breathe, or does not",
        """
            <cant> [even|really|seem to|to] (breathe?|get (any|enough) air)_
            <cant> [even|seem to] (catch|get) <my> breath_
            (isn't|not|stopped|quit|ain't|wasn't) ~1 breathing / stops? breathing$
            (doesn't (seem|look|appear)|don't think *) [like] [to be|is|he's|she's] breathing
            won't breathe
        """,
        deniable=False,
    ),
    alarm(
        "trouble_breathing",
        "breathes with difficulty, or turns blue",
        """
            (trouble|difficulty|hard time|problems?|struggling|struggle) [with] [my|his|
                her] breath(ing|e)
            (trouble|difficulty) (catching|getting) (my|his|her|any|a) (breath|air)
            (hard|difficult|harder|impossible|tough|hurts) [for (me|him|her)] to breathe
            breathing (is|feels|sounds|has gotten|really|very|so) ~1 (hard|difficult|bad|fast|
                weird|shallow|labored|heavily)
            (short|shortness|out) of breath !(from|because i ran|after|when|if|whenever|walking|
                climbing|going up|on [the] stairs)
            (turn(ed|ing|s)?|going|gone|went|look(s|ing)?) ~2 blue !(cross|shield)
            (lips|face|fingers|skin)('s| are| is| have| look) ~2 (blue|purple|gray)
            gasping / suffocating / wheezing [really] bad(ly)?
        """,
    ),
    alarm(
        "choking",
        "something in the windpipe",
        """
            stuck in <my> throat( and|$)
            <who><has> choking / choking (on|to) / started choking / starting to choke
            stuck ~6 (can't|couldn't) ~1 (cough|breathe|swallow|talk|speak)
        """,
    ),
    alarm(
        "stroke",
        "a stroke: face, arm, speech, sight, the worst headache of one's life",
        """
            (having|have|has|had|like|be|was|suffered|suffering) [maybe] [another|a]
                [mini|massive] stroke_
            (it's|is|it|think) a stroke
            (face|mouth|smile|eyelid) ~4 (droop*|sagg*|crooked|lopsided|twisted)
            droop(y|ing) ~2 (face|mouth|smile)
            slur(red|ring|s) [speech|words|his|her|my]
            (speech|words) ~3 (slurred|garbled)
            (left|right|one|whole) (side|arm|leg|half) ~5 (numb|weak|paralyzed|limp)
            (numb*|weak*|paralyzed|limp) ~3 (one|left|right|whole) (side|arm|leg|half)
            (lost|losing) <my> (vision|sight|speech)_ !(glasses|test|exam|insurance|plan|therap*)
            suddenly [went|gone] (blind|can't see)
            (can't|couldn't) see [anything|at all] (out of|from|with|in) ~1 (left|right|one|other)
                eye( all of a sudden| suddenly| any ?more| right now| since|$)
            (can't|couldn't) see [anything|at all] ((out of|from) <my> eyes? )?(all of a sudden|
                suddenly)
            all of a sudden ~3 (can't|couldn't) see( anything| at all| out of| from|$)
            (vision|sight|eyes?) [just|suddenly|has|all] (went|gone) [completely|all] (black|dark|
                blind)( in|$)
            (suddenly|all of a sudden) ~3 (vision|sight) ~2 (blurry|double|gone|black|dark)
            (suddenly|all of a sudden) ~3 see(ing)? double
            (half|part) [of] <my> (vision|sight) [just|suddenly|has|is] (disappeared|gone|missing)
            (lost|losing) [all|the|some] (vision|sight) in
            (lost|losing) the ability to (speak|talk|move|walk)
            worst headache (of|i|in) / thunderclap headache
        """,
    ),
    alarm(
        "cannot_move",
        "cannot move, feel or speak",
        """
            (can't|couldn't|unable to) (move|feel|lift|raise) [or feel] <my> [left|right|
                whole] (arms?|legs?|side|face|hands?|body|feet)_
            (can't|couldn't) (speak|talk) [properly|right|at all|anymore|or *]$
            (can't|couldn't) get (his|her|my|the) words out
            (arms?|legs?|hands?|side) ~2 (stopped working|won't move|don't work|won't work)
            (arms?|legs?|hands?|feet|side) ~5 can't (feel|move) (them|it)_
            (can't|couldn't) feel [the] (left|right|one) side
            can't (talk|speak) [right|properly] and <my> (arms?|legs?|face|side|mouth|hands?)
        """,
        deniable=False,
    ),
    alarm(
        "unconscious",
        "has lost consciousness, or is about to",
        """
            <who><has> (passed out|collapsed|blacked out|fainted|keeled over)
            keeps? (passing out|blacking out|fainting|collapsing)
            (about|going|gonna) [to] (pass out|faint|black out)
            (is|'s|gone|went|going|completely|all|and) (limp|floppy)
            (lying|laying|found|someone|somebody|man|woman) ~3 on the [*] (floor|ground)
            eyes [have|just] rolled (back|up)
            unconscious / unresponsive / lifeless / lost consciousness / losing consciousness
        """,
    ),
    alarm(
        "will_not_wake",
        "does not answer, move or wake",
        """
            (not|isn't|won't|doesn't|ain't) (answering|answer) (me|us|anyone) !(on|by|when i call|
                back)
            (he|she|baby|mom|dad|mother|father)('s|'s just| is)? not moving
            (not|isn't|won't|hasn't|stopped|ain't) (respond(ing)?|wak(e|ing) [up]|woken up|com(e|
                ing) (round|around)|come to$) !([up] (to (emails?|texts?|my|calls?)|
                in the mornings?|early|for|before|on time))_
            (can't|couldn't|unable to) [seem to] (wake|rouse|revive) [<my>] !(up|in|early) *
        """,
        deniable=False,
    ),
    alarm(
        "seizure",
        "a seizure",
        """
            (having|has|have|had|in the middle of) ~1 (a|another|[some] kind of [a]|
                sort of [a]) [*] seizure
            <who><has> [*] (seizing|convulsing)
            shaking (uncontrollably|all over and)
            (having|has|had|'s had) ~1 (a|another) fit_ !(of|when|about|over|because)
            convulsi* / seizure (now|right now)
        """,
    ),
    alarm(
        "allergy",
        "a throat or tongue that swells: anaphylaxis",
        """
            (throat|airway|tongue|lips?|face|neck)('s| is| are| has| feels?| keeps?| started) ~2 (
                clos*|swell*|swollen|tightening|blow* up|puff* up|tight) !(when|whenever|
                in the mornings?|from singing)
            (severe|bad|terrible|serious|huge|awful) [allergic] reaction
            having (a|an) [*] allergic reaction
            (used|gave (him|her|myself)) (the|an|my|his|her) epi ?pen
            (throat|tongue)<has> ~2 (fat|fatter|bigger|huge|twice its size)
            throat (closing|swelling) / anaphyla*
        """,
    ),
    alarm(
        "childbirth",
        "a birth on its way, or a miscarriage",
        """
            (in|into) [active|early|premature] labou?r_ !(meetings?|talks?|negotiations?|day|law|
                disputes?)
            contractions? ~6 (apart|minutes)
            baby('s| is) (coming|being born) !(with|to|in|along|for|on|next|over)
            water [has] [just] broke / waters? broke / crowning / giving birth / miscarrying
            having a miscarriage / delivering the baby
        """,
    ),
    alarm(
        "no_movement",
        "a baby in the womb that has stopped moving",
        """
            baby (hasn't|isn't|has not|stopped|not) [been] mov(ed|ing)
        """,
        deniable=False,
    ),
    alarm(
        "sugar_or_fever",
        "blood sugar or a fever out of all bounds",
        """
            (blood sugar|sugar|glucose)('s)? ~4 <bad sugar>_ !(percent|dollars|years)
            (fever|temperature|temp) ~3 <bad fever>_
            <bad fever> [degree] (fever|temperature)
            diabetic (coma|shock) / insulin shock / heat stroke / hypothermia / frostbite
        """,
    ),
)
