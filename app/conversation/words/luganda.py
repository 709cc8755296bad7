"""Luganda words replies are read by."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

_UNITS = {
    1: "emu, omu, kimu, gumu, limu",
    2: "bbiri, biri, babiri, bibiri, ebiri, abiri",
    3: "ssatu, satu, basatu, bisatu, esatu, asatu",
    4: "nnya, nya, bana, bina, ena, ana",
    5: "ttaano, taano, bataano, bitaano, etaano, ataano, tano",
    6: "mukaaga, mukaga",
    7: "musanvu",
    8: "munaana, munana",
    9: "mwenda",
}
_TENS = {
    20: "amakumi abiri, makumi abiri",
    30: "amakumi asatu, makumi asatu",
    40: "amakumi ana, makumi ana",
    50: "amakumi ataano, makumi ataano",
    60: "nkaaga, nkaga",
    70: "nsanvu",
    80: "kinaana, kinana",
    90: "kyenda",
}
_TEN = {10: "kkumi, kumi, ekkumi, ekumi"}
# Said quickly, the joint loses its vowel: kkumi n'emu, amakumi abiri mw'emu.
_ELIDED = {
    1: "emu, omu",
    2: "ebbiri, bbiri, ebiri, ababiri",
    3: "essatu, ssatu, esatu",
    4: "nnya, ennya, ena",
    5: "ttaano, ettaano, taano, etaano",
}
# Six hundred and more are nouns of their own, as sixty and more are.
_HUNDREDS = {
    600: "lukaaga, olukaaga, lukaga, olukaga",
    700: "lusanvu, olusanvu",
    800: "lunaana, olunaana, lunana",
    900: "lwenda, olwenda",
    6000: "kakaaga, akakaaga, kakaga",
    7000: "kasanvu, akasanvu",
    8000: "kanaana, akanaana",
    9000: "akenda",
}

# First to tenth agree with the class of what they count: ekyokubiri, owookubiri, ogwokusatu; written in one word or
# two, the first vowel and the length of the second said or not.
_CLASSES = "ey, eky, ow, ogw, ery, olw, ak, obw, eby, ez, ag, ab"
_FIRSTS = (
    "esooka, ekisooka, kisooka, asooka, okusooka, ogusooka, gusooka, erisooka, lisooka, olusooka, akasooka"
)
_OF_ORDER = {
    2: "okubiri, ookubiri",
    3: "okusatu, ookusatu",
    4: "okuna, ookuna, okunnya",
    5: "okutaano, ookutaano, okutano",
    6: "omukaaga",
    7: "omusanvu",
    8: "omunaana",
    9: "omwenda",
    10: "ekkumi, ekumi",
}
_ORDINALS = numbered({1: f"{_FIRSTS}, asoose, ebisooka, ezisooka, agasooka, abasooka, kasooka, lusooka"}) | {
    f"{head}{joint}{order}": number
    for number, orders in _OF_ORDER.items()
    for order in phrases(orders)
    for full in phrases(_CLASSES)
    for head in (full, full[1:])
    for joint in ("", " ")
}

LUGANDA = Words(
    yes=phrases(
        "yee, weewaawo, wewaawo, wewawo, ye, yeee, yee ssebo, yee nnyabo, ye ssebo, kale yee, wawo",
        "yii yee, mbeera yee",
    ),
    no=phrases("nedda, neda, nneda, nnedda, nedda ssebo, nedda nnyabo, neddaa, daa, nedda si bwe kiri"),
    firm_no=phrases("nedda, neda, nneda, nnedda, nedda ssebo, nedda nnyabo, nedda si bwe kiri"),
    yes_alone=phrases(
        "ye, ee, eeh, kituufu, kyekyo, mazima, kikwatako, kituufu ddala, bwe kiri, bwekiri, ddala",
        "kyo kyennyini, kya mazima, ddala ddala, amazima, nzikiriza, nzikirizza, nzikiriziganya, nkkiriza",
    ),
    no_alone=phrases(
        "sirowooza, ssirowooza, silowooza, si kituufu, sikituufu, si bwe kiri, sibwekiri, si kyo",
        "tekikwatako, bulimba, si mazima, tekiri bwe kityo, nga nedda, kya bulimba, tewali, ssi kituufu",
        "tekikwata, ngaana, ngaanyi, sikkiriza, ssikkiriza, sikirizza, kikyamu, ssi bwe kityo",
        "si bwe kityo",
    ),
    numbers={
        **numbered({0: "zeero", **_UNITS, **_TEN, **_TENS, 100: "kikumi, ekikumi", **_HUNDREDS}),
        **compounded(_TEN, _UNITS, (" na ", " mu ", " ne ")),
        **compounded(_TEN, _ELIDED, (" n",)),
        **compounded(_TENS, _UNITS, (" mu ", " na ", " ne ")),
        **compounded(_TENS, _ELIDED, (" mw", " n")),
    },
    ordinals=_ORDINALS,
    powers={
        **dict.fromkeys(phrases("ebikumi, bikumi"), 100),
        **dict.fromkeys(phrases("lukumi, olukumi, enkumi, nkumi"), 1000),
        **dict.fromkeys(phrases("mutwalo, omutwalo, emitwalo, mitwalo"), 10**4),
        **dict.fromkeys(phrases("kasiriivu, akasiriivu, obusiriivu, busiriivu"), 10**5),
        **dict.fromkeys(phrases("kakadde, akakadde, obukadde, bukadde"), 10**6),
    },
    powers_first=True,
    small_talk=phrases(
        "kirina akakwate ku, okusinga, okusingira ddala",
        "kino kikwata ku, kyogera ku, kyogera, kigamba ku, bino bikwata ku, bikwata ku, gukwata ku",
        "zikwata ku, gikwata ku",
        "gakwata ku, bukwata ku, lukwata ku, bikwata, gukwata, gakwata, bukwata, kikwata mu, kikwatagana",
        "kikwatagana ne, kikwatagana na, kokka, lwokka, gwokka, lyokka, bwokka, gokka, twokka, wokka",
        "byokka, boss, bosi, bro, mzee, siiba bulungi",
        "osiibe bulungi, musiibe bulungi, olunaku lulungi, weeraba, mweraba, kale ssebo, kale nnyabo",
        "kaale, sula bulungi, mu mazima, okwogera amazima, lol",
        "nchelewedde, okulwa, okulwawo, ngambye, nti, ndabye, ndowoza, ndowooza nti, kaakati, kati, nsaba",
        "nzize, mpandiise, nkakasa, ndagira, obubaka, buno, buli, lyokka, yokka, zokka, bokka, kyokka",
        "mukyala, ku lwange, ddala ddala, yenna, mwenna, webale, weebale, webale nnyo, weebale nnyo",
        "mwebale, mweebale, mwebale nnyo, nnyo, nyo, ssebo, sebo, nnyabo, nyabo, bambi, kale, mukama",
        "akuwe, omukisa, mukama akuwe omukisa, ndowooza, ndaba, kino, ekyo, kiri, ku, kikwata, kikwata ku",
        "ennamba, nnamba, nnonze, nonze, nonda, okuddamu, okuddamu kwange, kwange, kyange, ekyange",
        "oli otya, wasuze otya, osiibye otya, kubanga, nange, nze, nga, kye, ekituufu, ekituufu kye",
        "banange, ddala, mazima, nnina, nina, tulina, waliwo, eyo, eno, awo, mukwano, munnange, katonda",
        "katonda akuwe, gyebale, gyebale ko, gyebaleko, jebale, okuddamu kuli, eky, ey, bannange, wano",
        "kituufu, webale kusoma, tukwagala, akuwe emikisa, akuume, sula bulungi, siiba bulungi, bulungi",
        "ye, obulamu obulungi, ngamba, ng amba, tukima, nkima, tukozesa, nkozesa, okuva, mu",
        "omulundi gumu, kimu ku kimu, emu ku emu, ekyokuddamu, eky okuddamu, ekyokuddamu kyange",
    ),
    joiners=phrases("na, ne, era, nga"),
    negations=phrases(
        "tekirina kakwate ku, tekirina kakwate, tekikwatagana na, tekikwatagana",
        "tebu, ssi, si, tekikwata, tekikwata ku",
    ),
    later=phrases(
        "nja kukuddamu, nja kubaddamu, nkuddamu luvannyuma, nziramu oluvannyuma, luvannyuma, nnaddamu",
        "nkuddamu, bwe nnaatuuka, bwe ntuuka, nja kuddamu oluvannyuma, nga ntuuse",
        "oluvannyuma, enkya, nja kuddamu",
    ),
    contrasts=phrases("naye, wabula, ate"),
    conditions=phrases(
        "ki, ani, mmeka, meka, wagambye, mwagambye, wagamba, lwaki, ddi",
    ),
    asides=phrases(
        "ndi mu, ndi ku, ndi mu kkubo, ndi ku luguudo, ngenda, ndi ku mulimu, ndi mu nnimiro",
        "ndi ku ssomero, ndi mu ddwaliro",
        "ndi wano, ndiwano, tuli wano, neetegese, nneetegese, netegese, nteeseteese, ntuuse, nfunye",
        "nfunye obubaka, mbufunye, mpeereza, mpeerezaako, weereza, muweereze, mumpeereze, ekirala",
        "ekiddako, ekibuuzo ekirala, njagala omulimu, njagala emirimu, njagala kukola, nnindiridde",
        "nindiridde, ntegedde, nkitegedde, sitegedde, sikitegedde, sinnasasulwa, sinasasulwa, sinnafuna",
        "sinafuna, sinnazifuna, ssente zange, sente zange, musasule, munsasule, nsasulwe, tewali buzibu",
        "tewali network, network, ye abange, nyiga, sisobola, sisobola kugamba, erinnya lyange",
        "nnina emirimu, nina emirimu, ndi busy, tezinnajja, tezijja, nyiga 1, nyiga 2, nja kujja",
        "mbadde njagala okugamba",
    ),
    terms=phrases(
        "singa, ssinga, kasita, bwe, bwe munaasasula, bwe munansasula, bwe munasasula, bwe kiba, bw oba",
        "kisinziira, kisinziira ku, olumu, olumu n olumu, oluusi, ebimu, abamu, kitegeeza ki, kitegeeza",
        "kitegeza ki, kitegeza, amakulu ki, kye ki",
    ),
    reported=phrases(
        "yagamba, agamba, agambye, baagamba, bagamba, bagambye, yangamba, bangamba, bantegeeza",
        "abantu bagamba",
    ),
    topics=phrases(
        "lwonoonese, yonoonese, gwonoonese, kyonoonese, byonoonese, zonoonese, gonoonese, bwonoonese",
        "konoonese, kayonoonese, kyayonoonese, lumenyese, kamenyese, gumenyese, kimenyese, emenyese",
        "bimenyese, gamenyese, agudde, ekisse, lugudde, kagudde, kigudde, gugudde",
        "ensonga, nsonga, ensonga y, ensonga z, obuzibu, obuzibu bwa, buzibu bwa, ebizibu, ebizibu bya",
        "kizibu, ekizibu kya, ekizibu, ebya, eby, by, bya, mapya, empya, mabi, embi, lubi, mbi, yafuuse",
        "gafuuse, eyonoonese, luyonoonese, gayonoonese, yayonoonese, lwayonooneka",
    ),
    corrections=phrases(
        "nkyusizza, kikyuse, kikyuseeko, mpandiise bubi, nkoze nsobi, nsonyiwa, nsonyiwe, nsonyiwako",
        "mbadde ntegeeza, ntegeeza, nsobezza, nkyamizza, nkoze ensobi",
        "bambi nsonyiwa",
        "nsonyiwa nsobezza, kyusa, mbadde njagala",
    ),
    waits=phrases("linda, nedda linda, lindako, linda katono, linda ko"),
    hedges=phrases("mpozzi, oboolyawo, kumpi, nga ku"),
    alternatives=phrases("oba"),
    everything=phrases(
        "byonna, zonna, bonna, gonna, byonna bisatu",
    ),
    nothing=phrases("tewali, tewali nakimu, tewali na kimu, sirina, ssirina, tetulina, nakimu, tewali kintu"),
    both=phrases("byombi, zombi, bombi"),
    units=phrases(
        "silingi, ssente, ennaku, nnaku, olunaku, wiiki, ssabbiiti, omwezi, emyezi, myezi, omwaka, emyaka",
        "myaka",
        "abantu, bantu, omuntu, abaana, baana, omwana, ente, nte, embuzi, mbuzi, enkoko, nkoko, endiga",
        "ensawo, nsawo",
        "ebidomola, bidomola, domola, liita, kilo, yiika, eka, ennyumba, nnyumba, emirundi, abakazi",
        "abasajja, amayumba",
        "eddakiika, mayiro, bbaasi, abayizi, emifuko",
    ),
    inexact=phrases(
        "okusukka, okusukka mu, okusinga, wansi wa, wakati wa, kitundu, ekitundu, nnusu, waakiri, wakiri",
        "nnyingi, bangi, abangi, mitono, ezisukka mu, abasukka mu, nange, nze ne, nze n",
    ),
    halves=phrases("ne kitundu, nekitundu, n ekitundu, nekitundu"),
    day=phrases("ennaku, nnaku, lunaku, olunaku"),
    ago=phrases("eziyise, emabega, eziwedde, oluyise"),
    clock=phrases("ekibuuzo, kibuuzo, essaawa, ssaawa, saawa"),
    months=numbered(
        {
            1: "janwali, gatonnya",
            2: "febwali, mukutulansanja",
            3: "maaki, mugulansigo",
            4: "apuli, kafuumuulampawu",
            5: "maayi, muzigo",
            6: "jjuuni, ssebaaseka",
            7: "jjulaayi, kasambula",
            8: "agusito, muwakanya",
            9: "sebuttemba, mutunda",
            10: "okitobba, mukulukusabitungotungo",
            11: "novemba, museenene",
            12: "desemba, ntenvu",
        }
    ),
    days=day_words({(0,): "leero, lero", (-1,): "eggulo, jjo, gguloggulo", (1,): "enkya, nkya"}),
    agree=phrases("nzikiriza, nkkiriza, nkiriza, nzikirizza, nzikkiriza, kale, okukkiriza, tewali buzibu"),
    refuse=phrases("ngaana, ngaanye, ngaanyi, nganye, ssikkiriza, sikkiriza, okugaana, sagala, ssaagala"),
)
