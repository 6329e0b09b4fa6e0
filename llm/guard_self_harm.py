"""What tells of self-harm and of a wish to die, for :mod:`llm.guard_rules`."""

from __future__ import annotations

from llm.guard_phrases import harm

SELF_HARM = (
    harm(
        "kill_self",
        "killing oneself, by any verb for it",
        """
            (kill|shoot|hang|drown|poison)(ing|ed)? <self> / hung <self> !(up|out)
            unaliv* / suicid(e|al)
        """,
    ),
    harm(
        "end_life",
        "ending one's life, or it all",
        """
            (end|ending|take|taking|took) <my> [own] life
            <means to> end(ing)? (it|things|everything) !(with|early|on|there|here|now)
            end(ing)? it all
        """,
    ),
    harm(
        "want_to_die",
        "a wish to die, or never to have been",
        """
            (want(s|ed)?|ready|wanna|going|hop(e|es|ing)|pray*) to [just] (die|be dead)_ !(of|
                than|my|her|his)
            wish(es|ed)? [that] (i|he|she) (was|were|could just|could) (dead|die|disappear)
            wish(es|ed)? [that] (i|he|she) (wasn't|weren't|hadn't been|had never been) (alive|
                here|born)
            better off (dead !(cent)|without me|if i (was|were|wasn't|weren't))
            wanna die_ / rather be dead
        """,
    ),
    harm(
        "not_live",
        "a wish not to live: each phrase holds its own no",
        """
            (don't|doesn't|didn't|not) [really|even] want(ing)? to ((live|exist|go on|be here|
                be around)( any ?more_| this$|$)|(keep|go) [on] living !(with|in|here|at)|
                keep going$|be alive)
            (don't|doesn't) want to wake up [tomorrow|again|any ?more|in the morning]$
            can't go on [any ?more|living|this|this way|with life]$
            (no|any|the|a) (reason|point) (to|in|of|for|left in) (live|living|being alive|go on|
                going on|staying alive|being here)
            (nothing|anything) [left] to live for
            tired of (living !(with|in|so|far)|being alive|life)
            (isn't|not|wasn't|doesn't feel) worth (living|it any ?more)$
            (nobody|no one) would (care|notice|miss me) if i (died|was gone|were gone|disappeared)
        """,
        deniable=False,
    ),
    harm(
        "harm_self",
        "hurting oneself on purpose",
        """
            <means to> (hurt|cut|injur|burn)* <self>
            (hurt|cut|injured|burn(ed|t)|hurting|cutting|burning) <self> (on purpose|
                intentionally|deliberately)
            (cutting|hurting|burning) <self> (again|because|when i|to feel|at night)
            <who><has> been (cutting|hurting|burning) <self>
            (slit|slitting|cut|cutting) <my> wrists?_ !(band|brace|watch)
            self harm* / harm(ing|ed)? <self>
        """,
    ),
    harm(
        "not_safe",
        "not safe with oneself; leave-taking",
        """
            (can't|not|don't think (i|he|she) can|don't feel) [keep|be] [<self>] safe (from|
                with) myself
            (can't|don't think (i|he|she) can) keep <self> safe
            (do|doing|done) something (to (hurt|harm|kill) <self>|(bad|stupid|terrible) to <self>)
            (text*|messag*|writing|wrote|sent|sending) ~2 goodbye
            (afraid|scared|worried|terrified) (he|she|they)('ll| will|'s going to|'re going to|
                might) do something
            suicide note / goodbye (note|letter)s?
        """,
        deniable=False,
    ),
    harm(
        "means",
        "a plan: pills, a bridge, a gun, a car",
        """
            <means to> (tak|swallow|down)(e|ing) (them all|it all|the lot|every (last|
                single) (pill|tablet)|all [of] (them|these|<my> <pills>))
            <means to> (tak|swallow|down)(e|ing) (the|this|a) (whole|entire) bottle
            jump(ing)? (off|from|in front of|out of) (a|the|my|this) (bridge|roof|building|
                balcony|train|window|cliff|overpass|truck|car|bus)
            (gun|knife|rope|noose|pills) ~8 (end it|on myself|my head|say goodbye)
            (written|wrote|left|leaving|writing) (a|my) note ~4 (pills|gun|rope|knife|ready)
            <means to> (drive|driving|crash|crashing) ~3 (off|into) (a|the) (bridge|cliff|wall|
                tree|river|lake)
            <means to> overdos(e|ing)
            (saving up|saved up|stockpil*|hoard*|stash*) [all] <my> <pills>
        """,
    ),
)
