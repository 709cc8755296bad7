"""Hindi words replies are read by, in Devanagari and as people write them in Latin letters."""

from decimal import Decimal

from app.conversation.words.table import Words, day_words, listed, numbered
from app.texts.reserved import phrases

_NUMBERS = """
    0 शून्य, जीरो, shunya, shoonya, sifar, zero
    1 एक, ek, aik
    2 दो, do
    3 तीन, teen, tin
    4 चार, char, chaar
    5 पांच, पाच, paanch, panch, pach, paach
    6 छह, छः, छे, छ, chhah, chhe, che, chah, chheh, chha
    7 सात, saat, sat
    8 आठ, aath, ath, aat
    9 नौ, nau
    10 दस, das, dus, dass
    11 ग्यारह, gyarah, gyara, giyarah
    12 बारह, barah, baarah, bara
    13 तेरह, terah
    14 चौदह, chaudah, choudah, chauda
    15 पंद्रह, पन्द्रह, pandrah, pandra
    16 सोलह, solah
    17 सत्रह, satrah, satra
    18 अठारह, अट्ठारह, atharah, athara, attharah
    19 उन्नीस, unnis, unnees
    20 बीस, bees, bis
    21 इक्कीस, ikkis, ikkees
    22 बाईस, बाइस, bais, baais, bayis, baees
    23 तेईस, तेइस, teis, teyis, teees
    24 चौबीस, chaubis, chaubees, choubis
    25 पच्चीस, पचीस, pachchis, pachis, pachees, pacchis, pachchees
    26 छब्बीस, chhabbis, chabbis, chhabbees
    27 सत्ताईस, सत्ताइस, sattais, sattaais, सताईस, satais
    28 अट्ठाईस, अठाईस, अट्ठाइस, athais, atthais, athaais
    29 उनतीस, उन्तीस, untis, unatis, untees
    30 तीस, tees, tis
    31 इकतीस, इकत्तीस, iktis, ikattis, ikatees
    32 बत्तीस, battis, battees
    33 तैंतीस, तेंतीस, taintis, tentis, taitis, taitees
    34 चौंतीस, chauntis, chautis, chautees
    35 पैंतीस, paintis, pentis, paitis, paitees
    36 छत्तीस, chhattis, chattis
    37 सैंतीस, saintis, sentis, saitis, saitees
    38 अडतीस, adtis, artis, adtees, adatis
    39 उनतालीस, उन्तालीस, untalis, untaalis, untalees
    40 चालीस, chalis, chaalis, chalees, chaalees
    41 इकतालीस, iktalis, ikatalis
    42 बयालीस, बियालीस, bayalis, byalis
    43 तैंतालीस, taintalis, tetalis, तैंतालिस, taitalis, tetalees
    44 चवालीस, चौवालीस, चौंतालीस, chawalis, chavalis, chauvalis
    45 पैंतालीस, paintalis, pentalis, पैंतालिस, paitalis
    46 छियालीस, chhiyalis, chiyalis, छयालीस
    47 सैंतालीस, saintalis, sentalis, saitalis, saintalees
    48 अडतालीस, adtalis, artalis
    49 उनचास, उन्चास, unchas, unanchas, unchaas
    50 पचास, pachas, pachaas
    51 इक्यावन, ikyavan, ikyawan, इकावन, ikavan
    52 बावन, bavan, bawan
    53 तिरपन, तिरेपन, tirpan, tirepan
    54 चौवन, चव्वन, chauvan, chauwan
    55 पचपन, pachpan, pachapan
    56 छप्पन, chhappan, chappan
    57 सत्तावन, sattavan, sattawan, सतावन, satavan
    58 अट्ठावन, अठावन, athavan, atthavan, athawan
    59 उनसठ, unsath
    60 साठ, saath, sath
    61 इकसठ, iksath
    62 बासठ, basath
    63 तिरसठ, tirsath, tiresath, तिरेसठ
    64 चौंसठ, चौसठ, chaunsath, chausath
    65 पैंसठ, painsath, pensath, paisath
    66 छियासठ, chhiyasath, chiyasath
    67 सडसठ, sadsath, sarsath
    68 अडसठ, adsath, arsath
    69 उनहत्तर, unhattar
    70 सत्तर, sattar
    71 इकहत्तर, ikhattar, ikahattar
    72 बहत्तर, bahattar
    73 तिहत्तर, tihattar
    74 चौहत्तर, chauhattar
    75 पचहत्तर, pachhattar, pachahattar, पिचहत्तर, pichhattar
    76 छिहत्तर, chhihattar, chihattar
    77 सतहत्तर, sathattar, satahattar
    78 अठहत्तर, athhattar, athahattar
    79 उन्यासी, उनासी, unyasi, unasi, उन्नासी
    80 अस्सी, assi
    81 इक्यासी, ikyasi
    82 बयासी, bayasi
    83 तिरासी, tirasi
    84 चौरासी, chaurasi
    85 पचासी, pachasi, पिचासी, pichasi
    86 छियासी, chhiyasi, chiyasi
    87 सत्तासी, सतासी, sattasi, satasi
    88 अट्ठासी, अठासी, atthasi, athasi
    89 नवासी, navasi, nawasi
    90 नब्बे, nabbe, nabe
    91 इक्यानवे, इक्यानबे, ikyanve, ikyanbe
    92 बानवे, बानबे, banve, baanve
    93 तिरानवे, तिरानबे, tiranve
    94 चौरानवे, चौरानबे, chauranve
    95 पचानवे, पंचानवे, पचानबे, pachanve, panchanve, पंचानबे
    96 छियानवे, छियानबे, chhiyanve, chiyanve
    97 सत्तानवे, सत्तानबे, sattanve
    98 अट्ठानवे, अठानवे, atthanve, athanve, अट्ठानबे
    99 निन्यानवे, निन्यानबे, ninyanve, ninanve, ninyanbe
    100 सौ, एक सौ, sau, ek sau
"""
_LISTED = listed(_NUMBERS)
# A long i is written ee as well: battis, battees.
_LONG_I = {
    f"{name[:-2]}ees": number for name, number in _LISTED.items() if name.isascii() and name.endswith("is")
}

HINDI = Words(
    yes=phrases(
        "हां, जी हां, हां जी, जी, हा, बिल्कुल हां, हां बिल्कुल, haan, han, ha, haa, haaa, ji haan, ji han",
        "ji ha, hnji, hn ji, haa ji, haan ji, han ji, ha ji, hanji, haanji, ji, jee, jee haan, hn",
        "haan bilkul, bilkul haan, ji bilkul, जी बिल्कुल, हां सही है, हां यह सही है, haan sahi hai",
        "hmm haan, hah, hna, hanjii",
    ),
    no=phrases(
        "नहीं, नही, ना, जी नहीं, नहीं जी, बिल्कुल नहीं, नहीं बिल्कुल नहीं, nahi, nahin, nahee, nai, nhi",
        "nahi ji, nhi ji, nahii",
        "nahin ji, ji nahi, ji nahin, naa, bilkul nahi, bilkul nahin, nahi bilkul nahi, कभी नहीं",
        "kabhi nahi, ना जी, na ji",
    ),
    firm_no=phrases(
        "जी नहीं, नहीं जी, बिल्कुल नहीं, nahi ji, nahin ji, ji nahi, ji nahin, bilkul nahi, bilkul nahin"
    ),
    yes_alone=phrases(
        "सही, सही है, यह सही है, ठीक, सच, सच है, बिल्कुल, बिलकुल, है, sahi, sahi hai, ye sahi hai",
        "yeh sahi hai, sach, sach hai, bilkul, bilkul sahi, बिल्कुल सही, hai, bilkul sahi hai, theek",
        "thik, zaroor, jaroor, जरूर",
    ),
    no_alone=phrases(
        "mujhe nahi lagta, nahi lagta, मुझे नहीं लगता, mujhe nahin lagta, न, na, गलत, गलत है, सही नहीं",
        "सही नहीं है, नहीं है, सच नहीं, झूठ, झूठ है, यह गलत है, galat",
        "galat hai, sahi nahi",
        "sahi nahi hai, nahi hai, nahin hai, sach nahi, jhooth, jhuth, jhooth hai, ye galat hai",
        "yeh galat hai, नहीं नहीं है, गलत बात है",
        "यह सही नहीं है, ye sahi nahi hai, aisa nahi hai, ऐसा नहीं है, sach nahi hai, सच नहीं है",
        "ye nahi hai, यह नहीं है",
    ),
    numbers=_LONG_I | _LISTED,
    ordinals=numbered(
        {
            1: "पहला, पहली, पहले वाला, pehla, pahla, pehli, pahli, pehla wala, पहला वाला, pehle wala",
            2: "दूसरा, दूसरी, दूसरा वाला, dusra, doosra, dusri, doosri, dusra wala, doosra wala",
            3: "तीसरा, तीसरी, तीसरा वाला, teesra, tisra, teesri, tisri, tisra wala, teesra wala",
            4: "चौथा, चौथी, चौथा वाला, chautha, chauthi, chautha wala",
            5: "पांचवां, paanchva, panchva, panchwa",
        }
    ),
    powers={
        **dict.fromkeys(phrases("सौ, sau"), 100),
        **dict.fromkeys(phrases("हजार, hazaar, hazar, hajar"), 1000),
        **dict.fromkeys(phrases("लाख, lakh, laakh, lac"), 10**5),
        **dict.fromkeys(phrases("करोड, crore, karod"), 10**7),
    },
    small_talk=phrases(
        "khaas kar, zyadatar, mukhya roop se, asal me, darasal",
        "bhai sahab, bhaisahab, bhaiyya, bhayya, boss, bro, yar, yr, sirji, sir ji, madam ji, ji sir",
        "guruji, bhai ji, didi ji, अरे, are, arre, haha, lol, sach kahu to, sach bolu to, sach kahun",
        "सच कहूं तो, mere vichar se, मेरे विचार से, iske bare me, iske baare mein, yeh iske bare me hai",
        "के बारे में है, ke bare me hai, ke baare mein hai, ke baare me hai, ke bare mein hai, se juda",
        "se judi, से जुडा, से जुडी, se sambandhit, से संबंधित, यार, भैय्या, बॉस, shubh din",
        "aapka din shubh ho, आपका दिन शुभ हो, phir milenge, फिर मिलेंगे, alvida, अलविदा, मतलब, matlab",
        "der, deri, der se, देर, देरी, likha, dabaya, diya, bola, maine, mai ne, humne, chuna",
        "choose kiya, select kiya, rakho, kar do, kardo, le lo, wahi, vahi, kiya, kiya hai, likhta, koi",
        "कोई, mere hisab se, mere khayal se, मेरे हिसाब से, मेरे ख्याल से, बहन, behan, abhi, अभी, zaroor",
        "jaroor, जरूर, sabko, धन्यवाद, शुक्रिया, बहुत, बहुत धन्यवाद, बहुत शुक्रिया, कृपया, नमस्ते",
        "नमस्कार, जी, ठीक, ठीक है, अच्छा, अच्छा जी, मेरा, मेरे, मेरी, जवाब, उत्तर, मेरा जवाब, मेरा उत्तर",
        "है, हैं, यह, ये, वह, वो, इसका, के, का, की, को, में, से, पर, बारे, के बारे में, मैं, मुझे, लगता",
        "लगता है, मुझे लगता है, नंबर, नम्बर, विकल्प, भाई, भैया, दीदी, सर, मैडम, भगवान, आपका, आपको, आप, हम",
        "हमारे, पास, मेरे पास, हमारे पास, कुल, सिर्फ, केवल, तो, क्योंकि, बिल्कुल, बिलकुल, सही, वाला, वाली",
        "चुनता, चुनती, हूं, दिन शुभ हो, शुभ, राम राम, जय हिंद, बस, यही, भी, ही, बता, लिख, भेज, रहा, रही",
        "dhanyavaad, dhanyavad, dhanyawad, dhanyawaad, shukriya, bahut, bahut dhanyavaad, bahut shukriya",
        "bohot, bahot, kripya, namaste, namaskar, ji, jee, thik, theek, thik hai, theek hai, tik hai",
        "acha, achha, accha, achcha, mera, mere, meri, jawab, uttar, javab, mera jawab, hai, he, h, hain",
        "yeh, ye, yah, woh, wo, iska, ke, ka, ki, ko, me, mein, se, par, pe, bare, baare, ke bare me",
        "main, mai, mujhe, lagta, lagta hai, mujhe lagta hai, number, nambar, vikalp, bhai, bhaiya, didi",
        "sir, madam, bhagwan, aapka, aapko, aap, hum, hamare, humare, paas, mere paas, hamare paas, kul",
        "sirf, kewal, to, toh, kyonki, kyunki, bilkul, sahi, wala, wali, chunta, chunti, hu, hun, hoon",
        "ram ram, jai hind, bas, yahi, bhi, hi, likh, bhej, raha, rahi, yaar, salaam, namaskaar, sahab",
        "saab, g, aapki, bol, de, हो, होगा, hoga, ho, पानी दो, sach, sach me, dost, mitra, मित्र, दोस्त",
        "भला, करे, bhala, kare, khuda, सच में, ke liye, liye, के लिए, लिए, स्वस्थ रहो, lete, late",
        "lete hain, late hain, lata, hum log, istemal, ek baar, ek ek karke, ekdam, ek dum, ek saath",
        "एक बार, एकदम, एक साथ",
    ),
    joiners=phrases("और, तथा, एवं, व, aur, tatha, evam, fir, phir, फिर, साथ, n, and, aur fir"),
    negations=phrases(
        "koi sambandh nahi, koi lena dena nahi, कोई संबंध नहीं, कोई लेना देना नहीं",
        "नहीं, nahi, nahin, मत, mat, ना कि, na ki, nhi, छोडकर, chhodkar, बिना, bina, ki jagah, की जगह",
        "ke bajay, के बजाय",
    ),
    later=phrases(
        "jawab dunga, jawab doonga, jawab dungi, jawab doongi, जवाब दूंगा, जवाब दूंगी, बाद में जवाब",
        "बाद मे, baad me jawab, thodi der me, thodi der mein, थोडी देर में, shaam ko, kal dunga",
        "pahunch kar, पहुंच कर",
        "baad me, बाद में, baad mein",
    ),
    contrasts=phrases("लेकिन, मगर, परंतु, lekin, magar, par, kintu"),
    conditions=phrases(
        "kaun, kitna, kitne, kitni, कितना, कितने, कौन, aapne kaha, tumne kaha, aap ne kaha, kab, कब, kyu",
        "kaise",
    ),
    asides=phrases(
        "पर हूं, पे हूं, par hu, par hoon, pe hu, pe hoon",
        "mein hu, mein hoon, me hu, me hoon, में हूं, मे हूं, ja raha hu, ja rahi hu, ja raha hoon",
        "जा रहा हूं, जा रही हूं, raste me, raste mein, रास्ते में, safar me, सफर में",
        "taiyar, tayyar, tayar, taiyaar, taiyar hu, ready, yahan hu, yaha hu, yahan hoon, yahi hu",
        "mil gaya, mil gayi, mil gya, mila nahi, nahi mila, nahi mile, bhejo, aur bhejo, bhej do, bhejiye",
        "agla, agla sawal, aage badho, aage, chalu rakho, kaam chahiye, mujhe kaam, kaam karna, intezaar",
        "intzar, samajh gaya, samajh gayi, samajh aaya, samajh gya, mere paise, mera paisa",
        "paise nahi mile, paisa nahi mila, paise nahi aaye, network nahi, network, recharge",
        "koi baat nahi, koi dikkat nahi, mera phone, main teacher, तैयार, तैयार हूं, यहां हूं, यहीं हूं",
        "मिल गया, मिल गई, नहीं मिला, नहीं मिले, भेजो, भेजिए, और भेजो, अगला, अगला सवाल, आगे, काम चाहिए",
        "समझ गया, समझ गई, समझ आया, मेरे पैसे, पैसे नहीं मिले, कोई बात नहीं, नेटवर्क, kya, क्या, kya main",
        "kya mai, क्या मैं, nahi bol sakta, nahi keh sakta, nahi kah sakta, mera naam, mera nam, naam hai",
        "मेरा नाम, busy, vyast, busy hu, व्यस्त, main aaunga, ke liye 1 dabaye, ke liye 2 dabaye",
        "1 dabaye, 2 dabaye, kehne wala tha, jawab do, javab do, uttar do",
    ),
    terms=phrases(
        "agar, yadi, अगर, यदि, jab, जब, tab hi, tabhi, shart, sirf agar, depend, depend karta hai",
        "nirbhar, निर्भर, kabhi kabhi, kabhi kabhar, कभी कभी, कभी कभार, kuch logo, kuch log, कुछ लोग",
        "kuch ke liye, ka matlab, ka matlab kya, ka matlab kya hai, matlab kya, का मतलब, का मतलब क्या है",
        "ka arth, का अर्थ, kya hai, kya h, क्या है",
    ),
    reported=phrases(
        "bhai bola, bhai boli, bhai bole, bhai ne kaha, bhai ne bola, bhai बोला, bhai बोली, bhai बोले",
        "bhai ने कहा, bhai ने बोला, bhaiya bola, bhaiya boli, bhaiya bole, bhaiya ne kaha",
        "bhaiya ne bola, bhaiya बोला, bhaiya बोली, bhaiya बोले, bhaiya ने कहा, bhaiya ने बोला, didi bola",
        "didi boli, didi bole, didi ne kaha, didi ne bola, didi बोला, didi बोली, didi बोले, didi ने कहा",
        "didi ने बोला, boss bola, boss boli, boss bole, boss ne kaha, boss ne bola, boss बोला, boss बोली",
        "boss बोले, boss ने कहा, boss ने बोला, sir bola, sir boli, sir bole, sir ne kaha, sir ne bola",
        "sir बोला, sir बोली, sir बोले, sir ने कहा, sir ने बोला, madam bola, madam boli, madam bole",
        "madam ne kaha, madam ne bola, madam बोला, madam बोली, madam बोले, madam ने कहा, madam ने बोला",
        "dost bola, dost boli, dost bole, dost ne kaha, dost ne bola, dost बोला, dost बोली, dost बोले",
        "dost ने कहा, dost ने बोला, भाई bola, भाई boli, भाई bole, भाई ne kaha, भाई ne bola, भाई बोला",
        "भाई बोली, भाई बोले, भाई ने कहा, भाई ने बोला, भैया bola, भैया boli, भैया bole, भैया ne kaha",
        "भैया ne bola, भैया बोला, भैया बोली, भैया बोले, भैया ने कहा, भैया ने बोला, दीदी bola, दीदी boli",
        "दीदी bole, दीदी ne kaha, दीदी ne bola, दीदी बोला, दीदी बोली, दीदी बोले, दीदी ने कहा",
        "दीदी ने बोला, बॉस bola, बॉस boli, बॉस bole, बॉस ne kaha, बॉस ne bola, बॉस बोला, बॉस बोली",
        "बॉस बोले, बॉस ने कहा, बॉस ने बोला, सर bola, सर boli, सर bole, सर ne kaha, सर ne bola, सर बोला",
        "सर बोली, सर बोले, सर ने कहा, सर ने बोला, दोस्त bola, दोस्त boli, दोस्त bole, दोस्त ne kaha",
        "दोस्त ne bola, दोस्त बोला, दोस्त बोली, दोस्त बोले, दोस्त ने कहा, दोस्त ने बोला",
        "usne kaha, unhone kaha, unhone bola, usne bola, logo ne kaha, log kehte hain, kehte hain",
        "kehta hai, kehti hai, kahte hain, kahta hai, kahti hai, kaha hai, bola hai, उसने कहा",
        "उन्होंने कहा, लोगों ने कहा, ने कहा, कहते हैं, कहता है, कहती है, ne kaha, ne bola",
    ),
    topics=phrases(
        "टूट गया, टूट गई, टूट गयी, टूट गए, टूट गये, टूटे, टूट, toot gaya, tut gaya, toot gayi, tut gayi",
        "toot gaye, tut gaye, toota hai, tuta hai, tooti hai, tuti hai, toote hain, tute hain, टूटा है",
        "टूटी है, टूटे हैं, kharab ho gaya, kharab ho gayi, खराब हो गया, खराब हो गई, gir gaya, gir gayi",
        "गिर गया, गिर गई, गिर गए, fat gaya, phat gaya, फट गया",
        "samasya, samasyaa, problem, mudda, mamla, mamle, vishay, dikkat, pareshani, kami, समस्या",
        "समस्याएं, मुद्दा, मामला, मामले, विषय, दिक्कत, परेशानी, कमी, संबंधी, sambandhi, sambandhit",
        "kharab, kharab hai, ganda, gandi, ganda hai, toota, tuta, toota hua, band hai, mehnga, mehngi",
        "bekaar, naya, nayi, purana, achha nahi, theek nahi, thik nahi, खराब, खराब है, गंदा, गंदी, टूटा",
        "टूटी, टूटा हुआ, बंद है, महंगा, नया, नई, पुराना, ठीक नहीं",
    ),
    corrections=phrases(
        "badal do, badlo, badal dijiye, बदल दो, galti se dab gaya, माफ, माफ करना, माफ करें, माफ कीजिए",
        "क्षमा, क्षमा करें, सॉरी, मेरा मतलब, मतलब, गलती, गलती से",
        "गलती हो गई, बल्कि, दरअसल",
        "maaf, maaf karna, maf karna, maaf kijiye, maaf karo, kshama, kshama kare, sorry, mera matlab",
        "matlab, galti, galti se, galti ho gayi",
        "galti ho gai, balki, darasal, galti hui",
        "गलती हुई, मैंने गलती की, badal ke, iski jagah",
        "mera matlab hai, मेरा मतलब है, maine galti ki",
    ),
    waits=phrases(
        "रुको, रुकिए, रुको रुको, एक मिनट, नहीं रुको, ठहरो, ruko, rukiye",
        "ek minute, nahi ruko, nahin ruko",
        "thahro, ruko ruko, zara ruko",
    ),
    hedges=phrases(
        "शायद, लगभग, करीब, संभवतः, हो सकता है, shayad, lagbhag, kareeb, karib, ho sakta hai, sayad",
        "andazan, takriban, तकरीबन",
    ),
    alternatives=phrases("या, या फिर, अथवा, ya, ya fir, ya phir, athva"),
    everything=phrases(
        "sab kuch, sabkuch, sab kuchh, सब कुछ, सबकुछ",
        "सब, सभी, सारे, तीनों, चारों, sab, sabhi, saare, teeno, charo, sabhi ke sabhi, सब के सब, sare",
        "teeno hi, तीनों ही",
    ),
    nothing=phrases(
        "कोई नहीं, कुछ नहीं, इनमें से कोई नहीं, एक भी नहीं, koi nahi, koi nahin, kuch nahi",
        "inme se koi nahi, ek bhi nahi, koi bhi nahi, कोई भी नहीं",
    ),
    both=phrases("दोनों, दोनो, dono, donon, ye dono, ये दोनों"),
    neither=phrases("दोनों नहीं, dono nahi"),
    units=phrases(
        "रुपये, रुपए, रुपया, पैसे, दिन, हफ्ते, हफ्ता, सप्ताह, महीने, महीना, माह, साल, वर्ष, घंटे, घंटा",
        "मिनट, लोग, लोगों, आदमी, औरत, औरतें, महिला, महिलाएं",
        "बच्चे, बच्चा, बच्चों, लडके, लडकी, लडकियां, परिवार, घर, मकान, कमरे, बार, गाय, गायें, गायों, भैंस",
        "भैंसें, बकरी, बकरियां, मुर्गी, मुर्गियां, लीटर, किलो",
        "ग्राम, मीटर, किलोमीटर, बोरी, बोरे, बीघा, एकड, प्रतिशत, बाल्टी, सदस्य, छात्र, पेड, अंडे, नल, कुएं",
        "हैंडपंप, जानवर",
        "rupaye, rupay, rupya, rupees, rs, paise, paisa, din, hafte, hafta, mahine, mahina, mah, saal, sal",
        "varsh, ghante, ghanta, log, logo",
        "aadmi, admi, aurat, mahila, bachche, bacche, bache, baccha, ladke, ladki, parivar, ghar, makan",
        "kamre, baar, bar, gaay, gay, gaye, gai, gayen",
        "bhains, bakri, bakriyan, bakriya, murgi, litre, kilo, kilo gram, meter, bori, bore, bigha, ekad",
        "pratishat, balti, sadasya, log hain, nal, ande",
    ),
    inexact=phrases(
        "har ek, प्रत्येक, से ज्यादा, से अधिक, से कम, कम से कम, ज्यादा से ज्यादा, के बीच, आधा, आधे, डेढ",
        "ढाई, साढे, सवा, पौने, थोडे, कुछ, दर्जन, एक दर्जन, कई, se zyada, se jyada, se adhik, se kam",
        "kam se kam, ke beech, ke bich, aadha, adha, aadhe, dedh, dhai, sadhe, saadhe, sava, paune, thode",
        "kuch, kuchh, darjan, ek darjan, kai, zyada, jyada, ज्यादा, अधिक, तक, tak, दोगुना, se upar",
        "से ऊपर, aur main, aur mai, और मैं, main aur, mai aur, मैं और",
    ),
    fractions={
        **dict.fromkeys(phrases("डेढ, dedh, derh, ded"), Decimal("1.5")),
        **dict.fromkeys(phrases("ढाई, dhai, dhaai, adhai"), Decimal("2.5")),
    },
    added={
        **dict.fromkeys(phrases("साढे, sadhe, saadhe, sarhe"), Decimal("0.5")),
        **dict.fromkeys(phrases("सवा, sava, sawa"), Decimal("0.25")),
        **dict.fromkeys(phrases("पौने, paune, pone"), Decimal("-0.25")),
    },
    day=phrases("दिन, din"),
    ago=phrases("पहले, pehle, pahle, phle"),
    clock=phrases("sawal, सवाल, बजे, baje, बज, subah, सुबह, शाम, shaam, sham"),
    months=numbered(
        {
            1: "जनवरी, janvari, janwari",
            2: "फरवरी, farvari, farwari",
            3: "मार्च, march",
            4: "अप्रैल, aprail",
            5: "मई, mai, may",
            6: "जून, joon",
            7: "जुलाई, julai",
            8: "अगस्त, agast",
            9: "सितंबर, सितम्बर, sitambar",
            10: "अक्टूबर, अक्तूबर, aktubar",
            11: "नवंबर, नवम्बर, navambar",
            12: "दिसंबर, दिसम्बर, disambar",
        }
    ),
    # One word for the day before and the day after: which is meant, the question's bounds must tell.
    days=day_words(
        {
            (0,): "आज, aaj, aj, आज ही, aaj hi",
            (-1, 1): "कल, kal, cal",
            (-1,): "बीता कल, बीते कल, beeta kal, bite kal, गया कल, gaya kal",
            (1,): "आने वाला कल, आने वाले कल, aane wala kal, aane wale kal",
            (-2, 2): "परसों, परसो, parson, parso",
        }
    ),
    agree=phrases(
        "सहमत, मैं सहमत हूं, मंजूर, स्वीकार, ठीक है, sahmat, main sahmat hu, manjoor, manzoor, swikar",
        "thik hai, theek hai",
    ),
    refuse=phrases(
        "असहमत, सहमत नहीं, मंजूर नहीं, नामंजूर, asahmat, sahmat nahi, manjoor nahi, nahi chahiye, नहीं चाहिए"
    ),
)
