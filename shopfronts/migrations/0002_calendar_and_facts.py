"""Hours that hold from and until a day, public holidays by law, and the facts that a visitor asks for."""

from itertools import product
from string import ascii_uppercase

import django.core.validators
from django.db import migrations, models


PREFIXES = {"cahul": "C", "edinet": "E", "ungheni": "U", "chisinau": "CH"}


def give_prefixes(apps, schema_editor):
    """The four get theirs; any other the shortest free beginning of its key, which the admin may change."""
    shopfront_model = apps.get_model("shopfronts", "ShopFront")
    taken = set(PREFIXES.values())
    for shopfront in shopfront_model.objects.order_by("position", "slug"):
        prefix = PREFIXES.get(shopfront.slug)
        if prefix is None:
            letters = "".join(letter for letter in shopfront.slug.upper() if letter in ascii_uppercase)
            own = [letters[:length] for length in (1, 2, 3) if letters[:length]]
            rest = ("".join(three) for three in product(ascii_uppercase, repeat=3))
            prefix = next(text for text in (*own, *rest) if text not in taken)
            taken.add(prefix)
        shopfront_model.objects.filter(pk=shopfront.pk).update(ticket_prefix=prefix)


def name_origins(apps, schema_editor):
    """Days that the catalogue's file brought are public holidays; they are known by what the import noted."""
    days = apps.get_model("services", "ImportedRecord").objects.filter(kind="holidays")
    closures = apps.get_model("shopfronts", "Closure").objects.filter(shopfront=None)
    closures.filter(on__in=list(days.values_list("key", flat=True))).update(origin="holiday")


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0004_synonyms_by_lexeme'),
        ('shopfronts', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='openinghours',
            name='shopfronts_openinghours_start_unique',
        ),
        migrations.AddField(
            model_name='closure',
            name='is_open',
            field=models.BooleanField(default=False, help_text='For one shop-front: it is open on a day on which the others are closed. For all: the public holiday closes none of them.', verbose_name='open all the same'),
        ),
        migrations.AddField(
            model_name='closure',
            name='origin',
            field=models.CharField(choices=[('holiday', 'public holiday by law'), ('own', 'our own decision')], default='own', max_length=8, verbose_name='origin'),
        ),
        migrations.AddField(
            model_name='openinghours',
            name='valid_from',
            field=models.DateField(blank=True, help_text='Empty: no start date. This day is included.', null=True, verbose_name='from day'),
        ),
        migrations.AddField(
            model_name='openinghours',
            name='valid_until',
            field=models.DateField(blank=True, help_text='Empty: no end date. This day is included.', null=True, verbose_name='until day'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='directions',
            field=models.TextField(blank=True, help_text='For example the stop, the entrance and the floor.', verbose_name='how to get there'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='directions_en',
            field=models.TextField(blank=True, help_text='For example the stop, the entrance and the floor.', null=True, verbose_name='how to get there'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='directions_ro',
            field=models.TextField(blank=True, help_text='For example the stop, the entrance and the floor.', null=True, verbose_name='how to get there'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='directions_ru',
            field=models.TextField(blank=True, help_text='For example the stop, the entrance and the floor.', null=True, verbose_name='how to get there'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='ticket_prefix',
            field=models.CharField(help_text='Tickets are numbered C-001, C-002; each shop-front has letters of its own.', max_length=3, null=True, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{1,3}$', 'Write one to three capital letters from A to Z.')], verbose_name='letters of its tickets'),
        ),
        migrations.RunPython(give_prefixes, migrations.RunPython.noop),
        migrations.RunPython(name_origins, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='shopfront',
            name='ticket_prefix',
            field=models.CharField(help_text='Tickets are numbered C-001, C-002; each shop-front has letters of its own.', max_length=3, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z]{1,3}$', 'Write one to three capital letters from A to Z.')], verbose_name='letters of its tickets'),
        ),
        migrations.AddField(
            model_name='shopfront',
            name='wheelchair_access',
            field=models.CharField(choices=[('unknown', 'to be announced'), ('full', 'accessible by wheelchair'), ('partial', 'partly accessible by wheelchair'), ('none', 'not accessible by wheelchair')], default='unknown', max_length=8, verbose_name='wheelchair access'),
        ),
        migrations.AddConstraint(
            model_name='closure',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['holiday', 'own'])), name='shopfronts_closure_origin_known'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='shopfronts_openinghours_validity_order', violation_error_message='The hours end before they begin to hold.'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.UniqueConstraint(fields=('shopfront', 'weekday', 'opens', 'valid_from'), name='shopfronts_openinghours_start_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='shopfront',
            constraint=models.CheckConstraint(condition=models.Q(('ticket_prefix__regex', '^[A-Z]{1,3}$')), name='shopfronts_shopfront_ticket_prefix_form'),
        ),
        migrations.AddConstraint(
            model_name='shopfront',
            constraint=models.CheckConstraint(condition=models.Q(('wheelchair_access__in', ['unknown', 'full', 'partial', 'none'])), name='shopfronts_shopfront_wheelchair_access_known'),
        ),
    ]
