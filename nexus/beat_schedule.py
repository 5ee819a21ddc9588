"""What the clock starts: seconds, or times of the day (UTC)."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "common.tasks.beat_heart", "schedule": 30.0},
    "content-version": {"task": "common.tasks.publish_content_version", "schedule": 30.0},
    "deliveries": {"task": "notifications.tasks.deliver_due", "schedule": 30.0, "options": {"expires": 25}},
    "stuck-deliveries": {"task": "notifications.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "digests": {"task": "notifications.tasks.make_digests", "schedule": 300.0, "options": {"expires": 290}},
    "old-messages": {"task": "notifications.tasks.purge", "schedule": crontab(hour=3, minute=20)},
    "exports": {"task": "accounts.tasks.tend_exports", "schedule": 60.0, "options": {"expires": 55}},
    "old-sessions": {"task": "accounts.tasks.forget_sessions", "schedule": crontab(hour=3, minute=40)},
    "holds": {"task": "counselling.tasks.tend_holds", "schedule": 60.0, "options": {"expires": 55}},
    "roster": {"task": "counselling.tasks.check_the_roster", "schedule": crontab(hour=1, minute=10)},
    "old-reports": {"task": "services.tasks.forget_old", "schedule": crontab(hour=3, minute=50)},
    "old-people": {"task": "counselling.tasks.forget_people", "schedule": crontab(hour=1, minute=40)},
    "holidays": {"task": "shopfronts.tasks.renew_holidays", "schedule": crontab(hour=2, minute=5)},
    "missed-searches": {"task": "services.tasks.drain_missed_searches", "schedule": 60.0},
    "search-statistics": {"task": "services.tasks.refresh_search_statistics", "schedule": crontab(minute=17)},
}
