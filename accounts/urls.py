"""Routes of people's own accounts; django-allauth's stand beside them."""

from django.urls import path

from accounts.views import invitations, overview, own_data

app_name = "accounts"

urlpatterns = [
    path("", overview.my_account, name="my_account"),
    path("profile/", overview.profile, name="profile"),
    path("phone/", overview.phone, name="phone"),
    path("phone/confirm/", overview.phone_confirm, name="phone_confirm"),
    path("phone/remove/", overview.phone_remove, name="phone_remove"),
    path("export/", own_data.export, name="export"),
    path("export/<uuid:pk>/", own_data.export_download, name="export_download"),
    path("erase/", own_data.erase, name="erase"),
    path("erase/confirm/", own_data.erase_confirm, name="erase_confirm"),
    path("erased/", own_data.erased, name="erased"),
    path("second-factor/", overview.second_factor_needed, name="second_factor_needed"),
    path("sign-out-everywhere/", overview.sign_out_everywhere, name="sign_out_everywhere"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
