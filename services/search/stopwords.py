"""Words that say how people ask and not what they look for; folded as `common.text.fold` folds."""

from __future__ import annotations

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
eroare serviciu servicii serviciul
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
информация вопрос услуга услуги
ya kak gde kuda chto mne nado mozhno nuzhno nuzhen nuzhna ja v na dlya dlia iz po s k i za u ot do ili kogda skolko
hochu khochu esli
"""
_EN = """
a about after again all also am an and any anybody anyone are as ask asking at be because been before being but by can
cannot could did do does doing don done dont else etc find for from get getting give go going got had has have having he
hello help0 her here hi his how i if im in information info into is isn it its ive just know let like looking made make
many may me might more most much must my need needed needs no not now of off ok on once one only or other our out over
own please possible question really say see she should so some somebody someone something still such tell than thank
thanks that the their them then there these they thing things this those through to too under until up us use very
want wanted wants was we were what when where which while who whom whose why will with without would yes yet you your
service services
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(word for word in text.replace("ё", "е").split() if not word.endswith("0"))


STOPWORDS: dict[str, frozenset[str]] = {"ro": _set(_RO), "ru": _set(_RU), "en": _set(_EN)}
ANY_STOPWORD = STOPWORDS["ro"] | STOPWORDS["ru"] | STOPWORDS["en"]
