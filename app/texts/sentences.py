"""Sentences that are commands, each as it is: more than the reserved words, and never in part.

Not where words are asked for: a text that somebody was asked to write may be one of them.
"""

from app.texts.reserved import CommandName, phrases

SENTENCES: dict[CommandName, frozenset[str]] = {
    "STOP": phrases(
        "no more messages, no more sms, no more texts, i dont want messages, i dont want any messages",
        "i dont want any more messages, i dont want more messages, i do not want any more messages",
        "i do not want messages, i do not want more messages, i dont want your messages, dont send me messages",
        "dont send me messages again, dont send me any more messages, do not send me messages, dont message me",
        "dont message me again, sitaki meseji, sitaki meseji tena, sitaki ujumbe, sitaki ujumbe tena, sitaki sms",
        "sitaki sms tena, sitaki meseji zenu, sitaki meseji zenu tena, sitaki ujumbe wenu, sihitaji ujumbe tena",
        "msinitumie ujumbe, msinitumie ujumbe tena, msinitumie meseji tena, msinitumie tena ujumbe",
        "saagala bubaka, ssaagala bubaka, saagala bubaka bwammwe, saagala message, saagala messages, sagala message",
        "temumpeereza bubaka, temumpeereza message, je ne veux plus de messages, je ne veux plus de message",
        "je ne veux plus de sms, je veux plus de messages, je veux plus de sms, je ne veux pas de messages",
        "je ne veux plus de vos messages, je ne veux plus recevoir de messages, je ne veux plus recevoir de sms",
        "plus de messages, plus de sms, ne menvoyez plus de messages, ne menvoyez plus de sms, ne mecrivez plus",
        "m pa vle mesaj, m pa vle mesaj anko, mwen pa vle mesaj, mwen pa vle mesaj anko, m pa vle resevwa mesaj anko",
        "mwen pa vle resevwa mesaj anko, pa voye mesaj pou mwen anko, pa voye mesaj ban m, mujhe message nahi chahiye",
        "mujhe aur message nahi chahiye, message nahi chahiye, sms nahi chahiye, aur message mat bhejo",
        "मुझे मैसेज नहीं चाहिए, मुझे और मैसेज नहीं चाहिए, मैसेज नहीं चाहिए, मुझे संदेश नहीं चाहिए, और मैसेज मत भेजो",
        "መልእክት አልፈልግም, ከአሁን በኋላ መልእክት አልፈልግም, ሌላ መልእክት አልፈልግም, መልእክት አትላኩብኝ",
        "stop it, stop now, stop sms, stop texts, stop messages, stop the messages, stop texting me",
        "stop messaging me, stop sending me messages, stop sending me sms, stop sending me texts",
        "stop sending me these messages, stop sending these messages, stop these messages",
        "stop sending messages, stop sending sms, stop sending me messages now, stop sending me msgs",
        "remove me, remove my number, opt me out, dont text me, dont text me again, do not text me",
        "stop kunitumia sms, stop kunitumia meseji, stop kunitumia ujumbe, acha kunitumia meseji",
        "acha kunitumia sms, acha kunitumia ujumbe, acha kunitumia, acheni kunitumia ujumbe",
        "acheni kunitumia sms, acheni kunitumia meseji, msinitumie tena, usinitumie tena",
        "lekera awo okumpeereza message, lekera awo okumpeereza obubaka, lekera awo okumpeereza, mulekere awo",
        "stop pub, stop message, arretez de menvoyer des sms, arretez de menvoyer des messages",
        "arretez les sms, arrete de menvoyer des sms, arrete de menvoyer des messages, arretez les messages",
        "ne menvoyez plus rien, sispann voye mesaj, sispann voye mesaj ban mwen, sispann voye mesaj ban m",
        "stop mesaj yo, stop mesaj, sispann ekri m, retire m, retire nimewo m, pa voye mesaj anko",
        "pa voye mesaj ban mwen anko, naomba mniondoe, naomba niondoe, mukomye okumpeereza obubaka",
        "mulekere awo okumpeereza, stop karo, stop kar do, stop kijiye, message band karo, sms band karo",
        "message mat bhejo, sms mat bhejo, mat bhejo message, mat bhejo sms, स्टॉप करो, मैसेज बंद करो",
        "मैसेज मत भेजो, संदेश बंद करो, संदेश मत भेजो, stop በቃ, በቃ አቁሙ, በቃ አቁም, መልእክት አቁሙ, መልእክት አትላኩ",
        "መልእክት አትላኩልኝ, meleikt akumu",
    ),
    "START": phrases(
        "start again",
    ),
    "SKIP": phrases(
        "skip this, skip this one, skip it, skip question, skip this question, ruka hili, ruka hii",
        "ruka swali, ruka swali hili, passer cette question, passe cette question, sote kesyon sa a",
        "buuka kino",
    ),
    "MORE": phrases(
        "more tasks, more jobs, give me more, give me more work, send more work, send more tasks, next task",
        "i want more, i want more work, i want work, nipe kazi, nipe kazi zaidi, naomba kazi, nataka kazi",
        "nataka kazi zaidi, tuma kazi, njagala omulimu omulala, mpa omulimu, mpeereza emirimu",
        "encore du travail, donnez moi du travail, je veux du travail, je veux travailler, ban m travay",
        "voye travay, mwen vle travay, m vle travay, mujhe kaam chahiye, kaam do, aur kaam do, kaam chahiye",
        "काम चाहिए, मुझे काम चाहिए, ስራ እፈልጋለሁ, ስራ ስጡኝ",
    ),
    "BAL": phrases(
        "what is my balance, whats my balance, check balance, check my balance, balance check, balance yangu",
        "salio langu ni ngapi, salio ni ngapi, salio langu ni kiasi gani, nina salio gani",
        "nina shilingi ngapi, quel est mon solde, mon solde svp, konbyen mwen genyen, mera balance kitna hai",
        "balance kitna hai",
    ),
    "PAY": phrases(
        "i want my pay, i want to be paid, cash out, nataka malipo yangu, naomba malipo yangu",
        "njagala kusasulwa, je veux etre paye",
    ),
    "LANG": phrases(
        "change language, change my language, change the language, badilisha lugha, badili lugha",
        "kubadilisha lugha, kyusa olulimi, njagala kukyusa olulimi, changer de langue, changer la langue",
        "changer langue, chanje lang, chanje lang lan, bhasha badlo, bhasha badal do, bhasha badalni hai",
        "भाषा बदलो, भाषा बदल दो, भाषा बदलें, ቋንቋ ቀይር, ቋንቋ ቀይሩ, ቋንቋ መቀየር",
    ),
    "APPEAL": phrases(
        "i want to appeal, nataka kukata rufaa, kata rufaa, nakata rufaa, njagala okujulira",
        "je veux faire appel, je fais appel, mwen vle fe apel, m vle fe apel, apil karna hai, अपील करना है",
        "ይግባኝ እፈልጋለሁ",
    ),
    "UNDO": phrases(
        "undo that, undo my answer, undo last answer, undo last, futa jibu, futa jibu langu",
        "annuler ma reponse, efase repons mwen, jawab wapas lo",
    ),
}
