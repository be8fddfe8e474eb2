"""Which pages of set-up are there?"""

from __future__ import annotations

from django.urls import path

from central.setup import (
    devices,
    first,
    import_views,
    overview,
    people,
    places,
    surveys,
    ward_asked,
    wards,
)

urlpatterns = [
    path("setup/", overview.overview, name="setup"),
    path("setup/first/", first.first, name="setup_first"),
    path("setup/done/", overview.done, name="setup_done"),
    path("setup/reads/", overview.reads, name="setup_reads"),
    path("setup/trusts/", places.trusts, name="setup_trusts"),
    path("setup/trusts/<number:trust>/", places.trust, name="setup_trust"),
    path("setup/sites/", places.sites, name="setup_sites"),
    path("setup/sites/<number:site>/", places.site, name="setup_site"),
    path(
        "setup/sites/<number:site>/remove/",
        places.remove_site,
        name="setup_site_remove",
    ),
    path("setup/wards/", wards.wards, name="setup_wards"),
    path("setup/wards/add/", wards.add_ward, name="setup_ward_add"),
    path("setup/ward/<ward:code>/", wards.ward, name="setup_ward"),
    path("setup/ward/<ward:code>/close/", wards.close_ward, name="setup_ward_close"),
    path("setup/ward/<ward:code>/merge/", wards.merge_ward, name="setup_ward_merge"),
    path("setup/ward/<ward:code>/open/", wards.reopen_ward, name="setup_ward_open"),
    path(
        "setup/ward/<ward:code>/asked/",
        ward_asked.ward_asked,
        name="setup_ward_asked",
    ),
    path("setup/people/", people.people, name="setup_people"),
    path("setup/people/add/", people.add, name="setup_person_add"),
    path("setup/people/<number:person>/", people.person, name="setup_person"),
    path("setup/people/<number:person>/link/", people.link, name="setup_person_link"),
    path(
        "setup/people/<number:person>/close/",
        people.close_account,
        name="setup_person_close",
    ),
    path(
        "setup/people/<number:person>/open/",
        people.open_account,
        name="setup_person_open",
    ),
    path("setup/devices/", devices.devices, name="setup_devices"),
    path("setup/devices/code/", devices.code, name="setup_device_code"),
    path("setup/devices/<device:device>/", devices.device, name="setup_device"),
    path("setup/devices/<device:device>/label/", devices.label, name="setup_label"),
    path(
        "setup/devices/<device:device>/remove/",
        devices.remove_device,
        name="setup_device_remove",
    ),
    path(
        "setup/devices/<device:device>/accept/",
        devices.accept_device,
        name="setup_device_accept",
    ),
    path("setup/surveys/", surveys.surveys, name="setup_surveys"),
    path("setup/surveys/asked/", surveys.asked, name="setup_asked"),
    path("setup/surveys/publish/", surveys.publish_survey, name="setup_publish"),
    path("setup/survey/<survey:name>/", surveys.survey, name="setup_survey"),
    path("setup/import/<word:kind>/", import_views.import_file, name="setup_import"),
    path("password/<word:uidb64>/<word:token>/", first.SetPassword.as_view(),
         name="set_password"),
]  # fmt: skip
