"""Routes: public pages stand under their language, machines' addresses do not."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one way to sign in

urlpatterns = [
    path("health/", include("common.urls")),
    path("api/hsds/", include("services.api_urls")),
    path("admin/", admin.site.urls),
    path("hooks/", include("notifications.hooks_urls")),
    path("", include("portal.root_urls")),
    path("", include("counselling.root_urls")),
    *i18n_patterns(
        path("", include("services.urls")),
        path("shopfronts/", include("shopfronts.urls")),
        path("appointments/", include("counselling.urls")),
        path("a/", include("counselling.short_urls")),
        path("desk/", include("counselling.desk_urls")),
        path("room/", include("counselling.room_urls")),
        path("account/", include("accounts.urls")),
        path("account/", include("allauth.urls")),
        path("messages/", include("notifications.urls")),
        path("", include("portal.urls")),
    ),
]

if settings.DEBUG:
    urlpatterns += [path("styleguide/", include("portal.styleguide_urls"))]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.page_not_found"
handler500 = "portal.views.errors.server_error"
