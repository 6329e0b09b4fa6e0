"""What is written short and read long: units, months, titles, streets, states. Tables only."""

from __future__ import annotations

# As written after a number: (one of it, several of it).
UNITS = {
    "mg": ("milligram", "milligrams"),
    "mcg": ("microgram", "micrograms"),
    "ug": ("microgram", "micrograms"),
    "\N{GREEK SMALL LETTER MU}g": ("microgram", "micrograms"),
    "g": ("gram", "grams"),
    "kg": ("kilogram", "kilograms"),
    "ml": ("milliliter", "milliliters"),
    "dl": ("deciliter", "deciliters"),
    "l": ("liter", "liters"),
    "iu": ("international unit", "international units"),
    "meq": ("milliequivalent", "milliequivalents"),
    "mmol": ("millimole", "millimoles"),
    "mmhg": ("millimeter of mercury", "millimeters of mercury"),
    "bpm": ("beat per minute", "beats per minute"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "tsp": ("teaspoon", "teaspoons"),
    "tbsp": ("tablespoon", "tablespoons"),
    "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"),
    "km": ("kilometer", "kilometers"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "mph": ("mile per hour", "miles per hour"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"),
    "sec": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "yr": ("year", "years"),
    "yrs": ("year", "years"),
    "wk": ("week", "weeks"),
    "wks": ("week", "weeks"),
    "mo": ("month", "months"),
    "mos": ("month", "months"),
    "tab": ("tablet", "tablets"),
    "tabs": ("tablet", "tablets"),
    "cap": ("capsule", "capsules"),
    "caps": ("capsule", "capsules"),
    "gtt": ("drop", "drops"),
    "\N{DEGREE SIGN}f": ("degree Fahrenheit", "degrees Fahrenheit"),
    "\N{DEGREE SIGN}c": ("degree Celsius", "degrees Celsius"),
    "\N{DEGREE SIGN}": ("degree", "degrees"),
    "%": ("percent", "percent"),
}

PER = {"kg": "kilogram", "dl": "deciliter", "l": "liter", "ml": "milliliter", "min": "minute"}
PER |= {"hr": "hour", "h": "hour", "day": "day", "d": "day", "week": "week", "wk": "week"}
PER |= {"dose": "dose", "visit": "visit", "month": "month", "mo": "month", "year": "year"}

# How often a medicine is taken, as prescribers write it after a dose.
HOW_OFTEN = {
    "qd": "once a day",
    "bid": "twice a day",
    "tid": "three times a day",
    "qid": "four times a day",
    "qhs": "at bedtime",
    "prn": "as needed",
    "po": "by mouth",
}

MONTHS = (
    "January February March April May June July August September October November December"
).split()
MONTH = {name[:3].lower(): name for name in MONTHS} | {"sept": "September"}
MONTH |= {name.lower(): name for name in MONTHS}

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
DAY = {name[:3].lower(): name for name in DAYS}
DAY |= {"tues": "Tuesday", "thur": "Thursday", "thurs": "Thursday", "weds": "Wednesday"}
DAY |= {name.lower(): name for name in DAYS}

TITLES = {"Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor"}
SAINTS = {"St": "Saint", "Mt": "Mount", "Ft": "Fort"}
"""Titles of places, before a name."""

STREETS = {
    "Dr": "Drive",
    "St": "Street",
    "Ave": "Avenue",
    "Rd": "Road",
    "Blvd": "Boulevard",
    "Ln": "Lane",
    "Ct": "Court",
    "Pl": "Place",
    "Sq": "Square",
    "Pkwy": "Parkway",
    "Hwy": "Highway",
    "Ter": "Terrace",
    "Cir": "Circle",
}

WORDS = {
    "e.g": "for example,",
    "i.e": "that is,",
    "etc": "and so on",
    "vs": "versus",
    "approx": "approximately",
    "appt": "appointment",
    "appts": "appointments",
    "dept": "department",
    "Inc": "Incorporated",
    "Jr": "Junior",
    "Sr": "Senior",
    "Tel": "telephone",
    "w/o": "without",
    "w/": "with ",
    "Rx": "prescription",
    "aka": "also known as",
    "ASAP": "as soon as possible",
    "and/or": "and or",
    "M-F": "Monday to Friday",
    "OB/GYN": "O-B-G-Y-N",
}

SIGNS = {
    "&": "and",
    "@": "at",
    "+": "plus",
    "=": "equals",
    "<": "less than",
    ">": "more than",
    "~": "about",
    "\N{LESS-THAN OR EQUAL TO}": "at most",
    "\N{GREATER-THAN OR EQUAL TO}": "at least",
    "\N{PLUS-MINUS SIGN}": "plus or minus",
    "\N{MULTIPLICATION SIGN}": "times",
    "\N{DIVISION SIGN}": "divided by",
    "\N{DEGREE SIGN}": "degrees",
    "\N{EURO SIGN}": "euros",
    "\N{POUND SIGN}": "pounds",
    "%": "percent",
}

SPELLED = (
    "ER EKG ECG ENT IV UTI PA DOB OTC COPD ICU UPS EOB OT ETA FYI OB GYN FAQ LLC POA DNR".split()
)
"""Acronyms that voices take for words."""

PLACES = {"Ste": "Suite", "Apt": "Apartment", "Rm": "Room", "Bldg": "Building", "Fl": "Floor"}

COMPASS = {"N": "North", "S": "South", "E": "East", "W": "West"}
COMPASS |= {"NE": "Northeast", "NW": "Northwest", "SE": "Southeast", "SW": "Southwest"}

STATES = dict(
    pair.split(":")
    for pair in (
        "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut "
        "DE:Delaware FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa "
        "KS:Kansas KY:Kentucky LA:Louisiana ME:Maine MD:Maryland MA:Massachusetts MI:Michigan "
        "MN:Minnesota MS:Mississippi MO:Missouri MT:Montana NE:Nebraska NV:Nevada "
        "NH:New_Hampshire NJ:New_Jersey NM:New_Mexico NY:New_York NC:North_Carolina "
        "ND:North_Dakota OH:Ohio OK:Oklahoma OR:Oregon PA:Pennsylvania RI:Rhode_Island "
        "SC:South_Carolina SD:South_Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont VA:Virginia "
        "WA:Washington WV:West_Virginia WI:Wisconsin WY:Wyoming DC:D_C"
    ).split()
)
