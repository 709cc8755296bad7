"""Amharic words replies are read by, in Ethiopic and as people write them in Latin letters."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

_UNITS = {
    1: "አንድ, and",
    2: "ሁለት, hulet, hulett, hulat, holeit, holet",
    3: "ሶስት, sost, soset, sosit, sosst",
    4: "አራት, arat, aratt",
    5: "አምስት, amist, ammist, amst, amest",
    6: "ስድስት, sidist, siddist, sedist, sidst, sudist, sedest",
    7: "ሰባት, sebat, sabat, sebatt",
    8: "ስምንት, simint, semint, simnt, smint",
    9: "ዘጠኝ, zetegn, zeteny, zetenn, zetegne, zetenyn, zetenye, zetagn",
}
_TEN = {10: "አስር, asir, asser, aser, assir"}
_TEENS = {10: "አስራ, አስር, asra, asera, asira, assra, asir"}
_TENS = {
    20: "ሀያ, haya, hiya",
    30: "ሰላሳ, selasa, salasa",
    40: "አርባ, arba",
    50: "ሀምሳ, አምሳ, hamsa, amsa",
    60: "ስልሳ, ስድሳ, silsa, sidsa, selsa",
    70: "ሰባ, seba, saba",
    80: "ሰማንያ, semanya, semania, samanya",
    90: "ዘጠና, zetena",
}
# `and` is English to most who write it, and so is one only where it stands alone.
_SURE_UNITS = {number: line.replace(", and", "") for number, line in _UNITS.items()}

AMHARIC = Words(
    yes=phrases(
        "አዎ, አዎን, አወ, አው, አዎ ነው, አዎ ትክክል ነው, አዎ ትክክል, አዎን ነው, awo, awon, awe, awo new, aw",
        "awo tikikil new, አዎ እውነት ነው, awo ewnet new, አዎና, ow, ao, eyo, ኧረ አዎ",
    ),
    no=phrases(
        "አይ, አይደለም, አይ አይደለም, አይሆንም, በፍጹም, በፍጹም አይደለም, አይ አመሰግናለሁ, aydelem, aydellem, ayidelem",
        "ay aydelem, ay, aye, ayi, aydele, በጭራሽ, bechirash, befitsum, aihonim, ayhonim, አይ አይሆንም, ayy",
        "ኧረ አይ, አረ አይ, ኧረ አይደለም, አረ አይደለም, አይ ስህተት, አይ ስህተት ነው",
    ),
    firm_no=phrases("አይ, ay, ayi, አይ አይደለም, በፍጹም, በጭራሽ"),
    yes_alone=phrases(
        "ነው, ትክክል, ትክክል ነው, ትክክለኛ, እውነት, እውነት ነው, እውነትነው, በትክክል, tikikil, tikikil new, tikkil, tikikl",
        "ewnet, ewnet new, iwnet new, እንዴታ, በሚገባ, ልክ ነው, lik new, ልክ, new, በእርግጥ, እንዲያ ነው",
    ),
    no_alone=phrases(
        "አይመስለኝም, aymeslegnim, የለም, ስህተት, ስህተት ነው, ውሸት, ውሸት ነው, ትክክል አይደለም, እውነት አይደለም, yelem, yellem",
        "sihtet, sihtet new, wushet, wishet, tikikil aydelem, ewnet aydelem, ልክ አይደለም, lik aydelem",
        "አይመለከትም, አይደል, ሀሰት, ሀሰት ነው, እንቢ",
    ),
    numbers={
        **numbered({0: "ዜሮ, ዜሮ ነው", **_SURE_UNITS, **_TEN, **_TENS, 100: "መቶ, አንድ መቶ, meto, mato"}),
        **compounded(_TEENS, _UNITS, (" ", "")),
        **compounded(_TENS, _UNITS, (" ", "ከ", "")),
    },
    numbers_alone={"and": 1},
    ordinals=numbered(
        {
            1: "1ኛ, አንደኛ, አንደኛው, የመጀመሪያ, የመጀመሪያው, andegna, andegnaw, mejemeria, yemejemeriaw, andenya",
            2: "2ኛ, ሁለተኛ, ሁለተኛው, huletegna, huletegnaw, huletenya",
            3: "3ኛ, ሶስተኛ, ሶስተኛው, sostegna, sostegnaw, sostenya",
            4: "4ኛ, አራተኛ, አራተኛው, arategna, arategnaw",
            5: "5ኛ, አምስተኛ, አምስተኛው, amistegna",
        }
    ),
    powers={
        **dict.fromkeys(phrases("መቶ, meto"), 100),
        **dict.fromkeys(phrases("ሺ, ሺህ, ሽህ, ሽ, shi, shih"), 1000),
    },
    small_talk=phrases(
        "ye, እንቀዳለን, እቀዳለሁ",
        "ስለ እሱ ነው, የሚለው ስለ, የሚያወራው ስለ, የሚናገረው ስለ, መልእክቱ ስለ, ይህ ስለ, ይሄ ስለ, ይመለከታል, የሚመለከተው, ይመለከተዋል",
        "ጋር የተያያዘ, ጋር ይያያዛል, እንደማስበው, አስባለሁ, ይመስላል, በእውነት, እውነቱን ለመናገር, ጋሼ, አባባ, እማማ, ወንድሜ ሆይ",
        "ደህና ዋሉ, ደህና እደሩ, ደህና ሰንብቱ, ቻው, መልካም ቀን ይሁንልዎ, መልካም ምሽት, በሉ, እሺ በሉ, እሺ ጌታዬ, boss, bro, gashe",
        "chaw, sile esu, yimesilal, lol",
        "ዘገየሁ, ስለዘገየሁ, አልኩ, ብያለሁ, መረጥኩ, ጻፍኩ, የመረጥኩት, ይሁን, መልእክት, መልእክቱ, ጌታ, እመቤቴ, በእኔ አስተያየት, በእኔ እምነት",
        "ወንድም, እህት, አሁን, ahun, አመሰግናለሁ, እናመሰግናለን, በጣም አመሰግናለሁ, በጣም, እባክዎ, እባክዎን, እባክህ, እባክሽ, እባካችሁ, ሰላም",
        "ሰላም ነው, ጤና ይስጥልኝ, እግዚአብሄር ይስጥልኝ, እግዜር ይስጥልኝ, እግዚአብሄር, ይስጥልኝ, ይመስገን, መልስ, መልሱ, መልሴ, የእኔ መልስ, መልሱም",
        "ቁጥር, ተራ ቁጥር, ምርጫ, ምርጫዬ, ምርጫየ, ነው, ናቸው, ነኝ, ይህ, ይሄ, ይህን, ስለ, እሺ, እኔ, እኛ, የኔ, የእኔ, ይመስለኛል, መሰለኝ",
        "አለ, አሉ, አለኝ, አሉኝ, አሉን, አለን, ብቻ, በእርግጥ, ወንድሜ, እህቴ, ጓደኛዬ, ደህና, ደህና ሁኑ, መልካም, መልካም ቀን, ስለዚህ, ምክንያቱም",
        "ውስጥ, እዚህ, ደግሞ, ሁላችሁንም, ጠቅላላ, በጠቅላላ, መርጫለሁ, እመርጣለሁ, እላለሁ, አባቴ, እናቴ, ጌታዬ, አለቃ, ያህል, ትክክል, እውነት",
        "እንደ, ስራ, መልካም ስራ, ለ, ጎበዝ, ያው, amesegnalehu, ameseginalehu, amesegenalehu, amesegnalhu",
        "amesginalehu, enamesegnalen, betam, betam amesegnalehu, ebakih, ebakish, ebako, ebakachu, selam",
        "tena yistilign, tenayistilign, egziabher, egziabher yistilign, igziabher, yistilign, mels, melsu",
        "melse, yene mels, kutir, qutir, mircha, mirchaye, new, nachew, yih, yihe, sile, eshi, ishi, eshe",
        "ene, egna, yene, yimeslegnal, meselegn, alegn, alugn, alen, bicha, berget, wendime, ehite, dehna",
        "melkam, melkam ken, silezih, wust, ezih, demo, temesgen, tikikil, ewnet, ok, malet new, yihew",
        "አንድ ጊዜ, አንድ በአንድ",
    ),
    joiners=phrases("እና, ና, ከዛ, ከዚያ, እንዲሁም, ena, kezia, enna"),
    negations=phrases(
        "ምንም ግንኙነት የለውም, ግንኙነት የለውም, ጋር አይገናኝም, አይገናኝም",
        "አልተጎዳም, አልተበላሸም, አልተሰበረም, አይደለም, aydelem, aydellem, በስተቀር, beteseker, ሳይሆን, sayhon",
    ),
    later=phrases(
        "በኋላ እመልሳለሁ, እመልሳለሁ, ቆይቼ, ቆይቼ እመልሳለሁ, በሁዋላ እመልሳለሁ, ማታ እመልሳለሁ, ስደርስ, koyiche, emelsalehu",
        "በሁዋላ, በኋላ, behuala, ነገ",
    ),
    contrasts=phrases("ግን, ነገር ግን, gin, neger gin"),
    conditions=phrases(
        "ስንት, ማን, sint, man, መቼ, meche, ለምንድን",
    ),
    asides=phrases(
        "መንገድ ላይ ነኝ, ትምህርት ቤት ነኝ, ሆስፒታል ነኝ, ቤት ነኝ, menged lay negn, እየሄድኩ ነው, እየተጓዝኩ ነው",
        "ዝግጁ ነኝ, ዝግጁ, እዚህ ነኝ, ደርሶኛል, ደረሰኝ, ደርሶናል, አግኝቻለሁ, ላኩ, ላኩልኝ, ላክልኝ, ቀጣይ, ቀጣዩን, ቀጣዩ, ቀጥል, ቀጥሉ, እንቀጥል",
        "ስራ እፈልጋለሁ, መስራት እፈልጋለሁ, እጠብቃለሁ, እየጠበቅኩ ነው, ገባኝ, ገብቶኛል, አልገባኝም, አልደረሰኝም, አልደረሰም, አልተከፈለኝም, ገንዘቤ",
        "ኔትወርክ, ኔትዎርክ የለም, ችግር የለም, ችግር የለውም, zigiju, zigju, zigiju negn, derisognal, agignichalehu, laku",
        "lakulign, ketayi, ketay, ketil, gebagn, algebagnim, aldersegnim, chigir yelem, chigr yelem",
        "chigir yelewim, አልችልም, አልችልም ማለት, ስሜ, ስራ ላይ ነኝ, ስራ በዝቶብኛል, sime, እመጣለሁ, ብዬ ነበር",
    ),
    terms=phrases(
        "ከሆነ, kehone, ከከፈላችሁ, ከከፈሉኝ, ስትከፍሉ, ስትከፍሉኝ, ከተከፈለኝ, ይወሰናል, እንደ ሁኔታው, አንዳንዴ, አንዳንድ ጊዜ, አልፎ አልፎ",
        "andande, andand gize, በከፊል, ምን ማለት, ምን ማለት ነው, ምንድን ነው, ማለት ምን, min malet, min malet new, ብላችሁ",
        "ብለዋል, ብላችኋል, ከደረቀ",
    ),
    reported=phrases(
        "አለች, ይላል, ይላሉ, ትላለች, ነገሩኝ, ብሎኛል, ብላኛለች, ብለውኛል, yilal, yilalu, alech, tilalech",
    ),
    topics=phrases(
        "ተጎድቷል, ተጎድተዋል, ተጎዳ, ተጎድታለች, ተሰብሯል, ተሰበረ, ተሰብረዋል, ፈርሷል, ፈረሰ, ወድቋል, ወደቀ, ተሰነጠቀ, ተሰንጥቋል, tegodtual",
        "tesebrual, fersual",
        "ጉዳይ, ችግር, ችግሮች, ርእስ, እጥረት, guday, chigir, chigr, itret, መጥፎ, መጥፎ ነው, ተበላሽቷል, ተበላሸ, ቆሻሻ, አዲስ",
        "የተበላሸ, ተዘግቷል, ጥሩ አይደለም, tebelashtual, tebelasha, metfo, adis",
    ),
    corrections=phrases(
        "ቀይር, ቀይሩት, ቀይሩልኝ, ልቀይር, ይቅርታ, ይቅርታ አድርግልኝ, ይቅርታ ተሳስቻለሁ, ተሳስቻለሁ, ማለቴ, ማለቴ ነው, ስህተት ነው, ተሳሳትኩ",
        "ሳስተካክል, ማስተካከያ, yikirta",
        "yiqirta, ykrta, maletie, malete",
        "malete new, tesasichalehu, tesasatku, ይልቅ, ይልቅስ, yilik, ለማለት ፈልጌ ነው, በስህተት ነው",
    ),
    waits=phrases(
        "ቆይ, ቆዩ, ጠብቅ, ጠብቁ, ቆይ ቆይ, አንድ ደቂቃ, አይ ቆይ, koy, qoy, koyi, tebik, tebiq",
        "ay koy, ቆይ ጠብቅ",
    ),
    hedges=phrases("ምናልባት, ምናልባትም, ወደ, በግምት, ያህል, ይሆናል, minalbat, begimt, yihonal, ሊሆን ይችላል"),
    alternatives=phrases("ወይም, ወይ, ወይስ, weyim, weym, wey, weyis"),
    everything=phrases("ሁሉም, ሁሉንም, ሁሉ, ሶስቱም, አራቱም, hulum, hulunim, hulu, sostum"),
    nothing=phrases(
        "ምንም, አንዱም, ምንም የለም, አንድም, አንድም የለም, የለኝም, የሉኝም, የለንም, minim, andum, minim yelem, andim yelem",
        "yelegnim",
    ),
    both=phrases("ሁለቱም, ሁለቱንም, huletum, huletunim"),
    neither=phrases("ሁለቱም አይደሉም, huletum aydelum"),
    units=phrases(
        "ብር, ሳንቲም, ቀን, ቀናት, ሳምንት, ሳምንታት, ወር, ወራት, አመት, አመታት, ደቂቃ, ደቂቃዎች, ሰው, ሰዎች, ልጅ, ልጆች, ወንድ, ሴት, ሴቶች",
        "ወንዶች, ቤተሰብ, ቤት, ቤቶች, ኪሎ, ኪሎግራም, ሊትር, ሜትር, ኪሎሜትር, ላም, ላሞች, ከብት, ከብቶች, ፍየል, ፍየሎች, በግ, በጎች, ዶሮ",
        "ዶሮዎች, ሄክታር, ጆንያ, ኩንታል, ባልዲ, ጀሪካን, ጊዜ, በመቶ, ተማሪ, ተማሪዎች, ክፍል, እንቁላል, በሬ, ሰአታት, birr, bir, ken",
        "kenat, samint, wer, amet, amat, dekika, sew, sewoch, lij, lijoch, set, setoch, wendoch, beteseb",
        "bet, kilo, litir, liter, metir, lam, lamoch, kebt, fiyel, beg, doro, hektar, kuntal, baldi, gize",
        "bemeto, temari, wedaj, ልጆቼ, ልጄ, ልጆቻችን",
    ),
    inexact=phrases(
        "በላይ, በታች, ግማሽ, ሩብ, ቢያንስ, ቢበዛ, መካከል, ብዙ, ጥቂት, ደርዘን, እስከ, ተኩል, belay, betach, gimash, biyans",
        "bibeza, bizu, tikit, eske, tekul, mekakel, በትንሹ, የሚበልጥ, የሚያንስ, ያነሰ, የበለጠ, እና እኔ, ena ene, እኔ እና",
        "እኔና, ene ena",
    ),
    halves=phrases("ተኩል, ከግማሽ, tekul, ke gimash"),
    day=phrases("ቀን, ቀናት, ken, kenat"),
    ago=phrases("በፊት, befit"),
    clock=phrases("ጥያቄ, ሰአት, seat, sehat, ጠዋት, ማታ, tewat, mata"),
    months=numbered(
        {
            1: "ጃንዋሪ, ጃንዩወሪ",
            2: "ፌብሩዋሪ, ፌብሩወሪ",
            3: "ማርች",
            4: "ኤፕሪል, አፕሪል",
            5: "ሜይ",
            6: "ጁን",
            7: "ጁላይ",
            8: "ኦገስት, ኦገስ",
            9: "ሴፕቴምበር, ሴፕተምበር",
            10: "ኦክቶበር",
            11: "ኖቬምበር",
            12: "ዲሴምበር",
        }
    ),
    days=day_words(
        {
            (0,): "ዛሬ, zare",
            (-1,): "ትናንት, ትላንት, ትናንትና, ትላንትና, tinant, tilant, tinantina, tilantina",
            (-2,): "ከትናንት ወዲያ, ከትላንት ወዲያ, ketinant wediya, ketilant wedia",
            (1,): "ነገ, nege",
            (2,): "ከነገ ወዲያ, kenege wediya, kenege wedia",
        }
    ),
    agree=phrases("እሺ, እስማማለሁ, ተስማምቻለሁ, ፈቃደኛ ነኝ, eshi, ishi, esmamalehu, tesmamichalehu"),
    refuse=phrases("አልስማማም, አልፈልግም, alismamam, alfelgim, እምቢ, embi"),
)
