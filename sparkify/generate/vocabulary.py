"""Words to make names and titles of. No real person or song is meant."""


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(" | "))


WOMEN = _list(
    "Amélie | Bea | Chidi | D'Arcy | Edda | Freya | Hana | Inés | Jo | Kaya | Zoë | Adaeze | Brigid"
    " | Carmen | Delphine | Esther | Fatima | Greta | Imogen | Katarina | Leilani | Madeleine"
    " | Nadia | Ottilie | Priya | Rosalind | Saoirse | Theodora | Ursula | Vivienne | Wilhelmina"
    " | Yasmin"
)
MEN = _list(
    "André | Bram | Cho | Dov | Emeka | Filip | Goran | Håkon | Ivo | Jens | Łukasz | Anselm"
    " | Bartholomew | Cedric | Dmitri | Edmund | Florian | Gideon | Hamish | Ignatius | Jerome"
    " | Kwame | Leopold | Matteo | Nikolai | Osvaldo | Pascal | Rafael | Sebastian | Tobias"
    " | Valentin | Yusuf"
)
LAST_NAMES = _list(
    "O'Neil | D'Angelo | Muñoz | Søby | Okoye | Tanaka | Weiß | Van der Berg | Castell | Ember"
    " | Abara | Bell | Choi | Dale | Eaton | Fox | Grant | Haas | Ito | Jain | Kerr | Lund | Marsh"
    " | Nash | Ortiz | Park | Quist | Reyes | Stone | Tran | Usman | Vance | Ward | Yates | Zeller"
    " | Beck | Cole | Diaz | Egan | Ford | Gray | Hale | Ivers | Joyce | Knox | Lowe | Moss | Nunn"
)
METRO_AREAS = _list(
    "Chicago-Naperville-Elgin, IL-IN-WI | Lansing-East Lansing, MI | Winston-Salem, NC"
    " | New York-Newark-Jersey City, NY-NJ-PA | San Jose-Sunnyvale-Santa Clara, CA"
    " | Tampa-St. Petersburg-Clearwater, FL | Portland-South Portland, ME | Marinette, WI-MI"
    " | Waterloo-Cedar Falls, IA | Janesville-Beloit, WI | Detroit-Warren-Dearborn, MI"
    " | Atlanta-Sandy Springs-Roswell, GA | Lake Havasu City-Kingman, AZ | Red Bluff, CA"
    " | Houston-The Woodlands-Sugar Land, TX | San Francisco-Oakland-Hayward, CA"
    " | New Haven-Milford, CT | Washington-Arlington-Alexandria, DC-VA-MD-WV | Columbia, SC"
    " | New Orleans-Metairie, LA | Harrisburg-Carlisle, PA | Salinas, CA | Lubbock, TX | Eugene, OR"
    " | Philadelphia-Camden-Wilmington, PA-NJ-DE-MD | Augusta-Richmond County, GA-SC"
    " | Sacramento--Roseville--Arden-Arcade, CA | San Antonio-New Braunfels, TX"
    " | Phoenix-Mesa-Scottsdale, AZ | Birmingham-Hoover, AL | Klamath Falls, OR"
    " | La Crosse-Onalaska, WI-MN | St. Louis, MO-IL | Indianapolis-Carmel-Anderson, IN"
    " | Nashville-Davidson--Murfreesboro--Franklin, TN | Richmond, VA | Palestine, TX"
    " | Dallas-Fort Worth-Arlington, TX | Minneapolis-St. Paul-Bloomington, MN-WI | Yuba City, CA"
)
USER_AGENTS = (  # most are wrapped in literal quotes
    *(
        f'"Mozilla/5.0 ({device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}"'
        for device in (
            "Windows NT 5.1",
            "Windows NT 6.1; WOW64",
            "Windows NT 6.3; WOW64",
            "Macintosh; Intel Mac OS X 10_9_3",
            "Macintosh; Intel Mac OS X 10_9_4",
            "X11; Linux x86_64",
        )
        for version in (
            "36.0.1985.125 Safari/537.36",
            "36.0.1985.143 Safari/537.36",
            "37.0.2062.94 Safari/537.36",
        )
    ),
    *(
        f'"Mozilla/5.0 (iPhone; CPU iPhone OS {version} like Mac OS X) AppleWebKit/537.51.2'
        ' (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53"'
        for version in ("7_1_1", "7_1_2")
    ),
    *(
        f"Mozilla/5.0 ({device}; rv:{version}) Gecko/20100101 Firefox/{version}"
        for device in ("Windows NT 6.1; WOW64", "Macintosh; Intel Mac OS X 10.9")
        for version in ("30.0", "31.0", "32.0")
    ),
)
MOODS = _list(
    "Blue | Broken | Distant | Electric | Golden | Hollow | Last | Lonely | Midnight | Paper"
    " | Quiet | Restless | Silver | Slow | Sweet | Velvet | Wild | Yesterday's"
)
THINGS = _list(
    "Anchor | Bridge | Candle | Diamond | Engine | Fever | Garden | Harbour | Island | Jungle"
    " | Lantern | Mirror | Needle | Orchard | Parade | River | Satellite | Thunder | Umbrella"
)
TITLES = _list(
    "{mood} {thing} | The {thing} And The {other} | Don't Look At The {thing} | {other} {thing}"
    ' | "{mood}" Is A {thing} | {mood} {thing} / {other} | My {mood} {thing} (Live) | {thing}s'
    " | {thing} No. 2 in E flat: II. {other} (Andante cantabile) | {mood} {thing} [Radio Edit]"
)
ACCENTED_TITLES = _list(
    "Canción del Río | Für immer und früher | Señorita Ñandú | À bientôt | Blåbærnætter | 밤의 노래"
    " | São João na Praça | Żółta łódź | 夜の電車 | Ночной поезд | Τραγούδι της θάλασσας"
)
ACTS = _list(
    "The {mood} {thing}s | {mood} {thing} | {first} {last} | DJ {thing} | {thing} / {other}"
    " | {first} {last} & The {thing}s | {thing};{other} | {last} and {first}'s {thing}"
)
TITLE_ENDINGS = tuple(  # so that few songs have the same title
    f"{word}{note}"
    for note in ("", " (Live)", " II", " (Demo)", " [Edit]", " 2", " (Album Version)")
    for word in (
        *("", " Song", " Girl", " Boy", " Baby", " Blues", " Rag", " Town", " Day", " Night"),
        *(" Man", " Home", " Again", " Tonight", " Dub", " Jam", " Sun", " Time", " Love", " Now"),
    )
)
ACT_ENDINGS = (
    *("", " Band", " Trio", " Five", " Club", " Crew", " Choir", " Inc.", " Duo", " Sound"),
    *(" Project", " Boys", " Girls", " II", " 3", " Jr.", " Posse", " Four", " Unit", " Lab"),
    *(" Ensemble", " Brothers", " Sisters", " Collective", " Quartet"),
)
ACCENTED_ACTS = _list(
    "Café Mañana | Björn Ängström | Los Pájaros | Røde Måne | Étoile Brûlée | 東京の猫 | Белая Ночь"
)
HOMETOWNS = (
    *(("London, England", 51.50632, -0.12714), ("São Paulo, Brazil", -23.56288, -46.65466)),
    *(("Reykjavík, Iceland", 64.14, -21.92), ("New York, NY", 40.71455, -74.00712)),
    *(("", 37.77916, -122.42005), ("California - LA", None, None), ("Detroit, MI", None, None)),
    *((None, None, None), ("Lisboa, Portugal", None, None), *(("", None, None),) * 4),
)
NAME_WORDS = {  # the words for the fields of titles and acts
    "first": WOMEN[1:6],
    "last": LAST_NAMES[7:15],
    "mood": MOODS,
    "thing": THINGS,
    "other": THINGS,
}
