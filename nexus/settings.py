"""Settings, in the order of Django's reference; every difference between places is an environment variable.

Variables are listed in `.env.example`. A missing or malformed one stops the process at start.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django_guid.integrations import CeleryIntegration

from nexus import error_reports
from nexus.admin_look import UNFOLD  # noqa: F401  # a setting
from nexus.beat_schedule import BEAT_SCHEDULE
from nexus.data_keys import data_and_hash_keys
from nexus.databases import caches, databases
from nexus.environment import Environment
from nexus.log_config import log_config
from nexus.message_ceilings import mail_ceilings, sms_ceilings, sms_countries
from nexus.sign_in import outside_providers, sign_in_settings

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.switch("DEBUG", default=False)
RELEASE = env.text("RELEASE", "dev")  # part of every page-cache key: a deploy serves no old page
BASE_URL = env.origin("BASE_URL", "http://localhost:8000")  # stands in canonical addresses
HTTPS = env.switch("HTTPS", default=not DEBUG)  # false only for the demo and tests on loopback
BEHIND_PROXY = env.switch("BEHIND_PROXY", default=False)  # only where a proxy in front sets X-Forwarded-*
WEB_ADDRESS = env.text("WEB_ADDRESS", "")  # where compose publishes the web process, as far as it was told
SECRET_KEY = env.secret("SECRET_KEY", long=HTTPS)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
DATA_KEYS, HASH_KEY = data_and_hash_keys(env, secret_key=SECRET_KEY, long=HTTPS)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    env.text("ALLOWED_HOSTS")  # raises: without it every page would answer 400

INSTALLED_APPS = [
    "modeltranslation",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.forms",
    "django_guid",
    "django_htmx",
    "csp",
    "anymail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django.contrib.humanize",  # usersessions asks for it
    "common",
    "accounts",
    "notifications",
    "services",
    "shopfronts",
    "counselling",
    "portal",
]

MIDDLEWARE = [
    "common.client_address.ProxyHeadersMiddleware",
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # above the page cache: on kept pages too
    "csp.middleware.CSPMiddleware",
    "common.middleware.AdminCspMiddleware",
    "common.middleware.AcceptEncodingMiddleware",  # above everything that compresses
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # what is not kept; random padding and masked tokens against BREACH
    "common.page_cache.PageCacheMiddleware",  # before anything that reads a cookie
    "common.middleware.LaneMiddleware",  # what the cache did not answer may wait, in threads of its own
    "common.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "common.middleware.UnbrokenMiddleware",  # below what writes Content-Length
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffGateMiddleware",
]

ROOT_URLCONF = env.module("ROOT_URLCONF", "nexus.urls")  # the bench adds its bare "pong" view here
WSGI_APPLICATION = "nexus.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context_processors.site",
            ],
            "builtins": [
                "common.templatetags.nexus",
                "accounts.templatetags.people",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "common.forms.NexusFormRenderer"

DATABASES = databases(env)
CACHES = caches(env)
# The role that owns the tables, for `manage.py migrate` alone; without it the running role owns them
OWNER_DATABASE = env.postgres("OWNER_DATABASE_URL") if env.text("OWNER_DATABASE_URL", "") else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a dead cache must not sign anyone out

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "accounts.hashers.Scrypt",  # accounts made before argon2
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:my_account"
LOGOUT_REDIRECT_URL = "portal:home"
STAFF_IDLE_SECONDS = env.number("STAFF_IDLE_MINUTES", 30) * 60  # signed out after so long without a page
STAFF_SESSION_SECONDS = env.number("STAFF_SESSION_HOURS", 12) * 3600  # and in any case

# Sign-in (django-allauth): what is fixed, and the providers from outside that are switched on
vars().update(sign_in_settings(https=HTTPS))
_outside = outside_providers(env)
INSTALLED_APPS += _outside.apps
SOCIALACCOUNT_PROVIDERS = _outside.providers

# Messages: mail by SMTP (EMAIL_HOST and its neighbours, from one address) or by a provider's API (ANYMAIL_*)
vars().update(env.mail("EMAIL_URL", "smtp://localhost:25"))
MAIL_IS_NAMED = bool(env.text("EMAIL_URL", "") or env.text("ANYMAIL_PROVIDER", ""))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "NEXUS <no-reply@localhost>")
REPLY_TO = env.text("MAIL_REPLY_TO", "") or None
vars().update(env.anymail())
WEBHOOK_SECRET = env.text("WEBHOOK_SECRET", "")  # of our own webhooks; without it they answer 404
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL", "")  # http(s)://… or file:///…; empty: no SMS
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN", "")
SMS_SENDER = env.text("SMS_SENDER", "NEXUS")
SMS_COUNTRIES = sms_countries(env)
UNPROVED_MAILS_A_DAY, UNPROVED_MAIL_CODES_A_DAY, UNPROVED_MAILS_A_DAY_IN_ALL = mail_ceilings(env)
UNPROVED_SMS_A_DAY, UNPROVED_SMS_CODES_A_DAY, UNPROVED_SMS_A_DAY_TO_A_COUNTRY, UNPROVED_SMS_A_DAY_IN_ALL = (
    sms_ceilings(env)
)
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY", "")  # base64url; empty: no web push
VAPID_PUBLIC_KEY = env.text("VAPID_PUBLIC_KEY", "")
VAPID_CONTACT = env.text("VAPID_CONTACT", "mailto:no-reply@localhost")

# Internationalisation
LANGUAGE_CODE = "ro"
LANGUAGES = [("ro", "Română"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Chisinau"
USE_TZ = True
MODELTRANSLATION_DEFAULT_LANGUAGE = "ro"
MODELTRANSLATION_ENABLE_FALLBACKS = False  # a missing translation must be seen, not papered over
MODELTRANSLATION_CUSTOM_FIELDS = ("ArrayField",)

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
PAGE_CACHE = env.switch("PAGE_CACHE", default=not DEBUG)

# Security
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")  # stands in /.well-known/security.txt
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # probes speak plain HTTP inside the network
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],  # the nonce stands in the header only where a template asks for it
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *_outside.origins],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "midi",
        "payment",
        "usb",
        "serial",
    )
}

# Logging: one JSON object a line, with the id of the request; readable lines in DEBUG.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # of /metrics, which without it is not there
error_reports.start(env.text("SENTRY_DSN", ""), release=RELEASE)
LOGGING = log_config(
    formatter="plain" if DEBUG else "json",
    level=env.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
)
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,  # a stranger's header never reaches the log as free text
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True, log_parent=True)],
}

# Celery: rows are the truth, messages are hints. Sources of the numbers: docs/adr/0009.
CELERY_BROKER_URL = env.redis("REDIS_URL", 0)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 1,  # of a publisher: it tells at once that the broker is away
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False  # the row is there: a request does not wait for a broker that is away
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "notifications.tasks.deliver": {"queue": "deliveries"},
    "notifications.tasks.deliver_due": {"queue": "deliveries"},
    "notifications.tasks.*": {"queue": "bulk"},
    "accounts.tasks.make_export": {"queue": "bulk"},
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# The curators' admin: `UNFOLD` is imported from nexus/admin_look.py
