"""Haitian Creole words replies are read by."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

# Numbers are written in one word, their parts changed where they meet: vennde, trannkat, swasannonz.
_FIRST = {1: "eyen, yen, een, en, eyoun, e youn, e en, e yen, youn"}
_SECOND = {2: "de", 3: "twa", 4: "kat", 5: "senk", 6: "sis", 7: "set", 9: "nef"}
_EIGHT = {8: "wit, uit"}
_TEENS = {
    10: "dis",
    11: "onz",
    12: "douz",
    13: "trez",
    14: "katoz",
    15: "kenz",
    16: "sez",
    17: "diset",
    18: "dizwit, dizuit",
    19: "diznef",
}
_WHOLE = {20: "vent, ven, ventt", 30: "trant", 40: "karant", 50: "senkant", 60: "swasant"}
_BOUND = {
    20: "venn, vent",
    30: "trann, trant",
    40: "karann, karant",
    50: "senkann, senkant",
    60: "swasann, swasant",
}
_ELIDED = {20: "vent, vennt", 30: "trant", 40: "karant", 50: "senkant", 60: "swasant"}
# Hundreds are one word too; `desan` is two hundred, `de san` two words for it.
_HUNDREDS = {
    200: "desan",
    300: "twasan",
    400: "katsan",
    500: "senksan, sensan",
    600: "sisan",
    700: "setsan",
    800: "witsan, uitsan, uisan",
    900: "nefsan",
}
_EIGHTY = {80: "katreven, katrevin, katreve"}
_JOINTS = ("", " ")

CREOLE = Words(
    yes=phrases("wi, wi mesi, men wi, wi se vre, wi se sa, yiwi, wii, wi sa se vre, ewi"),
    no=phrases("non, nn, nan non, non mesi, ditou, non ditou, pa ditou, non se pa vre, non se pa sa"),
    firm_no=phrases("non, ditou, non ditou, pa ditou, non se pa vre, non se pa sa"),
    yes_alone=phrases(
        "vre, se vre, sa se vre, korek, sa korek, se sa, egzakteman, se sa menm, li vre, wi vre",
        "natirelman, byen si, kore, se korek, byen sou, byensi, byensou, absoliman, setenman",
        "mwen konfime, m konfime, se konsa",
    ),
    no_alone=phrases(
        "m pa panse sa, mwen pa panse sa, m pa kwe, mwen pa kwe, m pa panse, mwen pa panse, n, fo, pa vre",
        "se pa vre, sa pa vre, pa korek, se pa sa, manti, li pa vre, se manti, janm, se fo, se pa korek",
        "jame, pa dako, m pa dako, mwen pa dako, pa sa, se pa konsa",
    ),
    numbers={
        **numbered(
            {
                0: "zewo",
                1: "en, youn",
                **_SECOND,
                **_EIGHT,
                **_TEENS,
                **_WHOLE,
                **_EIGHTY,
                100: "san",
                **_HUNDREDS,
            }
        ),
        **compounded(_ELIDED, _FIRST | _EIGHT, _JOINTS),
        **compounded(_BOUND, _SECOND | _EIGHT, _JOINTS),
        **compounded(_WHOLE, {1: "e en, e youn, en, youn", **_SECOND, **_EIGHT}, (" ",)),
        **compounded({60: "swasann, swasant, swasante"}, _TEENS, _JOINTS),
        **dict.fromkeys(("di mil", "dimil"), 10_000),
        **compounded(_EIGHTY, {1: "en, youn, yen", **_SECOND, **_EIGHT, **_TEENS}, _JOINTS),
    },
    counting=numbered({1: "yon, yon sel, yon grenn, on"}),
    ordinals=numbered(
        {
            1: "premye, premye a, premye an",
            2: "dezyem, dezyem nan, dezyem lan",
            3: "twazyem, twazyem nan, twazyem lan",
            4: "katriyem, katriyem nan",
            5: "senkyem",
        }
    ),
    powers={"san": 100, "mil": 1000, "milyon": 10**6},
    small_talk=phrases(
        "gen pou we ak, sa gen pou we ak, li gen pou we ak, sitou, pito",
        "se sou, se pale de, sa pale de, li pale de, li pale sou, sa pale sou, mesaj la pale de",
        "mesaj la pale sou, sa konsene, li konsene, se zafe, se koze, boss, bos, patwon an",
        "lol, haha, an tou ka, pou di verite",
        "pou di laverite, ann verite, anverite, ok boss, bon jounen, pase bon jounen",
        "pase yon bon jounen, bon apremidi, bon swa, na we, n a we, babay, kenbe la, kenbe fem",
        "reta, an reta, anreta, te di, m te di, mete, m mete, map, m ap, mwen ap, pran, m pran, se li",
        "peze, m peze, ekri, m ekri, mesaj, mesaj la, madanm, mesye, madmwazel, mesi bondye, dapre mwen",
        "anfen, vreman vre, toujou, kounye a, pou mwen, mesi, mesi anpil, anpil, tanpri, souple",
        "silvouple, sil vou ple, bonjou, bonswa, alo, salu, ok, oke, dako, byen, tre byen, mwen, m, mw",
        "mwen panse, m panse, panse, kwe, mwen kwe, m kwe, se, sa, li, la, a, an, nan, lan, yo, yon",
        "repons, repons mwen, repons lan, repons mwen se, nimewo, chwa, chwazi, mwen chwazi, m chwazi",
        "sou, pou, ki, ke, pale, pale de, konsene, zanmi, zanmi mwen, frem, sem, bondye, bondye beni ou",
        "beni, beni nou, beni w, paske, paske se, avek, ak, isit, la a, alo, konsa, vreman, gen, nou gen",
        "mwen gen, m gen, te, te gen, te gen sa, reponn, mwen reponn, di, mwen di, m di, bon, bone",
        "bon jounen, bon travay, bon nwit, bonn jounen, patwon, chef, moun yo, respe, one, ou, w, nou",
        "sa a, selman, kisa, non pa mwen, travay, voye, m voye, eske, ta, se te, ede, bon sante",
        "bonn sante, nou pran, nou sevi, m sevi, soti, youn pa youn, yon fwa, youn apre lot",
    ),
    joiners=phrases("ak, epi, e, ak tou, avek, answit, tou, apre, et"),
    negations=phrases(
        "pa gen anyen pou we ak, pa gen rapo ak, pa gen anyen pou we avek",
        "pa, se pa, pa gen, sof, ni, san, men pa, olye de",
    ),
    later=phrases(
        "m ap reponn pita, m ap reponn apre, mwen ap reponn, m a reponn, map reponn pita",
        "map reponn apre, map reponn, m reponn pita, le m rive, le m lakay, m ap ekri w pita",
        "poko, m poko, mwen poko, m ap voye, m ap reponn, pita, demen, tale",
    ),
    contrasts=phrases("men"),
    conditions=phrases(
        "ki kesyon, ki moun, konbyen, ou di, nou di, ou te di, poukisa, kile, depi",
    ),
    asides=phrases(
        "m nan wout, mwen nan wout, m sou wout, mwen sou wout, map vwayaje, m ap vwayaje, m pral",
        "mwen pral, m nan travay, m lekol, m lopital, mwen lekol, mwen lopital, m nan lekol",
        "mwen nan lekol",
        "mwen pare, m pare, nou pare, pare, mwen la, m la, mwen disponib, m disponib, disponib, m resevwa",
        "mwen resevwa, m resevwa l, resevwa, voye lot, voye plis, voye lajan, voye kesyon, lot kesyon",
        "kontinye, ann kontinye, m vle travay, mwen vle travay, vle travay, map tann, m ap tann",
        "mwen ap tann, mwen konprann, m konprann, konprann, pa jwenn kob, pa jwenn lajan, poko jwenn",
        "poko touche, pa touche, kob mwen, lajan mwen, kob la, lajan la, pa gen pwoblem, pa gen rezo",
        "rezo, telefon mwen, eske, eske se, m pa ka, mwen pa ka, m pa ka di, m dwe, mwen dwe, m rele",
        "mwen rele, non mwen se, okipe, m okipe, mwen okipe, nou ansanm, m te pral di, peze 1 pou",
        "peze 2 pou, m ap vini, koute",
    ),
    terms=phrases(
        "si, selman si, si se, le nou, le ou, le w, le yo, le m, depi nou, sa depann, depann, pafwa",
        "defwa, kek fwa, yon pati, gen kek, vle di kisa, vle di, sa vle di, sa sa vle di, se kisa",
    ),
    reported=phrases(
        "patwon an di, patwon an te di, patwon an panse, patwon mwen di, patwon mwen te di",
        "patwon mwen panse, chef la di, chef la te di, chef la panse, fre m di, fre m te di, fre m panse",
        "se m di, se m te di, se m panse, zanmi m di, zanmi m te di, zanmi m panse, mari m di",
        "mari m te di, mari m panse, madanm mwen di, madanm mwen te di, madanm mwen panse",
        "li te di, li di, yo di, yo te di, yo di m, yo di mwen, li di m, li di mwen, moun di, moun yo di",
        "mari m di, madanm mwen di",
    ),
    topics=phrases(
        "tonbe, kraze yo, detwi, andomaje, fann, li kraze, yo kraze, ki kraze, te kraze, te tonbe",
        "pwoblem, pwoblem nan, pwoblem lan, zafe, koze, kesyon de, sije, mank, kriz, afe, nef, nouvo",
        "move, sal, kraze, kase, femen, che, pa bon, an move eta, gate, pa fonksyone, pa mache",
    ),
    corrections=phrases(
        "chanje l, chanje li, m chanje l, mete l, non m vle di, padon, eskize m, eskize mwen, eskize",
        "mwen vle di, m vle di, mwen te vle di, m te vle di, pito",
        "ere, ere mwen",
        "mwen fe ere, m fe ere, mwen fe yon ere, m fe yon ere, m twonpe, mwen twonpe m, m twonpe m",
        "koreksyon, oups",
        "an reyalite, olye, dezole, mwen dezole, m dezole, m chanje, mwen chanje",
    ),
    waits=phrases("tann, ret tann, non tann, tann ti kras, yon ti moman, yon minit, tann mwen, ret"),
    hedges=phrases("petet, pet et, pwobableman, anviwon, apepre, genle, preske, posib, yon bagay konsa"),
    alternatives=phrases("oswa, oubyen, ou byen, swa"),
    everything=phrases(
        "tout, tout yo, tou le twa, toule twa, tou le kat, tout bagay, tou le 3, toule 3",
    ),
    nothing=phrases(
        "mwen pa gen, m pa gen, mpa gen, okenn, okenn nan yo, anyen, pa gen anyen, pa gen youn",
        "okenn ladan yo, pa gen okenn, youn pa",
    ),
    both=phrases("tou de, toude, tou le de, toulede, yo toude, yo tou de"),
    neither=phrases("ni youn ni lot"),
    units=phrases(
        "goud, dola, lajan, kob, jou, semen, mwa, ane, lane, an, zan, lit, galon, kilo, met, kilomet, moun",
        "timoun, pitit",
        "fanm, gason, fi, ti moun, fanmi, kay, fwa, bef, vach, kabrit, mouton, poul, kochon, sak, bokit",
        "kawo, ekta, pousan",
        "minit, eleve, vwazen, pwofese, pyebwa, ze, chanm, bwat, mamit, tas, bet, malad",
    ),
    inexact=phrases(
        "chak moun, twop, plis pase, mwens pase, plis ke, mwens ke, omwen, pi piti, ant, mwatye, demi",
        "e demi, edmi, yon ti kras, kek, plizye, douzen, yon douzen, yon dizen, jiska, oswa plis, minimom",
        "maksimom, plis, ak mwen, avek mwen, plis mwen, mwen ak, mwen menm ak",
    ),
    halves=phrases("e demi, edmi, edemi, e dmi"),
    day=phrases("jou"),
    ago=phrases("sa gen, sa fe, gen, fe, pase, de sa"),
    clock=phrases("kesyon, le, ze, ezdumaten, dimaten, diswa, aswe, di maten, di swa, nan maten, nan aswe"),
    months=numbered(
        {
            1: "janvye",
            2: "fevriye",
            3: "mas",
            4: "avril",
            5: "me",
            6: "jen",
            7: "jiye",
            8: "out, dawout",
            9: "septanm, sektanm",
            10: "oktob",
            11: "novanm",
            12: "desanm",
        }
    ),
    days=day_words(
        {
            (0,): "jodi a, jodia, maten an, maten sa a",
            (-1,): "ye, ye swa, ye maten, ayeswa, aye",
            (-2,): "avanye, avan ye, avantye",
            (1,): "demen, denmen",
            (2,): "apre demen, apredemen",
        }
    ),
    agree=phrases("dako, mwen dako, m dako, mwen aksepte, m aksepte, aksepte, oke, ok"),
    refuse=phrases("mwen refize, m refize, refize, mwen pa dako, m pa dako, pa dako, mwen pa vle, m pa vle"),
)
