"""Words that say how people ask and not what they look for; folded as `common.text.fold` folds."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from common.text import is_cyrillic, words

_RO = """
a abia acasa0 aceasta acea aceea acel acela acele acelea aceia acest acesta aceste acestea acestei acestor acestui
acolo acum ai aia aici ala ale alea alt alta altceva alte alti am anume aici apoi ar as asa asta astea asupra ata
atare ati au avea avem avand avut aveam avea aveti azi al
ba bine buna ca cam can cand care carei caror carora carui cat cata cate cati catre ce cea ceea cei cel cele cel
celor ceva chiar ci cica cine cineva cui cum cumva cu d da daca dar dat de deci deja deloc despre deoarece desi din
dintr dintre doar dumneavoastra dupa e ea ei el ele era eram erau este esti eu eventual exact exista
fa fac faca face facem facut faci fara fata fi fie fiecare fiind foarte fost fosta i ia iar ii il imediat imi in inca
incat inainte intr intre isi iti la le li lor lui ma mai mare mea mei mele mereu meu mi mie mine mult multa multe multi
multumesc n ne nevoie ni nici niste noi nostru noastra noastre nostri nu numai o oare ok ori oricare orice oricum or
pai pana parca pe pentru peste0 poate pot poti putea puteti putem prea prin printr rog s sa sai sale salut se sau
sa seama si sint sunt suntem sunteti spre spune spuneti stie stiu sub sus ta tale te ti tot toata toate toti totusi
trebui trebuie trebuia tu un una unde unei unele unii unor unu unui unul urma va vad vazut vi voi vom vor vreau vreo
vrea vrem vreti vrut vroiam vreun zi zice doresc doreste dori as doream caut cauta cautam gasesc gasi gasit afla aflu
ajunge ajung informatii info informatie detalii intrebare intrebari buna ziua seara dimineata va multumesc rog ajutati
stii stiti cunoasteti cunoaste spui poti cineva acum urgent repede
cati cite cit cind pina sint daca unde-i undei
gratis gratuit gratuita gratuite ieftin ieftina rapid online0
merg merge merga mers vin vine vina venit veni dau dea deie dat iau luat lua ia pun pus tin tine ramas ramane raman
gandesc incep inceput termin terminat primit cer cere cerut fostul fosta mele bun rau chiar asa tocmai mereu inapoi
maine ieri azi astazi
eroare serviciu servicii serviciul
doi trei patru cinci sase sapte opt zece douazeci salut fetelor fete baieti venim veniti deci numa aud
вреу вряу сэ мэ ын дин ла ши де пе пентру унде кум каре ам ау сынт есте ну фак
"""
_RU = """
а без более бы был была были было быть в вам вами вас ваш ваша ваше ваши весь во вот все всё всего всех вы где да даже
для до должен должна должны его ее её если есть еще ещё же за здесь зачем здравствуйте и из или им именно ими имя их к
как какая какие каким какими какое какой какого каком какую кем ко когда кого кому которая которого которое которой
которые который которых кто куда ли лучше меня мне много может можем можете можно мной мое мои мой моя мы на над надо
нам нами нас наш наша наше наши не него нее неё нет нею ни ним ними них но ну нужен нужна нужно нужны о об обо однако
он она они оно от очень по под подскажите помогите пожалуйста после потом потому почему при про раз с сам сама сами само
свое своего своей свои свой свою своих себе себя сейчас скажите со спасибо срочно так также такая такие такой такое там
тебе тебя тем теперь то тоже той только том тот тому ту туда тут ты у уже хочу хотел хотела хотим хочет хотите чего чей
чем через что чтобы чье чья эта эти это этого этой этом этот эту я являюсь добрый день привет интересует узнать найти
ищу нахожу хотелось сделать делать делают сколько какую буду будет будут могу смогу смогут могут получается
бесплатно бесплатный бесплатная бесплатную бесплатные дешево быстро
приехал приехала приехали приедет пойдет пойти пойду идти идет ехать поехать еду едет прийти пришел дают дадут дать дали
взять беру возьмут засчитают считается проходит начать закончить закончился хватит остался осталась остались поменять завтра вчера сегодня
информация вопрос услуга услуги
едем уезжаем приехать ней два две семь восемь девять десять пять шесть три четыре шестьдесят пятьдесят двадцать тридцать сорок тысяч дня дней короче девочки девчонки ребята мамочки дорогие
сказал сказала сказали говорят слышал слышала думаю знает знают подскажет чтоб вообще кстати
ya kak gde kuda chto mne nado mozhno nuzhno nuzhen nuzhna ja v na dlya dlia iz po s k i za u ot do ili kogda skolko
hochu khochu esli privet podskajite podskazhite pojaluista
"""
_EN = """
a about after again all also am an and any anybody anyone are as ask asking at be because been before being but by can
cannot could did do does doing don done dont else etc came come coming0 take took taken started finished stayed left0 gave given tomorrow yesterday today find for free from cheap fast quickly get getting give go going got had has have having he
hello help0 her here hi his how i if im in information info into is isn it its ive just know let like looking made make
many may me might more most much must my need needed needs no not now of off ok on once one only or other our out over
own please possible question really say see she should so some somebody someone something still such tell than thank
thanks that the their them then there these they thing things this those through to too under until up us use very
want wanted wants was we were what when where which while who whom whose why will with without would yes yet you your
service services guys idea kind wants
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(word for word in text.replace("ё", "е").split() if not word.endswith("0"))


STOPWORDS: dict[str, frozenset[str]] = {"ro": _set(_RO), "ru": _set(_RU), "en": _set(_EN)}
ANY_STOPWORD = STOPWORDS["ro"] | STOPWORDS["ru"] | STOPWORDS["en"]

# Words that many questions have and that tell little: papers, help, the country, what things cost.
_LIGHT = """
acte actele act documente document documentele hartii cerere cererea formular conditii conditiile procedura termen
ajutor ajuta sprijin cost costa costul pret pretul tarif taxa moldova moldovean moldoveni moldovenesc moldoveneasca
obtin obtinere obtine depun depunere necesare necesar lista persoana persoane oameni program lege drept dreptul plec
plecat plecare stat tara bani banii nou noua nevoi schimb primesc primi locuiesc traiesc stau lucrat
peste hotare strainatate afara europa
документы документ документов бумаги заявление условия порядок срок помощь помощи помогают стоимость цена стоит
молдова молдове молдову молдавия молдавии молдавский молдавские молдавского гражданин получить
оформить оформление право закон человек люди список нужные деньги живу уехать уехал страна стране государство
новый новая границей границу рубежом заграница загранице заграницей европе европа
documents document papers paper paperwork form conditions procedure help support cost price fee moldova moldovan
moldovans obtain apply application law right person people list required money country new live living stay moved
abroad overseas europe foreign
"""
LIGHT = frozenset(_LIGHT.split())

_CITIES = """
roma milano torino padova bologna verona venetia brescia parma napoli florenta genova modena reggio londra paris
berlin munchen frankfurt hamburg koln stuttgart dusseldorf lisabona porto madrid barcelona valencia dublin bruxelles
viena praga varsovia moscova petersburg bucuresti iasi timisoara cluj odesa kiev istanbul atena tel aviv haifa newyork
toronto montreal zurich geneva amsterdam stockholm oslo copenhaga helsinki sofia budapesta rome milan turin padua
venice naples florence genoa london munich lisbon vienna prague warsaw moscow bucharest odessa kyiv athens brussels
copenhagen budapest рим риме милан милане турин падуя падуе болонья верона венеция парма неаполь лондон лондоне париж
париже берлин берлине мюнхен мюнхене франкфурт гамбург лиссабон мадрид барселона дублин дублине брюссель вена вене прага
праге варшава варшаве москва москве москвы питер питере петербург бухарест бухаресте яссы яссах одесса одессе киев киеве
стамбул афины тельавив хайфа торонто монреаль цюрих женева амстердам стокгольм осло хельсинки софия будапешт
"""
CITIES = frozenset(_CITIES.split())


@lru_cache(maxsize=1)
def _territories() -> frozenset[str]:
    names: set[str] = set()
    for language in ("ro", "ru", "en"):
        for code, name in Locale(language).territories.items():
            if code.isalpha():  # countries, not parts of the world
                names.update(word for word in words(name) if len(word) >= 5)
    return frozenset(names)


def is_place_name(word: str) -> bool:
    """Whether a word names a country (CLDR) or a city where many of ours live; in Russian with any ending."""
    names = CITIES | _territories()
    if word in names:
        return True
    return (
        is_cyrillic(word)
        and len(word) >= 5
        and any(word[:-1] in (name, name[:-1]) or name[:-1] == word[:-2] for name in names)
    )
