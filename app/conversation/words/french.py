"""French words replies are read by."""

from app.conversation.words.table import Words, compounded, day_words, numbered
from app.texts.reserved import phrases

_ONE = {1: "un, une"}
_UNITS = {
    2: "deux",
    3: "trois",
    4: "quatre, quatr",
    5: "cinq, cinque",
    6: "six",
    7: "sept",
    8: "huit",
    9: "neuf",
}
_TEENS = {
    10: "dix",
    11: "onze",
    12: "douze",
    13: "treize",
    14: "quatorze",
    15: "quinze",
    16: "seize",
    17: "dix sept",
    18: "dix huit",
    19: "dix neuf",
}
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_BELGIAN = {70: "septante", 80: "huitante, octante", 90: "nonante"}
_EIGHTY = {80: "quatre vingt, quatre vingts"}

FRENCH = Words(
    yes=phrases(
        "oui, ouais, ouai, ouep, ouaip, oui bien sur, mais oui, oui merci, ui, ouii, oui cest ca",
        "oui cest vrai, oui exact, we, oe, daccord oui, evidemment oui",
    ),
    no=phrases(
        "non, nn, nan, non merci, mais non, pas du tout, non pas du tout, bien sur que non, non cest faux",
        "absolument pas, certainement pas",
    ),
    firm_no=phrases("non, nn, nan, mais non, pas du tout, non pas du tout, bien sur que non, non cest faux"),
    yes_alone=phrases(
        "vrai, cest vrai, exact, exactement, correct, cest correct, cest ca, tout a fait, bien sur",
        "affirmatif, juste, cest juste, absolument, evidemment, en effet, cest exact, certainement, si, o",
        "c est ca, effectivement, surement, je confirme, cest le cas, je suis daccord",
    ),
    no_alone=phrases(
        "je ne pense pas, je pense pas, je ne crois pas, je crois pas, pas dutout, n, faux, cest faux",
        "pas vrai, ce nest pas vrai, cest pas vrai, incorrect, negatif, ce nest pas ca, cest pas ca",
        "pas correct, jamais, pas vraiment, ce nest pas le cas, cest pas correct, pas daccord",
        "je ne suis pas daccord, je suis pas daccord, du tout",
    ),
    numbers={
        **numbered(
            {0: "zero", **_ONE, **_UNITS, **_TEENS, **_TENS, **_BELGIAN, **_EIGHTY, 100: "cent, cents"}
        ),
        **compounded(_TENS | _BELGIAN, _ONE, (" et ", " ")),
        **compounded(_TENS | _BELGIAN, _UNITS, (" ", " et ")),
        **compounded({60: "soixante"}, _TEENS, (" ", " et ")),
        **compounded(_EIGHTY, {**_ONE, **_UNITS, **_TEENS}),
    },
    ordinals=numbered(
        {
            1: "premier, premiere, 1er, 1ere, le premier, la premiere",
            2: "deuxieme, second, seconde, 2e, 2eme, le deuxieme, la deuxieme, le second, la seconde",
            3: "troisieme, 3e, 3eme, le troisieme, la troisieme",
            4: "quatrieme, 4e, 4eme, le quatrieme, la quatrieme",
            5: "cinquieme, 5e, 5eme",
        }
    ),
    powers={"cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6},
    small_talk=phrases(
        "a voir avec, a a voir avec, ca a a voir avec, cest a propos de, a propos de, cest au sujet de",
        "au sujet de, au sujet du, par rapport a, plutot, surtout, principalement",
        "il sagit de, il sagit d, il sagit du, il sagit, sagit de, sagit du, sagit, cest la, cest le",
        "cest lhistoire, ca parle de, cela parle de, cela concerne, on parle de, on parle du",
        "il est question de, il est question du, tbh, mdr, lol, haha, ptdr, grand",
        "patron, boss",
        "bref, perso, personnellement, apparemment, bonne fin de journee",
        "bon weekend, bon week end, excellente journee, a plus, a bientot, bonne continuation, ciao, bye",
        "bisou, passez une bonne journee, bien a vous, je dirais, je dirai, a ma connaissance",
        "retard, en retard, du retard, mets, je mets, prends, je prends, valide, je valide, donne",
        "je donne, appuie, jappuie, ecris, jecris, message, choisi, note, marque, toujours",
        "encore une fois, franchement, honnetement, selon moi, a mon avis, pour moi, bravo, cher, chers",
        "chere, evidemment, maintenant, deja, mesdames, messieurs, faux numero, merci, merci beaucoup",
        "mercii, svp, stp, sil vous plait, sil te plait, bonjour, bonsoir, salut, bonne journee",
        "bonne soiree, bonne nuit, allo, ok, daccord, dac, bien, tres bien, tres, cest, ce, cela, ca, il",
        "elle, est, le, la, les, un, une, de, du, des, l, d, je, j, jai, ma, mon, moi, nous, on, vous",
        "pense, je pense, crois, je crois, choisis, je choisis, reponse, la reponse, ma reponse",
        "ma reponse est, numero, num, option, choix, pour, sur, que, qu, parle, ca parle, ca concerne",
        "concerne, au sujet, a propos, bien sur, vraiment, exactement, monsieur, madame, ami, mon ami",
        "amis, dieu, que dieu vous benisse, dieu vous benisse, benisse, beaucoup, a vous, a, en, au, aux",
        "car, parce que, parce, puisque, avec, dans, ici, alors, donc, voila, bon, bonne, aussi, avons",
        "nous avons, il y a, y, environ, seulement, juste, tout a fait, sincerement, cordialement",
        "reponds, je reponds, dit, dis, je dis, envoie, suis, je suis, sa, chef, bonne chance, courage",
        "excellent, est ce que, merci bien, bisous, agreable, bonne sante, c, ct, cetait, cest tout",
        "tout dabord, tout simplement, chez, utilise, on utilise, nous utilisons, prends leau, un par un",
        "une par une, tout dun coup, une fois, dune part, en un mot",
    ),
    joiners=phrases("et, puis, ensuite, avec, aussi, ainsi que"),
    negations=phrases(
        "rien a voir avec, na rien a voir avec, ca na rien a voir avec, aucun rapport avec",
        "sans rapport avec",
        "pas, ne pas, nest pas, ce nest pas, cest pas, sauf, ni, jamais, sans, mais pas, au lieu de",
        "plutot que",
    ),
    later=phrases(
        "je reponds apres, je repondrai, je vous reponds apres, je te reponds apres",
        "je reponds plus tard, reponds apres, je vais vous repondre, je vais te repondre",
        "reponds tout a lheure, apres je reponds, repondrai, reponds ce soir, je reponds ce soir",
        "pas encore, je vais repondre, jenverrai, je reponds demain, plus tard, demain, bientot",
        "tout a lheure",
    ),
    contrasts=phrases("mais, cependant, pourtant"),
    conditions=phrases(
        "quelle question, qui etes, combien, vous avez dit, tu as dit, pourquoi, quand",
    ),
    asides=phrases(
        "je suis en route, suis en route, je suis sur la route, suis sur la route, je suis a l",
        "je suis a, je suis au, suis au, je suis chez, je vais a, je vais au, je vais a l",
        "je suis en voyage, en voyage, je suis dans, je conduis, je suis sorti, je suis sortie",
        "je suis pret, je suis prete, pret, prete, je suis la, me voici, je suis disponible, disponible",
        "bien recu, jai recu, jai bien recu, recu, pas recu, nai pas recu, envoyez, envoyez moi",
        "envoie moi, la suite, question suivante, suivante, suivant, continuez, on continue, continuons",
        "je veux travailler, je veux du travail, veux travailler, jattends, en attente, jai compris",
        "compris, bien compris, pas ete paye, pas paye, mon argent, mon paiement, mon salaire, je suis un",
        "je suis une, je peux travailler, pas de reseau, reseau, pas de credit, mon telephone",
        "pas de probleme, pas de soucis, pas de souci, est ce que, est ce, dois je, puis je, cest quoi",
        "je tape, je dois, faut il, je ne peux pas, je peux pas, je mappelle, mon nom, occupe, occupee",
        "je suis occupe, cest qui, on est ensemble, jallais dire, jai failli dire, tapez 1 pour",
        "tapez 2 pour, appuyez sur, je viendrai, coute",
    ),
    terms=phrases(
        "si, seulement si, a condition, a condition que, que si, lorsque, des que, des lors que",
        "ca depend, cela depend, depend, selon, parfois, des fois, quelquefois, pour certains, en partie",
        "certains, certaines, veut dire quoi, veut dire, que veut dire, ca veut dire quoi, signifie",
        "que signifie, signifie quoi, cest quoi",
    ),
    reported=phrases(
        "le patron dit, le patron a dit, le patron ma dit, le patron pense, mon patron dit",
        "mon patron a dit, mon patron ma dit, mon patron pense, le chef dit, le chef a dit",
        "le chef ma dit, le chef pense, mon chef dit, mon chef a dit, mon chef ma dit, mon chef pense",
        "mon frere dit, mon frere a dit, mon frere ma dit, mon frere pense, ma soeur dit, ma soeur a dit",
        "ma soeur ma dit, ma soeur pense, mon ami dit, mon ami a dit, mon ami ma dit, mon ami pense",
        "mon mari dit, mon mari a dit, mon mari ma dit, mon mari pense, ma femme dit, ma femme a dit",
        "ma femme ma dit, ma femme pense",
        "elle a dit, il a dit, ils ont dit, elles ont dit, on ma dit, on a dit, elle dit, il dit",
        "ils disent, on dit, les gens disent, mari dit, femme dit, ma dit, mont dit, dit que",
    ),
    topics=phrases(
        "est abime, sont abimes, sont abimees, sont casses, sont cassees, tombe, tombee, tombes",
        "est tombe, est tombee, detruit, detruite, est detruit, est detruite, endommage, endommagee",
        "est endommage, est endommagee, a ete detruit, a ete detruite, fissure, fissuree",
        "probleme, problemes, probleme de, problemes de, probleme d, question de, affaire de, affaires de",
        "sujet, theme, secteur, manque de, manque d, crise de, crise d, nouveau, nouvelle, nouvelles",
        "neuf, mauvais, mauvaise, sale, casse, cassee, ferme, fermee, cher, chere, pas bon, pas bonne",
        "nest pas bon, nest pas bonne, est mauvaise, est mauvais, est cassee, est casse, est fermee",
        "en panne, abime, abimee, est abimee, gate",
    ),
    corrections=phrases(
        "changez en, changez, je change, changer en, modifier en, non je voulais dire, pardon, desole",
        "desolee, excusez moi, excuse moi, excusez, je voulais dire, je veux dire, plutot",
        "en fait, erreur",
        "correction, je corrige, au lieu, je me suis trompe, je me suis trompee",
        "oups, enfin",
        "jai fait une erreur, au fait, cest une erreur, mince, je me trompe",
    ),
    waits=phrases(
        "attends, attendez, non attends, non attendez, un moment",
        "un instant, une minute, une seconde",
    ),
    hedges=phrases(
        "peut etre, probablement, environ, a peu pres, sans doute, peutetre, presque, possible, autour de"
    ),
    alternatives=phrases("ou, ou bien, soit"),
    everything=phrases(
        "aux trois, aux quatre, aux 3, aux 4, a tous, a toutes, pour les trois",
        "pour tout, pour tous, pour toutes, le tout, tout ca, tous, toutes, les trois, les quatre",
        "tous les trois, toutes les trois, les 3, les 4, tous les 3, toutes les 3, tout, partout",
    ),
    nothing=phrases(
        "je nai pas, je nen ai pas, jen ai pas, nai pas, aucun, aucune, aucun des deux, rien",
        "aucune des deux, rien du tout, aucun deux",
    ),
    both=phrases("les deux, aux deux, tous les deux, toutes les deux"),
    neither=phrases("ni lun ni lautre, aucun des deux"),
    units=phrases(
        "franc, francs, fcfa, cfa, gourdes, euro, euros, dollar, dollars, argent, jour, jours, semaine",
        "semaines, mois, an",
        "ans, annee, annees, heure, heures, minute, minutes, litre, litres, kilo, kilos, kilogrammes",
        "metre, metres",
        "kilometre, kilometres, personne, personnes, enfant, enfants, homme, hommes, femme, femmes, fille",
        "filles, garcon",
        "garcons, famille, familles, maison, maisons, fois, vache, vaches, chevre, chevres, mouton",
        "moutons, poule, poules",
        "sac, sacs, bidon, bidons, seau, seaux, hectare, hectares, pour cent, puits, pompes, robinets",
        "eleves, voisins",
        "animaux, boeufs, arbres, oeufs, pieces, chambres, tasses, membres, gens",
    ),
    inexact=phrases(
        "chacun, chacune, trop, plus de, moins de, plus que, moins que, au moins, au plus, entre, demi",
        "demie, la moitie, moitie, et demi, et demie, un peu, quelques, plusieurs, douzaine, une douzaine",
        "dizaine, une dizaine, jusqua, minimum, maximum, ou plus, ou moins, vingtaine, centaine, un quart",
        "a peine, double, trentaine, quinzaine, et moi, avec moi, moi et, ma femme et, mon mari et",
    ),
    halves=phrases("et demi, et demie"),
    day=phrases("jour, jours"),
    ago=phrases("il y a, ya, il ya, y a, ca fait"),
    clock=phrases("question, questions, du matin, du soir, de lapres midi"),
    months=numbered(
        {
            1: "janvier, janv",
            2: "fevrier, fev, fevr",
            3: "mars",
            4: "avril, avr",
            5: "mai",
            6: "juin",
            7: "juillet, juil",
            8: "aout",
            9: "septembre",
            10: "octobre",
            11: "novembre",
            12: "decembre",
        }
    ),
    days=day_words(
        {
            (0,): "aujourdhui, ce matin, ce soir, auj",
            (-1,): "hier, hier soir, hier matin",
            (-2,): "avant hier, avanthier",
            (1,): "demain",
            (2,): "apres demain, apresdemain",
        }
    ),
    agree=phrases("daccord, jaccepte, je suis daccord, accepte, bien sur, ok, je veux bien"),
    refuse=phrases("je refuse, refuse, pas daccord, je ne suis pas daccord, je naccepte pas, je ne veux pas"),
)
