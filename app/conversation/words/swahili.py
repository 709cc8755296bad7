"""Swahili words replies are read by."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

_UNITS = {
    1: "moja, mosi",
    2: "mbili, pili",
    3: "tatu",
    4: "nne",
    5: "tano",
    6: "sita",
    7: "saba",
    8: "nane",
    9: "tisa, kenda",
}
_TENS = {
    10: "kumi",
    20: "ishirini, ishirin",
    30: "thelathini, thalathini, selathini",
    40: "arobaini, arubaini, arbaini",
    50: "hamsini",
    60: "sitini",
    70: "sabini",
    80: "themanini, thamanini",
    90: "tisini",
}
_JOINTS = (" na ", " ", " n ", " na", "na ", "na")
# As they stand beside people, things of the ki-, ma- and m- classes.
_COUNTING = {
    1: "mmoja, kimoja, jimoja, mmoja tu",
    2: "wawili, viwili, mawili, miwili",
    3: "watatu, vitatu, matatu, mitatu",
    4: "wanne, vinne, manne, minne",
    5: "watano, vitano, matano, mitano",
    8: "wanane, vinane, manane, minane",
}

SWAHILI = Words(
    yes=phrases(
        "ndiyo, ndio, ndyo, nd, ndy, nidyo, ndo, naam, ndivyo, eeh ndio, ndiyo hiyo, ndio hiyo, ndiyoo",
        "ndioo, ndyio, ndio ni kweli, ndiyo ni kweli, ndio kweli, ndiyo kweli, dio",
    ),
    no=phrases(
        "hapana, hapna, hpn, hpna, apana, hapana kabisa, la hasha, hpana, hapana si kweli, hapana sio",
        "hapana siyo",
    ),
    firm_no=phrases("la hasha, hapana kabisa, hapana si kweli, hapana sio, hapana siyo"),
    yes_alone=phrases(
        "ndo, kweli, ni kweli, sahihi, ni sahihi, kweli kabisa, inahusu, linahusu, unahusu, yanahusu, ee",
        "eeh, ehe, e, ehee, eeeh, ndivyo ilivyo, hakika, bila shaka, yap, ndo hivyo, kabisa, hasa, haswa",
        "iko hivyo, nakubali, nimekubali, ninakubali, ninakubaliana, nakubaliana, inahusiana",
    ),
    no_alone=phrases(
        "nadhani sio, nadhani siyo, sidhani kama, naona sio, naona siyo, hapana sio, sio hiyo, la, siyo",
        "sio, sivyo, si kweli, sio kweli, siyo kweli, haihusu, halihusu, hauhusu, hayahusu, si sahihi",
        "sio sahihi, siyo sahihi, uongo, ni uongo, hakuna, sidhani, haihusiani, hata kidogo, si hivyo",
        "sio hivyo, zii, nakataa, sikubali, sikubaliani, haiko hivyo, haina uhusiano, wala",
    ),
    numbers={
        **numbered({0: "sifuri, sufuri", **_UNITS, **_TENS, 100: "mia, mia moja"}),
        **compounded(_TENS, _UNITS, _JOINTS),
    },
    ordinals=numbered(
        {
            1: "kwanza, ya kwanza, la kwanza, cha kwanza, wa kwanza",
            2: "ya pili, la pili, cha pili, wa pili",
            3: "ya tatu, la tatu, cha tatu, wa tatu",
            4: "ya nne, la nne, cha nne, wa nne",
            5: "ya tano, la tano",
        }
    ),
    counting={**numbered(_COUNTING), **compounded(_TENS, _COUNTING, _JOINTS)},
    powers={
        "mia": 100,
        "elfu": 1000,
        "alfu": 1000,
        "buku": 1000,
        "ngiri": 1000,
        "laki": 10**5,
        "milioni": 10**6,
    },
    powers_first=True,
    small_talk=phrases(
        "inahusiana na, unahusiana na, yanahusiana na, hasa, zaidi ni, hasa ni, kimsingi",
        "inahusu, hii inahusu, hii ni kuhusu, ni kuhusu, kinahusu, linahusu, yanahusu, unahusu",
        "huu unahusu, ujumbe unahusu, ujumbe huu unahusu, ni juu ya, juu ya, inazungumzia, unazungumzia",
        "inaongelea, unaongelea, inasema kuhusu, bro, broo, bosi, mkubwa, mzazi, shekhe, ostadhi",
        "mwanangu, jamaa, wadau, sawa basi, haya basi, basi sawa, ok basi, kiongozi, chief, kaka yangu",
        "dada yangu, siku njema, jioni njema, mchana mwema, uwe na siku njema, muwe na siku njema",
        "kila la heri, baadae, tutaonana, kwa maoni yangu, ukweli, kusema ukweli, kusema kweli, haha",
        "lol",
        "nimechelewa, nilichelewa, kuchelewa, kwa kuchelewa, nilisema, nimesema, iwe, liwe, jibu liwe",
        "bonyeza, nimebonyeza, nabonyeza, andika, naandika, nimeandika, weka, naweka, nakutumia",
        "nawatumia, huu, huo, hayo, wangu, kwamba, nafkiri, nazani, nadhan, sms, ujumbe, hiki",
        "hivyo hivyo, maoni, maoni yangu, ndani, mheshimiwa, mwalimu, mzee, mpenzi, upande wangu",
        "kwa upande wangu, naomba, tena, hivyo, hivi, wapendwa, dear, naye, nyote, asante, asanteni",
        "ahsante, ahsanteni, asanti, sana, shukrani, shukran, tafadhali, tafadhari, tafadhal, sawa",
        "sawa sawa, sawasawa, haya, habari, jambo, hujambo, mambo, shikamoo, salamu, salama, jibu",
        "jibu langu, majibu, langu, ni, ninachagua, nachagua, nimechagua, chagua, chaguo, namba, nambari",
        "hii, hilo, hili, hiyo, hizi, kuhusu, inahusiana, kabisa, kwa sababu, sababu, maana, kwa maana",
        "nadhani, ninadhani, nafikiri, ninafikiri, naona, ninaona, naamini, nasema, ninasema, nimejibu",
        "najibu, ndugu, rafiki, bwana, mama, baba, kaka, dada, mungu, mungu akubariki, mungu awabariki",
        "akubariki, awabariki, barikiwa, ya, wa, cha, kwa, karibu, karibuni, kazi njema, kazi, njema",
        "kwangu, mimi, basi, tu, pia, nyinyi, kwenu, siku njema, usiku mwema, habari yako, habari zenu",
        "habari za leo, habari za asubuhi, za asubuhi, nina, tuna, nilikuwa, zipo, wapo, wako, ziko, kuna",
        "yapo, jumla, ndugu yangu, kweli, sahihi, bila shaka, hakika, inaonekana, nataka, natuma",
        "nimetuma, kwa kweli, poa, safi, vizuri, jamani, la, ndugu zangu, kwaheri, mola",
        "mungu awatangulie, mkuu, boss, wakuu, hapa, hicho, huyo, pole kwa kazi, mbarikiwe, afya njema",
        "nawatakia afya njema, bana, aah, aa, ah, tunachota, nachota, tunatumia, natumia, tunapata",
        "napata, kwenye, katika, toka, kutoka, moja kwa moja, mara moja, kwanza kabisa, moja kwa nyingine",
    ),
    joiners=phrases(
        "na, pamoja na, pia, halafu, kisha, n",
    ),
    negations=phrases(
        "haina uhusiano na, hakuna uhusiano na, haihusiani na, haihusiani, haina uhusiano",
        "sio, siyo, si, wala, isipokuwa, hakuna, sivyo, haihusu, halihusu, sidhani, badala ya",
    ),
    later=phrases(
        "nitajibu baadaye, nitajibu badaye, nitawajibu, nitajibu jioni, nikifika, nikifika nyumbani",
        "nikirudi, nikitoka, ntajibu, ntakujibu, ntawajibu, nijibu baadaye, jibu baadaye",
        "bado, sijaona, sijapata, nitatuma, nitawatumia, nitajibu kesho, baadaye, nitajibu, kesho",
        "nitakujibu, badaye",
    ),
    contrasts=phrases("lakini, bali, ila"),
    conditions=phrases(
        "swali gani, nani, kiasi gani, shilingi ngapi, ngapi, ulisema, mlisema, umesema, mmesema, kwanini",
        "lini, gani, wapi, vipi, namna gani, ni nini, nini",
    ),
    asides=phrases(
        "niko njiani, nipo njiani, niko barabarani, niko shuleni, niko shambani, niko hospitali",
        "niko hospitalini, niko kazini, niko safarini, niko mjini, niko kwenye, niko katika, niko shule",
        "naenda, ninaenda, nakwenda, natoka, nasafiri",
        "niko tayari, nipo tayari, tupo tayari, tuko tayari, tayari, nipo, niko hapa, nipo hapa",
        "niko sawa, tupo, nimepata, nimepokea, nimefika, tuma lingine, tuma swali, tuma nyingine, tuma",
        "tuma pesa, nitumie, nitumieni, tutumie, tuendelee, naendelea, swali lingine, swali jingine",
        "lingine, nataka kazi, nahitaji kazi, naomba kazi, nasubiri, nangoja, nimeelewa, naelewa",
        "sijalipwa, mnilipe, mnilipeni, nilipeni, pesa yangu, pesa zangu, hela yangu, pesa sijapata",
        "malipo yangu, niko huru, mimi ni mwalimu, hakuna mtandao, mtandao, sina salio, sina pesa",
        "naweza kufanya, nitafanya, simu yangu, je, siwezi, siwezi kusema, nibonyeze, niseme, nijibu",
        "hakuna shida, hapana shida, hapana wasiwasi, wasiwasi, jina langu, naitwa, nina kazi, niko busy",
        "niko bize, nilikuwa nimezima, tuko pamoja, nilitaka kusema, bonyeza 1 kwa, bonyeza 2 kwa",
        "nitakuja, inagharimu",
    ),
    terms=phrases(
        "endapo, iwapo, ikiwa, kama kuna, kama ni, kama kisima, kama mvua, kama mta, kama mtanilipa",
        "kama utanilipa, kama mnalipa, ukinilipa, mkinilipa, mkilipa, ukilipa, ukituma, mkituma",
        "mkitulipa, mvua ikinyesha, ikinyesha, ikiwa tu, inategemea, inategemeana, yategemea",
        "wakati mwingine, mara nyingine, saa nyingine, saa zingine, kwa baadhi, kwa wengine, baadhi",
        "baadhi yao, nusu nusu, maana yake, maana yake nini, inamaanisha, inamaanisha nini, ni nini",
        "ina maana gani",
    ),
    reported=phrases(
        "alisema, amesema, walisema, wamesema, anasema, wanasema, aliniambia, ameniambia, waliniambia",
        "wameniambia, nimeambiwa, niliambiwa, watu wanasema, husema",
    ),
    topics=phrases(
        "imeharibika, limeharibika, kimeharibika, vimeharibika, zimeharibika, yameharibika, umeharibika",
        "mmeharibika, imevunjika, limevunjika, kimevunjika, vimevunjika, zimevunjika, yamevunjika",
        "umevunjika, mmevunjika, imebomoka, limebomoka, kimebomoka, vimebomoka, zimebomoka, yamebomoka",
        "umebomoka, mmebomoka, imeanguka, limeanguka, kimeanguka, vimeanguka, zimeanguka, yameanguka",
        "umeanguka, mmeanguka, imepasuka, limepasuka, kimepasuka, vimepasuka, zimepasuka, yamepasuka",
        "umepasuka, mmepasuka",
        "suala, swala, jambo la, mambo ya, tatizo, matatizo, shida ya, shida za, changamoto, masuala ya",
        "suala la, tatizo la, matatizo ya, changamoto ya, changamoto za, sekta ya, mada, mada ya, hali ya",
        "uhaba wa, ukosefu wa, mpya, mbaya, mbovu, chafu, machafu, mchafu, nzuri, mabaya, imeharibika",
        "limeharibika, yameharibika, umeharibika, kimeharibika, haifanyi kazi, halifanyi kazi, haifai",
        "haitoshi, hayatoshi, si nzuri, sio nzuri, imefungwa, ni mbali, ghali, ni ghali, ni mbaya",
        "ni mbovu, ni chafu, ni machafu, imebomoka, limebomoka",
    ),
    corrections=phrases(
        "badilisha iwe, badili, badili iwe, sahihisha, nasahihisha, rekebisha, narekebisha",
        "sio hivyo ni, samahani, samahanini, pole, nilimaanisha, namaanisha, ninamaanisha, nimekosea",
        "nilikosea",
        "badala yake",
        "badilisha, nisamehe, nisameheni, samahani nimekosea, nimekosea ni, samahani ni, sory",
        "makosa, nimebadilisha, nabadilisha, nilitaka kusema, yaani, kosa",
    ),
    waits=phrases(
        "subiri, ngoja, hapana subiri, hapana ngoja",
        "subiri kidogo, ngoja kidogo, ngoja kwanza, subirini",
    ),
    hedges=phrases("labda, pengine, huenda, kama, karibu, takriban, takribani, yapata, inawezekana"),
    alternatives=phrases("au, ama"),
    everything=phrases(
        "zote, vyote, yote, wote, zote tatu, zote nne",
    ),
    nothing=phrases(
        "sina hata mmoja, hata mmoja, sina hata moja, hakuna hata mmoja, hatuna hata mmoja, hakuna",
        "hamna, hakuna hata moja, hakuna yoyote, hakuna chochote, hata moja, sina, hatuna",
    ),
    both=phrases("zote mbili, yote mawili, vyote viwili, wote wawili"),
    units=phrases(
        "shilingi, sh, dola, hela, pesa, siku, wiki, mwezi, miezi, mwaka, miaka, dakika, watu, mtu, watoto",
        "mtoto, lita",
        "kilo, mara, visima, masaa, ngombe, mbuzi, kondoo, kuku, punda, wanaume, wanawake, wasichana",
        "wavulana",
        "magunia, gunia, maguni, ndoo, debe, madebe, ekari, eka, hekta, mita, kilomita, nyumba, familia",
        "kaya, vyumba",
        "asilimia, wanafunzi, walimu, majirani, marafiki, mitungi, madumu, dumu, jerikeni, vikombe, mayai",
        "miti",
        "mabomba, pampu, mifuko, mfuko, vijiji, shule, ndugu, wake, mahindi, sufuria, mabati, kg, kgs",
    ),
    inexact=phrases(
        "kila mmoja, zaidi ya, chini ya, pungufu ya, kati ya, nusu, robo, angalau, kuanzia, kupita, hadi",
        "mpaka, dazeni, wengi, wachache, chache, nyingi, kadhaa, kasoro, na nusu, si zaidi ya, isiyozidi",
        "kutoka, na zaidi, zaidi, na mimi, na mie, pamoja na mimi, mimi na, mie na, mke wangu na",
        "mume wangu na",
    ),
    halves=phrases("na nusu"),
    day=phrases("siku"),
    ago=phrases("zilizopita, iliyopita, zimepita, zilizo pita, nyuma"),
    clock=phrases("swali, maswali, saa, alfajiri, asubuhi, jioni, usiku"),
    months=numbered(
        {
            1: "januari, mwezi wa kwanza",
            2: "februari, mwezi wa pili",
            3: "machi, mwezi wa tatu",
            4: "aprili, mwezi wa nne",
            5: "mei, mwezi wa tano",
            6: "juni, mwezi wa sita",
            7: "julai, mwezi wa saba",
            8: "agosti, mwezi wa nane",
            9: "septemba, mwezi wa tisa",
            10: "oktoba, mwezi wa kumi",
            11: "novemba, mwezi wa kumi na moja",
            12: "desemba, disemba, mwezi wa kumi na mbili",
        }
    ),
    days=day_words(
        {
            (0,): "leo, leo hii",
            (-1,): "jana, jana usiku",
            (-2,): "juzi",
            # No day: last year, last month, last week.
            (): "mwaka jana, mwezi jana, wiki jana, juma jana, mwaka juzi",
            (1,): "kesho",
            (2,): "kesho kutwa, keshokutwa",
        }
    ),
    agree=phrases(
        "nakubali, ninakubali, nimekubali, kubali, nakubaliana, sawa, sawa sawa, sawasawa, hakuna shida"
    ),
    refuse=phrases("nakataa, ninakataa, nimekataa, kataa, sikubali, sikubaliani, sitaki, hapana sitaki"),
)
