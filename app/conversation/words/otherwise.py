"""Words that make a number one of something else than was asked: sold 3, my neighbour has 10, last year 10.

In all languages at by idea: where the question itself holds a word of the same idea (how many did you sell?),
the number answers it.
"""

import re
from collections.abc import Iterable

from app.texts.reserved import normalize, phrases

_IDEAS = (
    phrases(
        "died, dead, dying, death, walikufa, wamekufa, alikufa, kufa, vifo, zaafa, yafa, baafa, bafudde, zifudde",
        "kufa, okufa, mort, morts, morte, mortes, mouru, moururent, deces, mouri, lanmo, mar gaye, mar gayi",
        "mar gai, mar gaya, mare, mari, मर गए, मर गई, मर गया, मरे, मरी, ሞቱ, ሞተ, ሞተች, motu, mote",
    ),
    phrases(
        "sold, sell, selling, niliuza, nimeuza, tuliuza, tumeuza, uliuza, umeuza, kuuza, natunda, ntunze, twatunda",
        "tutunze, watunda, otunze, okutunda, vendu, vendus, vendue, vendues, vendre, vendez, m vann, mwen vann",
        "nou vann, ou vann, vann, bech di, bech diya, bech diye, becha, beche, bechi, बेच दी, बेच दिया, बेच दिए",
        "बेचा, बेचे, बेची, ሸጥኩ, ሸጥን, ሸጡ, ሸጠ, shetku, shetkugn",
    ),
    phrases(
        "bought, buy, buying, nilinunua, nimenunua, tulinunua, ulinunua, kununua, nagula, nguze, twagula, wagula",
        "okugula, achete, achetes, achetez, acheter, m achte, mwen achte, achte, kharida, kharide, kharidi",
        "खरीदा, खरीदे, खरीदी, ገዛሁ, ገዛን, ገዙ, gezahu",
    ),
    phrases(
        "lost, lose, stolen, stole, missing, nilipoteza, zimepotea, walipotea, waliibiwa, zimeibiwa, kupotea, kuibiwa",
        "zaabula, zabula, babba, zabbibwa, okubula, perdu, perdus, perdues, perdre, vole, voles, volees, m pedi",
        "mwen pedi, pedi, vole, kho gaye, kho gayi, kho gaya, chori, खो गए, खो गई, चोरी, ጠፉ, ጠፋ, ተሰረቁ, tefu",
    ),
    phrases(
        "want, wants, wanted, need, needs, needed, would like, nataka, nahitaji, tunataka, tunahitaji, unataka",
        "unahitaji, mnahitaji, naomba, njagala, twagala, nneetaaga, neetaaga, twetaaga, oyagala, weetaaga",
        "je veux, nous voulons, voulez, besoin, m vle, mwen vle, nou vle, bezwen, chahiye, chahta, chahte, चाहिए",
        "चाहता, चाहते, እፈልጋለሁ, እንፈልጋለን, ያስፈልገኛል, ያስፈልጋል, efelgalehu",
    ),
    phrases(
        "used to, had, before, previously, last year, last month, last week, last season, years ago, year ago",
        "months ago, weeks ago, days ago, ago, once, earlier, formerly, next year, next month, next week, will have",
        "will be, nilikuwa, nilikuwa na, tulikuwa na, zamani, awali, mwaka jana, mwezi jana, wiki jana",
        "mwaka uliopita, mwezi uliopita, wiki iliyopita, miaka iliyopita, mwaka ujao, nitakuwa na, nalina, nnalina",
        "twalina, edda, omwaka oguwedde, omwaka oguyise, omwezi oguwedde, ogwayita, javais, jai eu, on avait",
        "nous avions, lan dernier, lannee derniere, lan passe, le mois dernier, lannee prochaine, autrefois",
        "jaurai, m te gen, mwen te gen, nou te gen, te genyen, ane pase, mwa pase, lontan, anvan, lane pwochen",
        "pehle, pahle, pichle saal, pichle mahine, pichle hafte, agle saal, पहले, पिछले साल, पिछले महीने, अगले साल",
        "ነበረኝ, ነበሩኝ, ነበረን, ነበሩን, ባለፈው, አምና, ድሮ, በፊት, neberegn, neberugn, balefew, amna, befit",
    ),
    phrases(
        "neighbour, neighbours, neighbor, neighbors, my brother has, my brother is, my brother had, my sister has",
        "my sister is, my son is, my son has, my daughter is, my daughter has, my husband has, my husband is",
        "my wife has, my wife is, my father has, my father is, my mother has, my mother is, my child is, my friend has",
        "my friend is, jirani, majirani, ndugu yangu ana",
        "kaka yangu ana, dada yangu ana, rafiki yangu ana, mwanangu ana, mtoto wangu ana, mume wangu ana",
        "mke wangu ana, baba yangu ana, mama yangu ana, muliraanwa, muliranwa, baliraanwa, muganda wange",
        "mukwano gwange mwana wange, omwana wange, alina, voisin, voisins, voisine, mon frere, ma soeur",
        "mon fils, ma fille, mon mari a, ma femme a, mon ami a, mon pere a, ma mere a, vwazen",
        "vwazen m, fre m gen, se m gen, pitit mwen gen, zanmi m gen, papa m gen, manman m gen, padosi",
        "mere bhai ke, mera bhai, meri behan, mera beta, meri beti, mere bete, mere pati, mere pita, पडोसी",
        "मेरे भाई, मेरा बेटा, मेरी बेटी, ጎረቤቴ, ጎረቤት, ወንድሜ እህቴ ልጄ, ልጄ ነው, gorebete, አለው, አላት",
    ),
    phrases(
        "born, birth, nilizaliwa, kuzaliwa, nazaalibwa, nazalibwa, ne en, nee en, naissance, m fet, mwen fet"
    )
    | phrases("fet nan, paida, janm, जन्म, पैदा, ተወለድኩ, የተወለድኩት, teweledku"),
)
# What a question about somebody's family, or about the past, says instead.
_ALSO_ASKED = phrases(
    "child, children, son, daughter, brother, sister, husband, wife, family, household, neighbourhood, did, were, was",
    "mtoto, watoto, mwana, kaka, dada, mume, mke, familia, kaya, omwana, abaana, amaka, enfant, enfants, famille",
    "pitit, timoun, fanmi, bachcha, bachche, parivar, बच्चा, बच्चे, बच्चों, परिवार, ልጅ, ልጆች, ቤተሰብ, lij, lijoch",
)

# Words of labels that say nothing of what is labelled.
UNTELLING = phrases(
    "care, service, services, other, others, else, thing, things, something, work, place, public, general, government",
    "local, condition, conditions, status, state, level, type, kind, hali, mambo, jambo, huduma, kitu, vitu, nyingine",
    "aina, embeera, mbeera, obuweereza, empeereza, ekintu, ebintu, ebirala, endala, kika, etat, chose, choses, autre",
    "autres, genre, niveau, public, publics, general, eta, bagay, sevis, lot, kondisyon, nivo, seva, सेवा, सेवाएं",
    "स्थिति, हालत, अन्य, चीज, प्रकार, haalat, sthiti, anya, cheez, ሁኔታ, አገልግሎት, ነገር, ሌላ, አይነት, huneta, neger",
)


def _finder(known: frozenset[str]) -> re.Pattern[str]:
    longest_first = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W_])(?:{longest_first})(?![^\W_])")


_PATTERNS = tuple(_finder(idea) for idea in _IDEAS)
_PERSONAL = (_finder(_IDEAS[5] | _ALSO_ASKED), _finder(_IDEAS[6] | _ALSO_ASKED))
_ASKED = (*_PATTERNS[:5], *_PERSONAL, *_PATTERNS[7:])


def counts_otherwise(said: str, wordings: Iterable[str]) -> bool:
    """Say whether a normalized reply counts what none of the wordings of its question speaks of."""
    told = [at for at, pattern in enumerate(_PATTERNS) if pattern.search(said)]
    if not told:
        return False
    asked = " ".join(normalize(wording) for wording in wordings)
    return any(_ASKED[at].search(asked) is None for at in told)
