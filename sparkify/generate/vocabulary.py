"""Words to make names and titles of. No real person or song is meant."""


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(" | "))


WOMEN = _list("Amélie | Bea | Chidi | D'Arcy | Edda | Freya | Hana | Inés | Jo | Kaya | Zoë")
MEN = _list("André | Bram | Cho | Dov | Emeka | Filip | Goran | Håkon | Ivo | Jens | Łukasz")
LAST_NAMES = _list(
    "O'Neil | D'Angelo | Muñoz | Søby | Okoye | Tanaka | Weiß | Van der Berg | Castell | Ember"
)
METRO_AREAS = _list(
    "Chicago-Naperville-Elgin, IL-IN-WI | Lansing-East Lansing, MI | Winston-Salem, NC"
    " | New York-Newark-Jersey City, NY-NJ-PA | San Jose-Sunnyvale-Santa Clara, CA"
    " | Tampa-St. Petersburg-Clearwater, FL | Portland-South Portland, ME | Marinette, WI-MI"
)
USER_AGENTS = (  # most are wrapped in literal quotes
    *(
        f'"Mozilla/5.0 ({device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}"'
        for device in ("Windows NT 6.1; WOW64", "Macintosh; Intel Mac OS X 10_9_4", "X11; Linux")
        for version in ("36.0.1985.143 Safari/537.36", "37.0.2062.94 Safari/537.36")
    ),
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0",
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
ACCENTED_ACTS = _list(
    "Café Mañana | Björn Ängström | Los Pájaros | Røde Måne | Étoile Brûlée | 東京の猫 | Белая Ночь"
)
HOMETOWNS = (
    *(("London, England", 51.50632, -0.12714), ("São Paulo, Brazil", -23.56288, -46.65466)),
    *(("Reykjavík, Iceland", 64.14, -21.92), ("California - LA", None, None), ("", None, None)),
    *((None, None, None), ("New York, NY", 40.71455, -74.00712), ("", 37.77916, -122.42005)),
)
