"""Words of danger are known, lead to a neutral address, and are kept nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from services.models import Category, Service
from services.search import danger, missed
from services.search.danger import topic_of

SYNONYMS = Path(settings.BASE_DIR) / "services" / "search" / "synonyms"
VIOLENCE, TRAFFICKING, CHILD = "lg_violence", "lg_trafficking", "fm_child_protection"
SAID = {
    VIOLENCE: [
        "soțul mă bate", "sotul ma bate", "sotu ma batee si ma ameninta", "mă bate bărbatul", "m-a bătut soțul aseară", "violență domestică",
        "violenta in familie", "m-a lovit concubinul", "ordonanță de protecție", "vreau sa fug de acasa ma bate",
        "муж бьёт", "муж бьет", "меня бьют", "муж избил меня", "боюсь мужа", "мне угрожает сожитель", "изнасиловали", "насилие в семье",
        "домашнее насилеи", "my husband beats me", "domestic violence", "he hits me", "restraining order", "сотул мэ бате",
    ],
    TRAFFICKING: [
        "mi-au luat pașaportul", "mi au luat pasaportul", "patronul mi-a luat actele", "imi tine pasaportul seful", "nu mă lasă să plec",
        "trafic de persoane", "țeapă angajare", "m-au înșelat cu munca", "забрали паспорт", "отобрали паспорт", "хозяин не отдаёт паспорт",
        "меня обманули с работой", "держат взаперти", "рабство", "торговля людьми", "мошенники", "they took my passport",
        "my boss keeps my passport", "human trafficking", "job scam", "zabrali pasport",
    ],
    CHILD: ["copilul vecinilor este bătut", "copil în pericol", "ребёнка бьют", "ребенок в опасности", "tata mă bate", "child abuse"],
    "": ["sunt în pericol", "я в опасности", "sos", "help me"],
}  # fmt: skip
# Whole posts: stories, slang, both languages, dictated without punctuation.
POSTS = {
    VIOLENCE: [
        "buna seara nu stiu ce sa fac sotul vine beat acasa si ma bate de fata cu copiii mi e frica sa plec unde pot sa ma duc",
        "девочки помогите муж пьет и бьет меня каждый день живу в италии без документов куда обратиться",
        "barbatul meu cind bea ridica mina la mine si zice ca ma omoara daca plec",
        "сегодня он меня чуть не задушил я боюсь за детей",
        "ma bate sotu",
        "ve; ,mtn vtyz",
        "ьф ифеу ыщегд",
        "nevasta ma bate",
        "sotul ma bati",
        "муж бет меня",
        "муж бьот",
        "муж меня ударил",
        "m-a lovit",
        "m-a batut",
        "imi este frica de sotul meu",
        "он меня избивает",
        "partenerul ma ameninta cu moartea",
    ],
    TRAFFICKING: [
        "patronul ne a luat pasapoartele si nu ne plateste de trei luni sintem in polonia la ferma",
        "am lucrat la constructii si seful mi-a luat buletinul si nu mil da inapoi",
        "хозяин забрал наши паспорта и не платит",
        "у меня забрали паспорт",
        "начальник отобрал паспорт не отпускает домой",
        "agentia ne-a luat banii si a disparut teapa",
        "m-au inselat cu oferta de munca pe telegram",
        "нас кинули с работой в польше",
        "fata mea e tinuta cu forta intr un bordel",
        "sotia mea e in turcia si nu o lasa sa plece i au luat actele",
    ],
    CHILD: [
        "copilul e batut la scoala",
        "бабушка бьет ребенка пока мама в италии",
        "vecinul isi bate copiii",
        "tatal isi bate copilul",
    ],
}
ORDINARY = [
    "pașaport", "am pierdut pașaportul", "mi-au furat pașaportul", "pensie din italia", "vreau sa deschid o ferma", "exploatație agricolă",
    "divorț", "pensie alimentară", "permis de conducere", "act de naștere copil", "certificat de luat acasa", "adeverință", "apostilă",
    "потерял паспорт", "паспорт ребенку", "развод", "пенсия из россии", "перевод денег", "прописка", "гражданство для ребёнка родился в россии",
    "lost passport", "child born abroad", "driving licence", "grant for a business", "work permit", "oferta de munca polonia",
    "copil singur acasa bunica are nevoie de tutela acte", "luat credit ipoteca acte necesare", "act de identitate luat din strainatate",
    "mi-am luat pasaport nou schimb permis", "паспорт забрать из консульства", "как забрать трудовую книжку", "забрать диплом",
    "ребенок один едет к бабушке доверенность", "dovada de plata", "verific daca agentia e legala",
    "cum iau pasaportul", "unde iau actele", "nu am luat indemnizația", "bat la ușă",
]  # fmt: skip
SAYINGS = [(topic, text) for said in (SAID, POSTS) for topic, texts in said.items() for text in texts]
# What the synonyms say that is no danger by itself: it may be about anything.
AMBIGUOUS = {
    "bate", "bătaie", "bărbatul", "concubin", "lovește", "amenință", "fals", "legală", "legal", "sigur", "verific firma", "verific",
    "trafic", "exploatare", "forțată", "obligată", "vândută", "проверить фирму", "проверить агентство", "проверить", "трафик", "эксплуатация",
    "продали", "fug de acasă", "сожитель", "pașaport luat", "copilul singur în străinătate", "orfan", "begging", "sold",
}  # fmt: skip
LEADS_TO_DANGER = ("violen", "traficului", "victim", "насил", "торговли", "жертв", "violence", "traffick")


@pytest.mark.parametrize(("topic", "text"), SAYINGS)
def test_what_people_say_in_danger_is_known(topic: str, text: str) -> None:
    assert topic_of(text) == topic


@pytest.mark.parametrize("text", ORDINARY)
def test_what_people_say_every_day_is_no_danger(text: str) -> None:
    assert topic_of(text) is None


def test_what_the_synonyms_know_is_known() -> None:
    unknown = []
    for path in sorted(SYNONYMS.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            if any(word.startswith(LEADS_TO_DANGER) for found in entry["find"] for word in found.split()):
                unknown += [said for said in entry["say"] if topic_of(said) is None and said not in AMBIGUOUS]
    assert unknown == []


def test_every_topic_of_the_words_is_marked_in_the_data() -> None:
    content = json.loads((Path(settings.BASE_DIR) / "data" / "categories.json").read_text(encoding="utf-8"))
    marked = {row["key"] for row in content if row.get("sensitive")}
    assert {topic for topic, _phrase in danger.phrases() if topic} <= marked


@pytest.mark.django_db
@pytest.mark.sql
@pytest.mark.parametrize(("topic", "text"), SAYINGS)
def test_words_of_danger_reach_no_address(topic: str, text: str, client: Client, catalogue: None) -> None:
    answer = client.post(reverse("services:service_search"), {"q": text})
    wanted = Category.objects.get(key=topic).get_absolute_url() if topic else reverse("portal:help_now")
    assert (answer.status_code, answer["Location"]) == (303, wanted)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert wanted.rstrip("/").rpartition("/")[2].isdecimal()


@pytest.mark.django_db
@pytest.mark.sql
def test_ordinary_words_go_to_an_address_that_can_be_kept(client: Client, catalogue: None) -> None:
    answer = client.post(reverse("services:service_search"), {"q": "pensie italia", "phase": "abroad"})
    assert answer.status_code == 303
    assert answer["Location"] == "/ro/services/?q=pensie+italia&phase=abroad"
    page = client.get(answer["Location"])
    assert page["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get(answer["Location"])
    assert again["X-Cache"] == "hit"


@pytest.mark.parametrize(
    ("language", "told"),
    [("ro", "cu cuvintele scrise"), ("ru", "с вашими словами"), ("en", "with your words")],
)
def test_the_way_out_says_that_ordinary_words_stay_in_the_history(
    language: str, told: str, client: Client
) -> None:
    assert told in client.get(f"/{language}/s/2/").content.decode()


@pytest.mark.django_db
@pytest.mark.sql
@pytest.mark.parametrize("text", ["soțul mă bate", "муж бьёт", "mi-au luat pașaportul zzz"])
def test_who_opens_such_an_address_is_told(text: str, client: Client, catalogue: None) -> None:
    answer = client.get("/ro/services/", {"q": text})
    page = answer.content.decode()
    assert page.index("tel:112") < page.index("<h1")
    assert "rămân în istoricul browserului" in page
    assert "<title>NEXUS – servicii</title>" in page
    assert answer["Cache-Control"] == "no-store"
    assert text not in page.partition("</head>")[0]


@pytest.mark.django_db
@pytest.mark.sql
def test_a_topic_that_was_chosen_is_no_word_that_was_searched_for(client: Client, catalogue: None) -> None:
    page = client.get("/ro/services/", {"category": "lg_violence"}).content.decode()
    assert "Cuvintele căutate" not in page
    assert "Subiectul ales stă în adresa acestei pagini" in page


@pytest.mark.django_db
@pytest.mark.sql
def test_a_page_of_danger_says_where_its_facts_come_from(client: Client, catalogue: None) -> None:
    """As the page about the portal promises of every page; in words, so that nothing on it leads to another site."""
    service = Service.objects.get(key="domestic-violence-help")
    Service.objects.filter(pk=service.pk).update(source="https://source.example/violence/")
    page = client.get(service.get_absolute_url()).content.decode()
    assert "source.example" in page
    assert "source.example/violence" not in page


@pytest.mark.django_db
@pytest.mark.sql
def test_they_are_counted_nowhere_and_in_no_log(
    client: Client, catalogue: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for text in ("soțul mă bate zzzz", "забрали паспорт ъъъъ"):
        assert missed.term_of(text) is None
        client.post(reverse("services:service_suggest"), {"q": text})
        client.post(reverse("services:service_search"), {"q": text})
        client.get("/ro/services/", {"q": text})
    valkey: Any = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    waiting = b" ".join(valkey.hkeys(missed.WAITING)).decode()
    for trace in ("bate", "паспорт"):
        assert trace not in waiting
        assert trace not in "".join(
            record.getMessage() + str(getattr(record, "request", ""))
            for record in caplog.records
            if record.name.startswith(("django.request", "django.server", "nexus"))
        )


@pytest.mark.django_db
@pytest.mark.sql
def test_sensitive_pages_stand_at_numbers_and_are_kept_by_no_browser(client: Client, catalogue: None) -> None:
    service = Service.objects.get(key="domestic-violence-help")
    for name in ("service_detail", "service_print", "service_report", "service_report_done"):
        address = reverse(f"services:{name}", args=[service.address_key])
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert "<title>NEXUS – servicii</title>" in answer.content.decode()
        moved = client.get(reverse(f"services:{name}", args=[service.key]))
        assert (moved.status_code, moved["Location"]) == (301, address)
        assert "no-store" in moved["Cache-Control"]
    again = client.get(service.get_absolute_url())
    assert (again["X-Cache"], again["Cache-Control"]) == ("hit", "no-store")  # kept here, but by no browser


@pytest.mark.django_db
@pytest.mark.sql
def test_an_ordinary_service_is_found_by_its_number_too(client: Client, catalogue: None) -> None:
    service = Service.objects.get(key="pension-italy")
    answer = client.get(reverse("services:service_detail", args=[service.number]))
    assert (answer.status_code, answer["Location"]) == (301, "/ro/services/pension-italy/")
    assert client.get("/ro/services/99999999999999/").status_code == 404


@pytest.mark.django_db
@pytest.mark.sql
def test_the_page_about_violence_calls_the_womens_line_first(client: Client, catalogue: None) -> None:
    page = client.get(Service.objects.get(key="domestic-violence-help").get_absolute_url()).content.decode()
    body = page.partition('<main id="main"')[2]
    assert body.index("tel:112") < body.index("tel:080088008") < body.index("tel:+37322240624")
    assert body.index("tel:+37322240624") < body.index('class="lead"')
    assert "tel:080077777" not in page  # the line for migration
    assert "panel--gold" not in page
    assert 'data-save="domestic' not in page
    assert "Nu sunt necesare acte." in page


@pytest.mark.django_db
@pytest.mark.sql
def test_no_link_of_any_page_names_a_sensitive_record(client: Client, catalogue: None) -> None:
    """Pages of every kind, as the site map and their links give them."""
    named = [
        *Service.objects.filter(category__is_sensitive=True).values_list("key", flat=True),
        *Category.objects.filter(is_sensitive=True).values_list("key", flat=True),
        "help-now",
    ]
    sensitive = Service.objects.get(key="domestic-violence-help")
    paths = [
        "/ro/", "/ro/services/", "/ro/services/?phase=abroad", "/ro/services/?category=legal", "/ro/services/?q=violenta",
        "/ro/categories/", "/ro/categories/legal/", "/ro/categories/family/", "/ro/phases/abroad/", "/ro/providers/la_strada/",
        "/ro/journeys/", "/ro/saved/?key=domestic-violence-help", "/ro/s/1/", "/ro/s/2/", "/ro/s/3/", "/ro/offline/", "/sitemap.xml",
        "/api/hsds/services?search=violenta", sensitive.get_absolute_url(), sensitive.category.get_absolute_url(),
        "/ro/services/pension-italy/", "/ro/nowhere/", "/ro/about/",
    ]  # fmt: skip
    found = []
    for path in paths:
        page = client.get(path).content.decode()
        for start in (
            'href="/',
            'href="?',
            'hx-get="',
            'action="',
            "<loc>",
            '"url": "',
            'content="http',
            'data-url="',
        ):
            for part in page.split(start)[1:]:
                address = part.partition('"')[0].partition("<")[0]
                found += [
                    (path, address)
                    for key in named
                    if key in address and path.partition("?")[2] not in address
                ]
    assert found == []
