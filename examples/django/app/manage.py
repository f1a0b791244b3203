"""A Django project in one file: a list of tasks, kept in PostgreSQL."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["DB_HOST"],
            "NAME": os.environ["POSTGRES_DB"],
            "USER": os.environ["DATABASE_USERNAME"],
            "PASSWORD": os.environ["DATABASE_PASSWORD"],
            "OPTIONS": {"sslmode": "require"},
        }
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["SECRET_KEY"],
    STATIC_URL="/static/",
)
application = get_wsgi_application()

from django.contrib.auth.models import User  # needs the settings above

urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("", lambda request: HttpResponse(f"{User.objects.count()} people share their tasks")),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
